"""Copies of one report: MinHash signatures, candidate pairs, groups of copies."""
