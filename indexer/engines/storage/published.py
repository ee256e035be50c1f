"""Reads which generations an index has: the live one, and those to go back to.

In: the index folder. Out: names, manifests and summaries of published generations. Nothing is
written. An error while reading is told as such (UnreadableError), never as "none" or as damage:
what is decided by it may remove or replace a generation.
"""

from __future__ import annotations

import contextlib

from indexer.engines.storage.files import (
    IndexFolder,
    list_earlier_generations,
    make_unreadable_error,
    read_plain_file,
)
from indexer.engines.storage.manifest import MANIFEST, Manifest, find_changes, read_manifest
from indexer.engines.storage.ownership import (
    GENERATION,
    POINTER_FILE,
    list_names,
    parse_pointer,
)
from indexer.errors import DamageError, NoIndex, StoreError, UnreadableError, VersionError
from indexer.models import GenerationSummary

_POINTER_BYTES = 10_000


class PublishedGenerations(IndexFolder):
    """The published generations of one index folder.

    Args:
        root: the index folder.
    """

    def read_current(self) -> str:
        """Read the name of the live generation.

        Raises:
            NoIndex: nothing was published here yet.
            DamageError: the pointer is missing or altered.
            UnreadableError: it cannot be read now.
        """
        path = self.root / POINTER_FILE
        name = self.read_pointer()
        if name is not None:
            return name
        if self.list_published():
            raise DamageError(f"{path} is missing; run rollback or rebuild")
        if self.root.is_file():
            raise NoIndex(f"{self.root} is a file; an index is a folder that rebuild makes")
        raise NoIndex(f"No index in {self.root}; run: dateline --index {self.root} rebuild FOLDER")

    def read_pointer(self) -> str | None:
        """Read the pointer; None if there is none."""
        path = self.root / POINTER_FILE
        try:
            return parse_pointer(read_plain_file(path, _POINTER_BYTES))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as exc:
            raise make_unreadable_error(path, exc) from exc
        except ValueError as exc:
            raise DamageError(f"{path} is damaged ({exc}); run rollback or rebuild") from exc

    def list_published(self) -> list[str]:
        """List the generations on disk that have a manifest, oldest first.

        Raises:
            UnreadableError: a folder cannot be read now.
        """
        return [
            name
            for name in list_names(self.root, "generations")
            if GENERATION.fullmatch(name) and self.has_manifest(name)
        ]

    def has_manifest(self, generation: str) -> bool:
        path = self.locate_generation(generation) / MANIFEST
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as exc:
            raise make_unreadable_error(path, exc) from exc
        return True

    def load_manifest(self, generation: str) -> Manifest:
        """Load the manifest of a generation and compare size and time of every file with it.

        Raises:
            VersionError: made by another version.
            DamageError: a file is missing or altered.
            UnreadableError: a file cannot be read now.
        """
        manifest = read_manifest(self.locate_generation(generation))
        for change in find_changes(self.root, manifest, in_full=False):
            raise DamageError(change)
        return manifest

    def find_damage(self, generation: str) -> list[str]:
        """Read every file of a generation; returns a sentence for each that was altered."""
        try:
            manifest = read_manifest(self.locate_generation(generation))
        except StoreError as exc:
            return [str(exc)]
        return list(find_changes(self.root, manifest, in_full=True))

    def find_previous(self) -> str:
        """Find the newest undamaged generation before the live one.

        It is the one that was live when the live one was published, or if that is gone or damaged
        the newest before it. If the pointer is damaged, it is the newest undamaged one of all.

        Raises:
            StoreError: there is none.
            UnreadableError: the pointer, or the generation itself, cannot be read now.
        """
        live, before = None, None
        with contextlib.suppress(DamageError):
            live = self.read_current()
        if live is not None:
            with contextlib.suppress(DamageError, VersionError):
                before = read_manifest(self.locate_generation(live)).facts.get("before")
        names = list_earlier_generations(self.list_published(), live)
        for name in names if before is None else [one for one in names if one <= before]:
            with contextlib.suppress(DamageError, VersionError):
                self.load_manifest(name)
                return name
        raise StoreError(f"{self.root} keeps no generation to go back to; run rebuild")

    def summarize(self) -> tuple[GenerationSummary, ...]:
        """Summarize the generations kept, the newest first.

        Raises:
            NoIndex: nothing was published here.
            UnreadableError: the folder cannot be listed now.
        """
        names = self.list_published()
        live = None
        if not names:
            live = self.read_current()
        with contextlib.suppress(DamageError, UnreadableError):
            live = self.read_pointer()
        return tuple(self._summarize(name, is_live=name == live) for name in reversed(names))

    def _summarize(self, name: str, *, is_live: bool) -> GenerationSummary:
        try:
            manifest = self.load_manifest(name)
        except StoreError as exc:
            return GenerationSummary(name, is_live, damage=str(exc))
        return GenerationSummary(name, is_live, manifest.built, manifest.articles)

    def find_kept(self, wanted: str) -> str:
        names = self.list_published()
        for name in names:
            if wanted.isdecimal() and int(wanted) == int(name):
                return name
        raise StoreError(
            f"{self.root} keeps no generation {wanted!r}; it keeps {', '.join(names) or 'none'} "
            "(rollback --list)"
        )
