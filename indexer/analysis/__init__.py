"""Text to tokens: the only tokenizer, its rules and its word lists."""
