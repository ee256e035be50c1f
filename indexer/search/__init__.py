"""Searching an index: `open.open_index` opens it, `index.Index` answers queries."""
