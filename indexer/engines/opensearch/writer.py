"""Writes one generation: articles to the server in pieces, what belongs to them on this machine."""

from __future__ import annotations

import contextlib
import json
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis.stemming import stem
from indexer.engines.opensearch import build_ledger
from indexer.engines.opensearch.build_ledger import Ledger
from indexer.engines.opensearch.generations import LONG, Manifest
from indexer.engines.opensearch.mapping import PAIR, SEARCHED, TEXT, pairs_of, row, terms_of
from indexer.engines.opensearch.snapshot import read_documents
from indexer.engines.storage.catalogue import CATALOGUE_FILE, Catalogue
from indexer.engines.storage.files import OriginalLocation
from indexer.engines.stored_document import GAP, to_day_ordinal
from indexer.errors import DamageError
from indexer.near_duplicates import minhash

if TYPE_CHECKING:
    from indexer.engines.interface import Document
    from indexer.engines.opensearch.generations import Store
    from indexer.engines.opensearch.local_files import Local
    from indexer.engines.opensearch.lock import Lock
    from indexer.engines.opensearch.snapshot import OpenSearchSnapshot

PIECE_BYTES: Final = 4_000_000
"""Bytes sent at once; no more is held in memory."""

READ_TOGETHER: Final = 200
"""Documents read back at once, to be written with another group of copies."""


