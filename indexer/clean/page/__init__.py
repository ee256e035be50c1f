"""Reads a saved page: its charset, HTML tree, meta tags, JSON-LD and lines of text."""
