"""Speed and size of Dateline and other engines in one run: corpora, timing, table, picture."""
