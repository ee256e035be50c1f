"""The OpenSearch engine: an index on an OpenSearch server, for more than one machine."""