class OpenSearchWriter:
    """A generation being written; see `interface.EngineWriter`.

    Args:
        base: the generation whose content it begins with, None for none.
    """

    def __init__(
        self, store: Store, lock: Lock, local: Local, name: str, base: OpenSearchSnapshot | None
    ) -> None:
        self._store, self._lock, self._local = store, lock, local
        self.generation = name
        self._base = base
        folder = local.make(name, base.generation if base else None)
        self.catalogue = Catalogue(folder / CATALOGUE_FILE)
        self._ledger = Ledger(folder / build_ledger.LEDGER_FILE, (*SEARCHED, PAIR))
        self._pack = local.locate_pack(name).open("wb")
        self._lines: list[str] = []
        self._size = 0
        self._waiting: dict[str, Document] = {}

    def add(self, document: Document) -> None:
        """Index a document."""
        self._waiting[document.article.id] = document
        if len(self._waiting) == minhash.TOGETHER:
            self._add_waiting()

    def _add_waiting(self) -> None:
        documents = list(self._waiting.values())
        self._waiting.clear()
        terms = [terms_of(document) for document in documents]
        signatures = minhash.sign_texts([found["body"] for found in terms])
        for document, found, signature in zip(documents, terms, signatures, strict=True):
            article = document.article
            pack = document.original.generation if document.original else ""
            packed = np.ascontiguousarray(signature, np.int32).tobytes()
            self._ledger.add(article.id, to_day_ordinal(article.published), pack, packed)
            self._ledger.count(_counted(document, found), 1)
            self._send(self._store.index(self.generation), article.id, row(document, found, None))

    def delete(self, article_id: str) -> None:
        """Remove a document; no error where there is none."""
        if self._waiting.pop(article_id, None) or not self._ledger.has(article_id):
            return
        self._flush()
        document = self._stored([article_id])[0]
        self._ledger.count(_counted(document, terms_of(document)), -1)
        self._ledger.remove(article_id)
        self._send(self._store.index(self.generation), article_id, None)

    def store_original(self, packed: bytes) -> OriginalLocation:
        """Append a page's saved bytes to the generation's pack, on this machine."""
        offset = self._pack.tell()
        self._pack.write(packed)
        return OriginalLocation(self.generation, offset, len(packed))

    def publish(self) -> str:
        """Send the rest, verify it and make the generation live; returns its name."""
        self._add_waiting()
        self._fold_copies()
        self._write_dictionary()
        self._flush()
        self._settle()
        packs, articles = self._ledger.packs(), self._ledger.article_count()
        terms = self._ledger.term_count()
        self._verify(articles, terms)
        self.catalogue.close()
        self._ledger.close()
        self._pack.close()
        self._local.sync(self.generation, packs)
        self._store.finish(self._manifest(articles, terms, packs))
        self._lock.renew()
        self._store.point_to(self.generation)
        self._store.prune()
        self._local.prune(self._store.list_published(), self._store.packs())
        return self.generation

    def close(self) -> None:
        """Let go of every file."""
        with contextlib.suppress(OSError):  # on a full disk: nobody wants what is still buffered
            self._pack.close()
        self._ledger.abandon()
        self.catalogue.abandon()

    def _fold_copies(self) -> None:
        """Write again what has another group of copies than before."""
        folds = self._ledger.regroup()
        ids = sorted(folds)
        for start in range(0, len(ids), READ_TOGETHER):
            self._flush()
            for document in self._stored(ids[start : start + READ_TOGETHER]):
                article_id = document.article.id
                content = row(document, terms_of(document), folds[article_id])
                self._send(self._store.index(self.generation), article_id, content)

    def _write_dictionary(self) -> None:
        index = self._store.dictionary(self.generation)
        for term, held in self._ledger.changed_terms():
            content: dict[str, Any] = {"held": held}
            if held.keys() != {PAIR}:
                content["term"] = term
                if term.isalpha():
                    content["stem"] = stem(term)
            self._send(index, term, content if held else None)

    def _settle(self) -> None:
        """Make everything sent visible, and a new index one segment a shard."""
        names = f"{self._store.index(self.generation)},{self._store.dictionary(self.generation)}"
        if self._base is None:
            self._store.server.call("POST", f"/{names}/_forcemerge", max_num_segments=1, wait=LONG)
        self._store.server.call("POST", f"/{names}/_refresh", wait=LONG)
        self._store.server.call("POST", f"/{names}/_flush", wait=LONG)

    def _verify(self, articles: int, terms: int) -> None:
        """See that the server holds what was sent.

        Raises:
            DamageError: it does not; nothing is published.
        """
        for index, wanted in (
            (self._store.index(self.generation), articles),
            (self._store.dictionary(self.generation), terms),
        ):
            held = self._store.server.call("GET", f"/{index}/_count", wait=LONG)["count"]
            if held != wanted:
                raise DamageError(
                    f"{index} holds {held:,} of {wanted:,} documents sent, so it was not "
                    "published; the index that was there stays: look at the server, then try again"
                )

    def _manifest(self, articles: int, terms: int, packs: list[str]) -> Manifest:
        index = self._store.index(self.generation)
        days = {name: {name: {"field": "published"}} for name in ("min", "max")}
        lengths = {
            f"length.{name}": {"avg": {"field": f"length.{name}"}} for name in (*SEARCHED, TEXT)
        }
        body = {"size": 0, "aggs": {**days, **lengths}}
        found = self._store.server.search(index, body, LONG)["aggregations"]
        names = f"{index},{self._store.dictionary(self.generation)}"
        sizes = self._store.server.call("GET", f"/{names}/_stats/store", wait=LONG)["_all"]
        return Manifest(
            generation=self.generation,
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            articles=articles,
            terms=terms,
            bytes=sizes["primaries"]["store"]["size_in_bytes"],
            oldest=int(found["min"]["value"] or 0),
            newest=int(found["max"]["value"] or 0),
            lengths={name: found[f"length.{name}"]["value"] or 0.0 for name in (*SEARCHED, TEXT)},
            packs=packs,
            machine=socket.gethostname(),
        )

    def _stored(self, ids: list[str]) -> list[Document]:
        """Documents of this generation, as the server has them."""
        return list(read_documents(self._store, self.generation, ids))

    def _send(self, index: str, key: str, content: dict[str, Any] | None) -> None:
        """Index a document, or delete it where there is no content."""
        action = "delete" if content is None else "index"
        lines = [json.dumps({action: {"_index": index, "_id": key}})]
        if content is not None:
            lines.append(json.dumps(content))
        self._lines += lines
        self._size += sum(map(len, lines))
        if self._size > PIECE_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            self._store.server.write(self._lines)
        self._lines, self._size = [], 0
        self._lock.beat()


def _counted(document: Document, terms: dict[str, list[str]]) -> dict[str, set[str]]:
    """What the dictionary counts of a document: its terms by field, and the pairs it hyphenates."""
    counted = {name: {term for term in found if term != GAP} for name, found in terms.items()}
    return {**counted, PAIR: pairs_of(document)}
