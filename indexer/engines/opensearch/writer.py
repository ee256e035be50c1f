"""Writes one generation: articles and terms to the server in bulk, other files on this machine.

In: documents to add or delete. Out: two indices on the server, a catalogue, a ledger and a pack of
saved pages on this machine, published as one generation.
"""

from __future__ import annotations

import contextlib
import json
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis.stemming import stem
from indexer.engines.opensearch import build_ledger
from indexer.engines.opensearch.build_ledger import BuildLedger
from indexer.engines.opensearch.generations import LONG_WAIT_S, ServerManifest
from indexer.engines.opensearch.mapping import (
    PAIR_FIELD,
    SEARCHED,
    TEXT_LENGTH,
    extract_field_terms,
    extract_hyphen_pairs,
    make_server_document,
)
from indexer.engines.opensearch.snapshot import fetch_documents
from indexer.engines.storage.catalogue import CATALOGUE_FILE, Catalogue
from indexer.engines.storage.files import OriginalLocation
from indexer.engines.stored_document import GAP, to_day_ordinal
from indexer.errors import DamageError
from indexer.near_duplicates import minhash

if TYPE_CHECKING:
    from indexer.engines.interface import Document
    from indexer.engines.opensearch.generations import ServerGenerations
    from indexer.engines.opensearch.local_files import LocalFiles
    from indexer.engines.opensearch.lock import WriterLock
    from indexer.engines.opensearch.snapshot import OpenSearchSnapshot

BULK_BYTES: Final = 4_000_000
"""Bytes of one bulk request, which are buffered in memory."""

READ_BATCH_SIZE: Final = 200
"""Documents read back at once, to be written with another group of near-duplicates."""


