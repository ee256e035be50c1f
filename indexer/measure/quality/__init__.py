"""Quality measured: extraction, language, relevance."""
