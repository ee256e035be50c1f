"""Measures of quality: extraction, language, relevance."""
