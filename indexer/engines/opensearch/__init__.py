"""The OpenSearch engine: an index past one machine, kept by a server that others make."""
