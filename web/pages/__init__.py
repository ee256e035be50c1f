"""View models: the values that each template shows."""
