"""The files of an index: arrays, terms, columns, segments, merges."""
