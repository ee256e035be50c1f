"""Whoosh's own searchers over our segments: a codec, matchers and scores that Whoosh can call."""

# Registers the matchers of our query classes, without which Whoosh's searchers cannot run them.
from indexer.engines.whoosh.compat import query_matchers as query_matchers
