"""`Page` to `Article`, one extractor a field."""

from typing import Final

NOT_FROM_PAGE: Final = {"name", "id", "systems", "countries", "saved", "notes"}
"""Attributes of an article that hold no text from the page."""
