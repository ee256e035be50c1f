"""Manages the files of an index on the machine that builds it: catalogue, ledger and saved pages.

    STATE/generations/000012/catalogue.sqlite    sources, files, records (storage/catalogue.py)
    STATE/generations/000012/ledger.sqlite       articles and term counts (build_ledger.py)
    STATE/originals/000012.pack                  saved pages that it added, compressed

The server gets neither the names of a person's folders nor the pages as they were saved.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from indexer.engines.opensearch.build_ledger import LEDGER_FILE
from indexer.engines.storage.catalogue import CATALOGUE_FILE
from indexer.engines.storage.files import IndexFolder, discard, fsync_file, fsync_folder
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
        for path in (folder, self.locate_pack(generation)):
            discard(path)
        folder.mkdir(parents=True)
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
            discard(self.locate_pack(generation))
        folder = self.locate_generation(generation)
        for path in folder.iterdir():
            fsync_file(path)
        for path in (folder, folder.parent, self.locate_pack(generation).parent):
            fsync_folder(path)

    def remove(self, generation: str) -> None:
        """Remove the files of a generation that was not published."""
        discard(self.locate_generation(generation))
        discard(self.locate_pack(generation))

    def prune(self, generations: Iterable[str], packs: Iterable[str]) -> None:
        """Remove the files of all but some generations, and all but some packs."""
        kept_folders, kept_packs = set(generations), {f"{pack}.pack" for pack in packs}
        for path in (self.root / "generations").iterdir():
            if path.name not in kept_folders:
                discard(path)
        for path in (self.root / "originals").iterdir():
            if path.name not in kept_packs:
                discard(path)

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
