"""`Page` to `Article`, one extractor a field."""
