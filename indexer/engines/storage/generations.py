"""Manages the generations of an index: each is built beside the live one and published by a rename.

    data/
      current.json             {"generation": "000012", "digest": of that name}; replaced atomically
      writer.json              what writers made here (ownership.py)
      writer.lock              locked by the process that writes; names it, and since when
      generations/000012/      the files of one generation and its manifest.json
      originals/000012.pack    saved pages added by that generation, compressed

A published generation is never changed. Earlier ones are kept for `rollback` (retention.py). A
reader that has an older one open can read its files until it closes them (POSIX unlink).

Removed is only what is ours by the ledger and by its name, never through a link. An error while
reading is no answer: where the pointer or a manifest cannot be read, nothing is removed.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.engines.storage.files import (
    digest_bytes,
    fsync_file,
    fsync_folder,
    write_durably,
)
from indexer.engines.storage.folder_lock import hold_lock
from indexer.engines.storage.manifest import (
    FORMAT,
    FileRecord,
    Manifest,
    find_changes,
    read_manifest,
    record_file,
    write_manifest,
)
from indexer.engines.storage.ownership import (
    FOLDERS,
    GENERATION,
    POINTER_FILE,
    Ledger,
    adopt_generations,
    list_names,
    read_ledger,
    refuse_foreign_folder,
    remove_partials,
    write_ledger,
)
from indexer.engines.storage.published import PublishedGenerations
from indexer.engines.storage.removal import (
    log_failed_removal,
    remove_manifest,
    remove_own_files,
    remove_pack,
)
from indexer.engines.storage.retention import Retention, choose_kept
from indexer.errors import (
    DamageError,
    StoreError,
    UnreadableError,
    VersionError,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterable, Iterator
    from contextlib import AbstractContextManager

_STALE_NAMES = 16
"""Generations in the ledger that are gone, before it is worth two syncs to leave them out."""


class Generations(PublishedGenerations):
    """The generations of one index folder.

    Args:
        root: the index folder; `begin_generation` creates it.
        own_names: names of the files that a writer makes in the folder of a generation, beside
            the manifest; a file of another name there is not ours.
        retention: which generations are kept.
    """

    def __init__(
        self, root: Path, own_names: re.Pattern[str], retention: Retention | None = None
    ) -> None:
        super().__init__(root)
        self._own_names = own_names
        self._retention = retention or Retention()
        self._manifests: dict[str, Manifest] = {}
        self._live_before: str | None = None
        self._pointed: str | None = None

    def rollback(self, to: str | None) -> str:
        """Make an earlier generation live; returns its name. Needs the lock.

        Args:
            to: its name, also without leading zeros; None for the one before the live one.

        Raises:
            StoreError: it is not kept. DamageError, VersionError: it is not whole.
        """
        ledger = read_ledger(self.root)
        if ledger and ledger.making:
            self._settle_making(ledger)
            write_ledger(self.root, replace(ledger, making=None))
        name = self.find_previous() if to is None else self.find_kept(to)
        self.load_manifest(name)
        self.point_to(name)
        return name

    @contextlib.contextmanager
    def begin_generation(self) -> Iterator[str]:
        """Take the writer's lock and create the folder of a new generation; yields its name.

        The folder is removed again if the block does not publish it. Files that dead writers left
        are removed first.

        Raises:
            LockedError: another process is writing.
            ForeignError: the folder is no index of ours and not empty.
            UnreadableError: which generation is live cannot be read now.
            StoreError: the folder cannot be written.
        """
        refuse_foreign_folder(self.root)
        self._make_folders()
        with self.lock():
            name = self._enter_next(self._settle())
            self.locate_generation(name).mkdir()
            self._pointed = None
            try:
                yield name
            finally:
                if self._is_unpublished(name):
                    self._withdraw(name)

    def _make_folders(self) -> None:
        try:
            for folder in FOLDERS:
                (self.root / folder).mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise StoreError(
                f"Cannot write to {self.root}: {exc.strerror or exc}; "
                "name another folder with --index, or give this user access"
            ) from exc

    def lock(self) -> AbstractContextManager[None]:
        """Hold the writer's lock of the folder; see `hold_lock`."""
        return hold_lock(self.root)

    def _settle(self) -> Ledger:
        """Remove what dead writers left; returns the ledger.

        Raises:
            UnreadableError: the pointer or the ledger cannot be read now.
        """
        ledger = read_ledger(self.root) or adopt_generations(self.root)
        self._live_before = None
        with contextlib.suppress(DamageError):
            self._live_before = self.read_pointer()
        self._settle_making(ledger)
        remove_partials(self.root)
        with log_failed_removal(self.root):
            self._remove_leftovers(ledger, [*self.list_published(), self._live_before])
        return replace(ledger, making=None)

    def _settle_making(self, ledger: Ledger) -> None:
        """Remove the manifest of a generation that was verified but never became live.

        It is kept where the pointer tells nothing: it may be the live one.
        """
        if ledger.making and self.has_manifest(ledger.making):
            with contextlib.suppress(DamageError, UnreadableError):
                live = self.read_pointer()
                if live is not None and live != ledger.making:
                    remove_manifest(self.root, ledger.making)

    def _enter_next(self, ledger: Ledger) -> str:
        """Write the name of a new generation to the ledger, durably; returns it.

        Its number is above every one that was ever used: readers may know an old one. Nothing
        stands where its folder, pack and stage will be, whoever made it.
        """
        used = [*ledger.generations, self._live_before or ""]
        for folder in (*FOLDERS, "quarantine"):
            used += [name.partition(".")[0] for name in list_names(self.root, folder)]
        name = f"{max((int(one) for one in used if GENERATION.fullmatch(one)), default=0) + 1:06d}"
        made = ledger.generations
        stale = [one for one in made if not self._is_on_disk(one)]
        if len(stale) > _STALE_NAMES:
            # What is gone must be gone after a power loss too before its name may be forgotten.
            for folder in FOLDERS:
                fsync_folder(self.root / folder)
            made = tuple(one for one in made if one not in stale)
        write_ledger(self.root, Ledger((*made, name), name))
        return name

    def _is_on_disk(self, generation: str) -> bool:
        return any(
            os.path.lexists(path)
            for path in (
                self.locate_generation(generation),
                self.locate_pack(generation),
                self.root / "quarantine" / f"{generation}.partial",
            )
        )

    def _is_unpublished(self, generation: str) -> bool:
        """Whether a generation surely is not the live one."""
        if self._pointed != generation:
            return True
        try:
            return self.read_pointer() != generation
        except StoreError:
            return False  # the next writer finds out, by the ledger

    def publish(
        self,
        generation: str,
        articles: int,
        facts: dict[str, Any],
        packs: list[str],
        *,
        fresh: bool = False,
    ) -> Manifest:
        """Sync and record every file of a generation, then make it the live one.

        Args:
            generation: the name that `begin_generation` gave.
            articles: how many it has.
            facts: numbers of `stats` that can be read without opening the index.
            packs: generations whose packs of saved pages this one refers to.
            fresh: it was made from nothing, so that earlier ones that are damaged may go.
        """
        before = self._load_manifest_before()
        known = self._map_inodes(before) if before else {}
        files = {
            name: _sync_file(f"{self.root}/{name}", known)
            for name in self._list_files(generation, packs)
        }
        built = datetime.now(UTC).isoformat(timespec="seconds")
        facts = facts | {"before": self._live_before}
        manifest = Manifest(FORMAT, generation, built, articles, facts, files)
        write_manifest(self.locate_generation(generation), manifest)
        fsync_folder(self.root / "generations")
        if generation in packs:
            fsync_folder(self.root / "originals")
        if before is None:  # perhaps the first: the folders themselves may be new
            for folder in (self.root, self.root.absolute().parent):
                fsync_folder(folder)
        self.load_manifest(generation)
        self._pointed = generation
        self.point_to(generation)
        self._manifests[generation] = manifest
        with log_failed_removal(self.root, generation):
            self._prune(generation, fresh=fresh)
        return manifest

    def point_to(self, generation: str) -> None:
        """Make a published generation the live one, by one durable rename."""
        content = {"generation": generation, "digest": digest_bytes(generation.encode())}
        write_durably(self.root / POINTER_FILE, json.dumps(content).encode())

    def _list_files(self, generation: str, packs: list[str]) -> Iterator[str]:
        """List the files of a generation, relative to the index folder."""
        for name in list_names(self.root, f"generations/{generation}"):
            if self._own_names.fullmatch(name):
                yield f"generations/{generation}/{name}"
        for name in sorted(packs):
            yield f"originals/{name}.pack"

    def _map_inodes(self, manifest: Manifest) -> dict[tuple[int, int], FileRecord]:
        """Map device and inode to the record of a file, so that linked files are not read again."""
        known = {}
        for name, record in manifest.files.items():
            stat = os.stat(f"{self.root}/{name}")  # noqa: PTH116
            known[stat.st_dev, stat.st_ino] = record
        return known

    def _load_manifest_before(self) -> Manifest | None:
        """Load the manifest of what was live at the start; None if it tells nothing to rely on."""
        if self._live_before is None:
            return None
        try:
            return self.load_manifest(self._live_before)
        except StoreError:
            return None  # every file is synced and read then; nothing is removed for it

    def _prune(self, live: str, *, fresh: bool) -> None:
        """Remove the generations that are not kept, and the packs that only they refer to.

        Raises:
            UnreadableError: a manifest cannot be read now; nothing was removed.
        """
        published = self.list_published()
        manifests = self._read_manifests(published)
        if fresh:
            manifests = {
                name: manifest for name, manifest in manifests.items() if self._is_whole(manifest)
            }
        kept = choose_kept({name: one.built for name, one in manifests.items()}, self._retention)
        kept.add(live)
        if self._live_before in manifests and self._retention.last > 1:
            kept.add(str(self._live_before))
        ledger = read_ledger(self.root) or Ledger()
        for name in published:
            if name not in kept and name in ledger.generations:
                remove_manifest(self.root, name)
        self._manifests = {name: manifests[name] for name in kept}
        self._remove_leftovers(ledger, self.list_published())

    def _is_whole(self, manifest: Manifest) -> bool:
        """Whether no file of a generation is surely damaged."""
        try:
            return not any(find_changes(self.root, manifest, in_full=False))
        except UnreadableError:
            return True

    def _read_manifests(self, names: Iterable[str]) -> dict[str, Manifest]:
        """Read the manifests of some generations; those damaged or of another version are left out.

        Raises:
            UnreadableError: one cannot be read now.
        """
        found = {}
        for name in names:
            with contextlib.suppress(DamageError, VersionError):
                found[name] = self._manifests.get(name) or read_manifest(
                    self.locate_generation(name)
                )
        return found

    def _remove_leftovers(self, ledger: Ledger, kept: Collection[str | None]) -> None:
        """Remove what is left of generations that were made here and have no manifest.

        Args:
            ledger: those made here.
            kept: names of those that are not touched.

        Raises:
            UnreadableError: a manifest cannot be read now; no pack was removed.
        """
        gone = [one for one in ledger.generations if one not in kept]
        left = [one for one in gone if self._is_on_disk(one) and not self.has_manifest(one)]
        if not left:
            return
        published = [one for one in self.list_published() if one in ledger.generations]
        manifests = self._read_manifests(published)
        needed = {name for manifest in manifests.values() for name in manifest.files}
        for name in left:
            remove_own_files(self.root, name, self._own_names)
            if len(manifests) == len(published) and f"originals/{name}.pack" not in needed:
                remove_pack(self.root, name)

    def _withdraw(self, generation: str) -> None:
        """Remove what was made of a generation; the next writer removes what cannot go now."""
        with contextlib.suppress(OSError, StoreError):
            remove_manifest(self.root, generation)
            remove_own_files(self.root, generation, self._own_names)
            remove_pack(self.root, generation)


def _sync_file(name: str, known: dict[tuple[int, int], FileRecord]) -> FileRecord:
    """Sync a file and record it; a file that was published before needs neither again."""
    stat = os.stat(name)  # noqa: PTH116
    carried = known.get((stat.st_dev, stat.st_ino))
    if carried and carried.size == stat.st_size:
        return carried
    path = Path(name)
    fsync_file(path)
    return record_file(path)
