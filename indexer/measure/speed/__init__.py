"""Speed and size, ours and its peers' in one run: corpora, questions, timing, table, picture."""
