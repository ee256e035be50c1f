"""Dateline: full-text search for saved defense reporting."""
