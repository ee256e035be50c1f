"""Text analysis: the only tokenizer, its rules and its word lists."""
