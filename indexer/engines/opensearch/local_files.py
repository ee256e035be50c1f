"""Manages the files of an index on the machine that builds it: catalogue, ledger and saved pages.

    STATE/generations/000012/catalogue.sqlite    sources, files, records (storage/catalogue.py)
    STATE/generations/000012/ledger.sqlite       articles and term counts (build_ledger.py)
    STATE/originals/000012.pack                  saved pages that it added, compressed

The server gets neither the names of a person's folders nor the pages as they were saved.
"""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

from indexer.engines.opensearch.build_ledger import LEDGER_FILE
from indexer.engines.storage.catalogue import CATALOGUE_FILE
from indexer.engines.storage.files import (
    IndexFolder,
    fsync_file,
    fsync_folder,
)
from indexer.engines.storage.ownership import GENERATION, list_names
from indexer.engines.storage.removal import (
    open_folder_inside,
    remove_empty_folder_at,
    remove_file_at,
)
from indexer.errors import DamageError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.engines.storage.files import OriginalLocation


class LocalFiles(IndexFolder):
    """The files of one index on this machine."""

    def create(self, generation: str, base: str | None) -> Path:
        """Create the folder of a new generation and return it.

        Args:
            generation: name of the new generation.
            base: name of the generation whose files are copied; None for none.

        Raises:
            StoreError: the files to copy are not on this machine.
        """
        folder = self.locate_generation(generation)
        self.remove(generation)
        folder.mkdir(parents=True, exist_ok=True)
        self.locate_pack(generation).parent.mkdir(exist_ok=True)
        for name in (CATALOGUE_FILE, LEDGER_FILE) if base else ():
            source = self.locate_generation(base or "") / name
            if not source.is_file():
                raise StoreError(
                    f"{source} is missing: update works on the machine that built the index, "
                    "or run rebuild here"
                )
            shutil.copyfile(source, folder / name)
        return folder

    def sync(self, generation: str, packs: Iterable[str]) -> None:
        """Sync the files of a generation; a pack that it does not use is removed."""
        if generation in packs:
            fsync_file(self.locate_pack(generation))
        else:
            self._remove_pack(generation)
        folder = self.locate_generation(generation)
        for path in folder.iterdir():
            fsync_file(path)
        for path in (folder, folder.parent, self.locate_pack(generation).parent):
            fsync_folder(path)

    def remove(self, generation: str) -> None:
        """Remove the files of a generation that was not published."""
        self._remove_folder(generation)
        self._remove_pack(generation)

    def prune(self, generations: Iterable[str], packs: Iterable[str]) -> None:
        """Remove all files but those of some generations and some packs.

        Files that were not made here, and what is behind a link, are left.
        """
        kept_folders, kept_packs = set(generations), {f"{pack}.pack" for pack in packs}
        for name in list_names(self.root, "generations"):
            if GENERATION.fullmatch(name) and name not in kept_folders:
                self._remove_folder(name)
        for name in list_names(self.root, "originals"):
            if GENERATION.fullmatch(name.removesuffix(".pack")) and name not in kept_packs:
                self._remove_pack(name.removesuffix(".pack"))

    def _remove_folder(self, generation: str) -> None:
        with contextlib.suppress(OSError):
            with open_folder_inside(self.root, "generations", generation) as folder:
                if folder is not None:
                    for name in (CATALOGUE_FILE, LEDGER_FILE):
                        remove_file_at(folder, name)
                        remove_file_at(folder, f"{name}-journal")
            with open_folder_inside(self.root, "generations") as folders:
                if folders is not None:
                    remove_empty_folder_at(folders, generation)

    def _remove_pack(self, generation: str) -> None:
        with (
            contextlib.suppress(OSError),
            open_folder_inside(self.root, "originals") as folder,
        ):
            if folder is not None:
                remove_file_at(folder, f"{generation}.pack")

    def read_page(self, place: OriginalLocation, machine: str) -> bytes:
        """Read the saved bytes of a page, inflated.

        Args:
            place: of the bytes.
            machine: host that built the index, for the message of the error.

        Raises:
            DamageError: they are not on this machine, or altered.
        """
        if not self.locate_pack(place.generation).exists():
            raise DamageError(
                f"The saved pages of this index are on {machine}, which built it; "
                "open the page there, or run rebuild here"
            )
        return self.read_original(place)
