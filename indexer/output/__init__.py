"""Articles, results and reports as text: for other programs, for a terminal, for a reader."""
