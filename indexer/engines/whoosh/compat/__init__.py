"""Whoosh's own searchers over our segments: a codec, matchers and a weighting model."""

# Registers the matchers of our query classes, without which Whoosh's searchers cannot run them.
from indexer.engines.whoosh.compat import query_matchers as query_matchers
