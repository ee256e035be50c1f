"""The search page: Flask over `indexer`."""
