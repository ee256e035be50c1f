"""Checks of requests, and the headers of responses."""
