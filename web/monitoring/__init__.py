"""The access log and `/metrics`."""
