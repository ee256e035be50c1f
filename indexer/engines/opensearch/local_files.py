"""What of an index stays on the machine that builds it: catalogue, ledger and saved pages.

    STATE/generations/000012/catalogue.sqlite    what it was made from (storage/catalogue.py)
    STATE/generations/000012/ledger.sqlite       its counts (build_ledger.py)
    STATE/originals/000012.pack                  saved pages it added, compressed

The server holds neither the names of a person's folders nor the pages as they were saved.
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
        """The folder of a new generation, with copies of another's files where one is named.

        Raises:
            StoreError: the other's are not here.
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
        """Make a generation's files durable; an unused pack goes."""
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
        """Keep the files of some generations, and some packs."""
        kept_folders, kept_packs = set(generations), {f"{pack}.pack" for pack in packs}
        for path in (self.root / "generations").iterdir():
            if path.name not in kept_folders:
                discard(path)
        for path in (self.root / "originals").iterdir():
            if path.name not in kept_packs:
                discard(path)

    def read_page(self, place: OriginalLocation, machine: str) -> bytes:
        """The saved bytes of a page, inflated.

        Raises:
            DamageError: they are not here, or altered.
        """
        if not self.locate_pack(place.generation).exists():
            raise DamageError(
                f"The saved pages of this index are on {machine}, which built it; "
                "open the page there, or run rebuild here"
            )
        return self.read_original(place)
