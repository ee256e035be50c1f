"""Fits the classifier of lines that `indexer.clean.body` uses."""
