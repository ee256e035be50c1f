"""Manages the generations of an index on a server: two indices each, and an alias of the live one.

    news-000012          the articles of a generation; `_meta` of its mapping is the manifest
    news-000012-terms    its terms
    news                 the alias of the live one, moved by one atomic request
    news-writing         one document while a process writes: which, since when, last seen when

A generation is made beside the live one, and is read-only once it is published; the one before it
is kept for `rollback`. An index without a manifest was left by a writer that died.
"""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from indexer.engines.opensearch.lock import WriterLock
from indexer.engines.opensearch.mapping import (
    VERSION,
    make_dictionary_mappings,
    make_mappings,
    make_settings,
)
from indexer.engines.storage.files import list_earlier_generations
from indexer.errors import DamageError, NoIndex, StoreError, VersionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.engines.opensearch.address import ServerAddress
    from indexer.engines.opensearch.client import ServerClient

LONG_WAIT_S: Final = 3600.0
"""Longest wait, seconds, for what grows with the index: merging, copying, becoming healthy."""


@dataclass(frozen=True, slots=True)
class ServerManifest:
    """The numbers of a published generation.

    Attributes:
        generation: its name.
        built: ISO 8601 UTC.
        articles: documents of the index of articles.
        terms: documents of the index of terms.
        bytes: on the disks of the server, replicas not counted.
        oldest: day ordinal of the earliest article, 0 if no article is dated.
        newest: that of the latest.
        lengths: mean length of each field, in terms.
        packs: generations whose packs contain its saved pages.
        machine: host that has its catalogue and saved pages.
    """

    generation: str
    built: str
    articles: int
    terms: int
    bytes: int
    oldest: int
    newest: int
    lengths: dict[str, float]
    packs: list[str] = field(default_factory=list)
    machine: str = ""


