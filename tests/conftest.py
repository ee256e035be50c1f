"""What several tests share: the sample corpus, built once into a real index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indexer.build import rebuild
from indexer.config import Settings
from indexer.opening import open_engine, open_index
from indexer.progress import Quiet

if TYPE_CHECKING:
    from indexer.search import Index

CORPUS = Path(__file__).parent.parent / "corpus"
PAGES = CORPUS / "pages"


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an index of the sample corpus. Shared by all tests: never write to it."""
    root = tmp_path_factory.mktemp("sample") / "index"
    rebuild(open_engine(str(root)), [PAGES], Settings(workers=2), Quiet())
    return root


@pytest.fixture(scope="session")
def sample(sample_index: Path) -> Index:
    """The same index, open for searching."""
    return open_index(sample_index)
