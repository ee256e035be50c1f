"""Paths of the sample corpus of this checkout."""

from __future__ import annotations

from pathlib import Path

CORPUS = Path(__file__).parents[2] / "corpus"
PAGES = CORPUS / "pages"
