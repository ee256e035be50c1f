"""Near-duplicates of one report ("copies"): MinHash signatures, candidate pairs, groups."""
