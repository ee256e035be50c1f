"""A few records, and an index of them on either engine, for the tests of the engine interface."""

from __future__ import annotations

import json

from indexer.ingest.progress import SilentProgress
from indexer.models import Query
from indexer.search.index import Index
from indexer.search.open import open_engine
from indexer.settings import Settings

SETTINGS = Settings(workers=1, page_s=30)
WORDS = [f"w{chr(97 + a)}{chr(97 + b)}" for a in range(26) for b in range(26)]
COPIED = " ".join(WORDS[:300])

ROWS = [
    {
        "id": "a1", "title": "Poland buys HIMARS launchers", "published": "2024-02-10",
        "source": "Baltic Desk", "authors": ["Ilze Kaldre", "Marek Sowinski"],
        "body": "WARSAW, Poland — Poland signed for HIMARS launchers and 155-mm shells.\n\n"
        "A cease-fire was not discussed. Missiles, missiles and one missile more. "
        "Two Sukhoi-30MKIs and an Il-76 stood by.",
    },
    {
        "id": "a2", "title": "Su-25 jets lost over Belarus", "published": "2024-02-10",
        "source": "Northern Wire", "authors": ["Adela Wirth"],
        "body": "MINSK, Belarus — Two Frogfoot jets fell. The ceasefire held.\n\n"
        "Poland waited and waited for word of himars from its allies in the west.",
    },
    {
        "id": "a3", "title": "F-16C fighters for Ukraine", "published": "2023-05-01",
        "source": "Northern Wire",
        "body": "KYIV, Ukraine — The F 16 will come, Zelenskyy said; Zelenski he is called too.\n\n"
        "The air defense of Kiev needs Patriot batteries, said the air force defense chief.",
    },
    {
        "id": "a4", "title": "State of the art", "source": "Morning Signal",
        "body": "The state of the art in drones is a drone that costs $1.2 billion.\n\n"
        "Nobody dated this text, and no author signed it; state art is another thing.",
    },
    {
        "id": "b1", "title": "Two engines for the tank", "published": "2025-03-02",
        "source": "Baltic Desk", "body": f"{COPIED} kestrel",
    },
    {
        "id": "b2", "title": "Tank gets two engines", "published": "2025-03-01",
        "source": "Northern Wire", "body": f"{COPIED} ledger",
    },
    {
        "id": "b3", "title": "Second engine for tank", "published": "2025-03-03",
        "source": "Morning Signal", "body": f"{COPIED} ledger partners",
    },
]  # fmt: skip


class EngineArchive:
    """A folder with one file for each record, and the index built from it.

    Args:
        folder: source of the index; made here.
        location: path or URL of the index, which names its engine.
    """

    def __init__(self, folder, location):
        self.folder = folder
        self.folder.mkdir(parents=True)
        self.location = location
        self.engine = open_engine(location)
        self.index = Index(self.engine, SETTINGS)

    def write_records(self, *rows):
        """Write or replace the files of records."""
        for row in rows:
            (self.folder / f"{row['id']}.jsonl").write_text(json.dumps(row), encoding="utf-8")

    def remove_records(self, *ids):
        """Remove the files of records by id."""
        for one in ids:
            (self.folder / f"{one}.jsonl").unlink()

    def build(self, how):
        """Run `rebuild` or `update` over the folder."""
        return how(self.engine, [self.folder], SETTINGS, SilentProgress())

    def find_refs(self, text, **options):
        """Return `ref` of every hit in order, with copies as hits of their own."""
        query = Query(text, size=100, **{"fold_copies": False, **options})
        return [hit.ref for hit in self.index.answer(query).hits]