class OpenSearchWriter:
    """A generation being written; see `interface.EngineWriter`.

    Args:
        store: the generations on the server.
        lock: held by this writer.
        local: the files on this machine.
        name: of the new generation, whose indices are created.
        base: the generation whose documents it begins with; None for none.
    """

    def __init__(
        self,
        store: ServerGenerations,
        lock: WriterLock,
        local: LocalFiles,
        name: str,
        base: OpenSearchSnapshot | None,
    ) -> None:
        self._store, self._lock, self._local = store, lock, local
        self.generation = name
        self._base = base
        folder = local.create(name, base.generation if base else None)
        self.catalogue = Catalogue(folder / CATALOGUE_FILE)
        self._ledger = BuildLedger(folder / build_ledger.LEDGER_FILE, (*SEARCHED, PAIR_FIELD))
        self._pack = local.locate_pack(name).open("wb")
        self._lines: list[str] = []
        self._size = 0
        self._waiting: dict[str, Document] = {}

    def add(self, document: Document) -> None:
        """Index a document; the generation must not hold its id."""
        self._waiting[document.article.id] = document
        if len(self._waiting) == minhash.TOGETHER:
            self._index_waiting()

    def _index_waiting(self) -> None:
        documents = list(self._waiting.values())
        self._waiting.clear()
        terms = [extract_field_terms(document) for document in documents]
        signatures = minhash.sign_texts([found["body"] for found in terms])
        for document, found, signature in zip(documents, terms, signatures, strict=True):
            article = document.article
            pack = document.original.generation if document.original else ""
            packed = np.ascontiguousarray(signature, np.int32).tobytes()
            self._ledger.add(article.id, to_day_ordinal(article.published), pack, packed)
            self._ledger.count_terms(_collect_counted_terms(document, found), 1)
            self._send(
                self._store.name_index(self.generation),
                article.id,
                make_server_document(document, found, None),
            )

    def delete(self, article_id: str) -> None:
        """Remove a document; does nothing if the generation has no such id."""
        if self._waiting.pop(article_id, None) or not self._ledger.has_article(article_id):
            return
        self._flush()
        document = self._load_documents([article_id])[0]
        self._ledger.count_terms(
            _collect_counted_terms(document, extract_field_terms(document)), -1
        )
        self._ledger.remove(article_id)
        self._send(self._store.name_index(self.generation), article_id, None)

    def store_original(self, packed: bytes) -> OriginalLocation:
        """Append the saved bytes of a page to the pack of the generation, on this machine."""
        offset = self._pack.tell()
        self._pack.write(packed)
        return OriginalLocation(self.generation, offset, len(packed))

    def has_changed(self) -> bool:
        """Whether sources or records differ from those of the generation that it updates."""
        if self._base is None:
            return True
        before = self._local.locate_generation(self._base.generation)
        return not self.catalogue.has_same_records(before / CATALOGUE_FILE)

    def publish(self) -> str:
        """Send the rest, verify the generation and make it live; returns its name."""
        self._index_waiting()
        self._rewrite_regrouped_documents()
        self._write_dictionary()
        self._flush()
        self._refresh()
        packs, articles = self._ledger.list_packs(), self._ledger.count_articles()
        terms = self._ledger.count_distinct_terms()
        self._verify(articles, terms)
        self.catalogue.close()
        self._ledger.close()
        self._pack.close()
        self._local.sync(self.generation, packs)
        self._store.finish(self._make_manifest(articles, terms, packs))
        self._lock.renew()
        self._store.point_to(self.generation)
        self._store.prune()
        self._local.prune(self._store.list_published(), self._store.list_packs())
        return self.generation

    def close(self) -> None:
        """Close every file; what was not published is lost."""
        with contextlib.suppress(OSError):  # full disk: the buffered rest is not needed
            self._pack.close()
        self._ledger.abandon()
        self.catalogue.abandon()

    def _rewrite_regrouped_documents(self) -> None:
        """Write the documents again whose group of near-duplicates changed."""
        folds = self._ledger.regroup_copies()
        ids = sorted(folds)
        for start in range(0, len(ids), READ_BATCH_SIZE):
            self._flush()
            for document in self._load_documents(ids[start : start + READ_BATCH_SIZE]):
                article_id = document.article.id
                content = make_server_document(
                    document, extract_field_terms(document), folds[article_id]
                )
                self._send(self._store.name_index(self.generation), article_id, content)

    def _write_dictionary(self) -> None:
        index = self._store.name_dictionary(self.generation)
        for term, held in self._ledger.take_changed_terms():
            content: dict[str, Any] = {"held": held}
            if held.keys() != {PAIR_FIELD}:
                content["term"] = term
                if term.isalpha():
                    content["stem"] = stem(term)
            self._send(index, term, content if held else None)

    def _refresh(self) -> None:
        """Make everything sent visible; a new index is merged to one segment per shard."""
        names = self._store.name_both(self.generation)
        if self._base is None:
            self._store.server.call(
                "POST", f"/{names}/_forcemerge", max_num_segments=1, wait=LONG_WAIT_S
            )
        self._store.server.call("POST", f"/{names}/_refresh", wait=LONG_WAIT_S)
        self._store.server.call("POST", f"/{names}/_flush", wait=LONG_WAIT_S)

    def _verify(self, articles: int, terms: int) -> None:
        """Compare the number of documents on the server with those sent.

        Raises:
            DamageError: they differ; nothing is published.
        """
        for index, wanted in (
            (self._store.name_index(self.generation), articles),
            (self._store.name_dictionary(self.generation), terms),
        ):
            held = self._store.server.call("GET", f"/{index}/_count", wait=LONG_WAIT_S)["count"]
            if held != wanted:
                raise DamageError(
                    f"{index} holds {held:,} of {wanted:,} documents sent, so it was not "
                    "published; the index that was there stays: look at the server, then try again"
                )

    def _make_manifest(self, articles: int, terms: int, packs: list[str]) -> ServerManifest:
        index = self._store.name_index(self.generation)
        days = {name: {name: {"field": "published"}} for name in ("min", "max")}
        lengths = {
            f"length.{name}": {"avg": {"field": f"length.{name}"}}
            for name in (*SEARCHED, TEXT_LENGTH)
        }
        body = {"size": 0, "aggs": {**days, **lengths}}
        found = self._store.server.search(index, body, LONG_WAIT_S)["aggregations"]
        names = f"{index},{self._store.name_dictionary(self.generation)}"
        sizes = self._store.server.call("GET", f"/{names}/_stats/store", wait=LONG_WAIT_S)["_all"]
        return ServerManifest(
            generation=self.generation,
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            articles=articles,
            terms=terms,
            bytes=sizes["primaries"]["store"]["size_in_bytes"],
            oldest=int(found["min"]["value"] or 0),
            newest=int(found["max"]["value"] or 0),
            lengths={
                name: found[f"length.{name}"]["value"] or 0.0 for name in (*SEARCHED, TEXT_LENGTH)
            },
            packs=packs,
            machine=socket.gethostname(),
        )

    def _load_documents(self, ids: list[str]) -> list[Document]:
        """Load documents of this generation from the server."""
        return list(fetch_documents(self._store, self.generation, ids))

    def _send(self, index: str, key: str, content: dict[str, Any] | None) -> None:
        """Index a document, or delete it if `content` is None; buffered until BULK_BYTES."""
        action = "delete" if content is None else "index"
        lines = [json.dumps({action: {"_index": index, "_id": key}})]
        if content is not None:
            lines.append(json.dumps(content))
        self._lines += lines
        self._size += sum(map(len, lines))
        if self._size > BULK_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            self._store.server.write_bulk(self._lines)
        self._lines, self._size = [], 0
        self._lock.renew_if_due()


def _collect_counted_terms(document: Document, terms: dict[str, list[str]]) -> dict[str, set[str]]:
    """Collect what the index of terms counts: terms by field, and hyphenated pairs."""
    counted = {name: {term for term in found if term != GAP} for name, found in terms.items()}
    return {**counted, PAIR_FIELD: extract_hyphen_pairs(document)}
