"""Compares the versions of one article: several texts saved under one id.

In: versions, or the stored document of the id. Out: digests and keys that identify a version, and
the order from the oldest to the newest.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.errors import NoArticle, StoreError

if TYPE_CHECKING:
    from collections.abc import Collection

    from indexer.engines.interface import Document, Engine
    from indexer.engines.storage.catalogue import Record
    from indexer.engines.storage.files import OriginalLocation
    from indexer.models import Article


@dataclass(frozen=True, slots=True)
class Version:
    """One saved text of an article.

    Attributes:
        article: the text.
        packed: its saved bytes, zlib-compressed; None if they are not to be stored.
        original: where an earlier build stored the bytes; None if it did not.
    """

    article: Article
    packed: bytes | None
    original: OriginalLocation | None = None


def load_stored_versions(
    engine: Engine, article_id: str, records: Collection[Record]
) -> list[Version]:
    """Load versions from the live generation, for records whose source cannot be read now.

    Args:
        engine: the index.
        article_id: of all records.
        records: of a source that is missing, such as an unplugged disk.

    Returns:
        Versions with the text of a record; none if the live generation cannot be read.
    """
    if not records:
        return []
    try:
        document = engine.open_snapshot().read_document(article_id)
    except (NoArticle, StoreError):
        return []
    texts = {record.text for record in records}
    newest = [Version(document.article, None, document.original)]
    earlier = [Version(article, None) for article in document.versions]
    return [one for one in newest + earlier if digest_text(one.article) in texts]


def digest_text(article: Article) -> str:
    """Digest title and body: two articles with one id and one digest are duplicates."""
    text = f"{article.title}\n{article.body}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def make_version_key(article: Article) -> str:
    """Make the key of a version among those of its id: 12 hex digits, the same in every build."""
    return digest_text(article)[:12]


def find_earlier_version(document: Document, key: str) -> Article | None:
    """Find the earlier version with a key; None if the document has no such version."""
    return next((one for one in document.versions if make_version_key(one) == key), None)


def make_recency_key(version: Version) -> tuple[str, str]:
    """Make a sort key of versions: when updated or published, in UTC, then when saved."""
    article = version.article
    return _to_utc(article.updated or article.published), article.saved or ""


def _to_utc(printed: str | None) -> str:
    if not printed:
        return ""
    try:
        when = datetime.fromisoformat(printed)
    except ValueError:
        return printed
    return when.replace(tzinfo=when.tzinfo or UTC).astimezone(UTC).isoformat()
