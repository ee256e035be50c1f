"""One extractor for each field of an article except its body."""
