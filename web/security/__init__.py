"""Which requests are answered, and to whom."""
