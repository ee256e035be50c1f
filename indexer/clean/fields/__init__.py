"""Finds the fields of an article except its body: one extractor for each field."""
