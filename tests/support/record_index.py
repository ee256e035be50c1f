"""Build an index of a few JSON records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from indexer.ingest.pipeline import rebuild
from indexer.ingest.progress import SilentProgress
from indexer.search.open import open_engine
from indexer.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def index_rows(folder: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Rebuild `folder/index` from JSON rows, none of them quarantined, and return its path."""
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    engine = open_engine(str(folder / "index"))
    report = rebuild(engine, [folder / "rows.jsonl"], Settings(workers=1), SilentProgress())
    assert report.quarantined == ()
    return folder / "index"
