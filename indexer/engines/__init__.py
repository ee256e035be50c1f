"""One interface, `interface.Engine`, and its two engines: Whoosh files and an OpenSearch server."""
