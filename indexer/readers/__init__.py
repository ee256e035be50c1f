"""Bytes in, `Page` out; nothing is parsed here."""
