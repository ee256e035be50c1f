"""The query: parsed to a tree, rewritten, widened by synonyms, planned, rendered as text."""
