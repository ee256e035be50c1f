"""Measurements: speed beside other engines, quality, and the line classifier."""