class ServerGenerations:
    """The generations of one index on a server."""

    def __init__(self, server: ServerClient, address: ServerAddress) -> None:
        self.server = server
        self.name = address.name
        self._address = address

    def name_index(self, generation: str) -> str:
        """Name the index of the articles of a generation."""
        return f"{self.name}-{generation}"

    def name_dictionary(self, generation: str) -> str:
        """Name the index of the terms of a generation."""
        return f"{self.name}-{generation}-terms"

    def name_both(self, generation: str) -> str:
        """Name both indices of a generation, separated by a comma, for a path of the server."""
        return f"{self.name_index(generation)},{self.name_dictionary(generation)}"

    def read_current(self) -> str:
        """Read the name of the live generation.

        Raises:
            NoIndex: nothing was published yet.
            DamageError: the alias is missing, or names something else.
        """
        if not self.server.has_path(f"/_alias/{self.name}"):
            raise self._explain_missing_alias()
        found = list(self.server.call("GET", f"/_alias/{self.name}"))
        number = _parse_generation(self.name, found[0])
        if len(found) != 1 or number is None:
            raise DamageError(
                f"The alias {self.name} of {self._address} names {', '.join(sorted(found))}, "
                "which Dateline did not do; give another name, or run rollback or rebuild"
            )
        return number

    def _explain_missing_alias(self) -> StoreError:
        try:
            self.refuse_foreign_index()
        except StoreError as exc:
            return exc
        if self.list_published():
            return DamageError(f"The alias {self._address} is missing; run rollback or rebuild")
        return NoIndex(
            f"No index at {self._address}; run: dateline --index {self._address} rebuild FOLDER"
        )

    def refuse_foreign_index(self) -> None:
        """Refuse an index that has the name of the alias.

        Raises:
            StoreError: there is one.
        """
        if self.server.has_path(f"/{self.name}") and not self.server.has_path(
            f"/_alias/{self.name}"
        ):
            raise StoreError(
                f"{self._address} is an index that Dateline did not make; give another name"
            )

    def _read_metadata(self) -> dict[str, dict[str, Any]]:
        """Read `_meta` of every generation, by name, published or not."""
        found = self.server.call("GET", f"/{self.name}-*/_mapping", filter_path="*.mappings._meta")
        numbered = ((_parse_generation(self.name, index), value) for index, value in found.items())
        return {number: value["mappings"]["_meta"] for number, value in numbered if number}

    def list_published(self) -> list[str]:
        """List the published generations, oldest first."""
        return sorted(
            number for number, meta in self._read_metadata().items() if meta.get("manifest")
        )

    def list_packs(self) -> set[str]:
        """List the packs that contain saved pages of any published generation."""
        metas = self._read_metadata().values()
        finished = [json.loads(meta["manifest"]) for meta in metas if meta.get("manifest")]
        return {pack for content in finished for pack in content["packs"]}

    def load_manifest(self, generation: str) -> ServerManifest:
        """Load the manifest of a generation.

        Raises:
            VersionError: made by another version.
            DamageError: it is missing or damaged.
        """
        meta = self._read_metadata().get(generation)
        if meta is None or not meta.get("manifest"):
            raise DamageError(
                f"Generation {generation} of {self._address} is gone; run rollback or rebuild"
            )
        if meta["dateline"] != VERSION:
            raise VersionError(
                f"{self._address} was made by another version of Dateline (format "
                f"{meta['dateline']}, here {VERSION}); run rebuild"
            )
        try:
            return ServerManifest(**json.loads(meta["manifest"]))
        except (TypeError, ValueError) as exc:
            raise DamageError(
                f"The manifest of {self.name_index(generation)} is damaged; run rollback or rebuild"
            ) from exc

    def read_health(self, generation: str) -> str:
        """Read the health: `green`, `yellow` (replicas missing) or `red` (shards missing)."""
        names = self.name_both(generation)
        return str(self.server.call("GET", f"/_cluster/health/{names}", timeout="1ms")["status"])

    def find_previous(self) -> str:
        """Find the newest generation before the live one; the newest of all if none is live.

        Raises:
            StoreError: there is none.
        """
        live = None
        with contextlib.suppress(DamageError):
            live = self.read_current()
        names = list_earlier_generations(self.list_published(), live)
        if not names:
            raise StoreError(f"{self._address} keeps no generation to go back to; run rebuild")
        return names[0]

    def create(self, generation: str) -> None:
        """Create the two indices of a generation, empty."""
        shards = self._address.shards
        for index, fields in (
            (self.name_index(generation), make_mappings()),
            (self.name_dictionary(generation), make_dictionary_mappings()),
        ):
            body = {"settings": make_settings(shards), "mappings": fields}
            self.server.call("PUT", f"/{index}", body)

    def clone(self, base: str, generation: str) -> None:
        """Create the two indices of a generation as copies of those of another.

        The server makes hard links to the files, which takes neither time nor space.
        """
        for source, target in (
            (self.name_index(base), self.name_index(generation)),
            (self.name_dictionary(base), self.name_dictionary(generation)),
        ):
            unblocked = {
                "index.blocks.write": None,
                "index.number_of_replicas": 0,
                "index.auto_expand_replicas": "false",
                "index.refresh_interval": "-1",
            }
            body = {"settings": unblocked}
            self.server.call("PUT", f"/{source}/_clone/{target}", body, wait=LONG_WAIT_S)
        self._write_metadata(generation, None)

    def finish(self, manifest: ServerManifest) -> None:
        """Write the manifest of a generation and make its indices read-only."""
        self._write_metadata(manifest.generation, json.dumps(asdict(manifest)))
        closed = {"index.blocks.write": True, "index.auto_expand_replicas": "0-1"}
        names = self.name_both(manifest.generation)
        self.server.call("PUT", f"/{names}/_settings", closed)
        self.server.call(
            "GET",
            f"/_cluster/health/{names}",
            wait=LONG_WAIT_S,
            wait_for_status="yellow",
            timeout="60m",
        )

    def _write_metadata(self, generation: str, manifest: str | None) -> None:
        meta = {"dateline": VERSION, "manifest": manifest}
        self.server.call("PUT", f"/{self.name_index(generation)}/_mapping", {"_meta": meta})

    def point_to(self, generation: str) -> None:
        """Make a generation live, by moving the alias."""
        actions: list[dict[str, Any]] = [
            {"remove": {"index": f"{self.name}-*", "alias": self.name, "must_exist": False}},
            {"add": {"index": self.name_index(generation), "alias": self.name}},
        ]
        self.server.call("POST", "/_aliases", {"actions": actions})

    def remove(self, generation: str) -> None:
        """Remove the indices of a generation that exist."""
        for index in (self.name_dictionary(generation), self.name_index(generation)):
            self.server.call("DELETE", f"/{index}", ignore_unavailable=True)

    def sweep(self) -> int:
        """Remove unpublished generations; returns the number of the newest that is left, or 0."""
        everything = self._read_metadata()
        for number, meta in everything.items():
            if not meta.get("manifest"):
                self.remove(number)
        return max(map(int, self.list_published()), default=0)

    def prune(self) -> None:
        """Remove the generations older than the one before the live one."""
        for number in list_earlier_generations(self.list_published(), self.read_current())[1:]:
            self.remove(number)

    @contextlib.contextmanager
    def lock(self) -> Iterator[WriterLock]:
        """Hold the writer's lock of this index.

        Raises:
            LockedError: another process, on any machine, holds it.
        """
        lock = WriterLock(self.server, self.name)
        lock.take()
        try:
            yield lock
        finally:
            lock.release()


def _parse_generation(name: str, index: str) -> str | None:
    """Parse the generation from the name of an index of articles; None for any other index."""
    found = re.fullmatch(rf"{re.escape(name)}-(\d{{6}})", index)
    return found[1] if found else None
