"""Articles, results and reports as text, for other programs, terminals and feed readers."""
