"""Versions of one article: several texts saved under one id, and which of them is the newest."""

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
    """One text of an article; its saved bytes compressed, or where they were kept before."""

    article: Article
    packed: bytes | None
    original: OriginalLocation | None = None


def load_stored_versions(
    engine: Engine, article_id: str, records: Collection[Record]
) -> list[Version]:
    """Versions whose source cannot be read just now, as an unplugged disk: as last indexed."""
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
    """Digest of what a reader reads: two articles with one id and one digest are duplicates."""
    text = f"{article.title}\n{article.body}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def make_version_key(article: Article) -> str:
    """Names a saved version among those of its address, alike in every build: 12 hex digits."""
    return digest_text(article)[:12]


def find_earlier_version(document: Document, key: str) -> Article | None:
    """The earlier saved version with that key, None where there is none."""
    return next((one for one in document.versions if make_version_key(one) == key), None)


def make_recency_key(version: Version) -> tuple[str, str]:
    """Sorts versions of one article: by when it was updated or published, then by when saved."""
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
