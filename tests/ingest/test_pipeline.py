"""Building: nothing lost, duplicates and versions settled alike, update equals rebuild."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest

from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import NoArticle, NoIndex, SourceError
from indexer.ingest.pipeline import rebuild, update
from indexer.ingest.progress import SilentProgress
from indexer.ingest.quarantine import Quarantine
from indexer.settings import Settings
from tests.support.archives import make_zip
from tests.support.killed_workers import KillOn, kill_on
from tests.support.permissions import obey_permissions

__all__ = ["kill_on"]

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from indexer.engines.interface import Document
    from indexer.models import BuildReport

SETTINGS = Settings(workers=1, page_s=20)

FILLER = " ".join(
    f"Paragraph {number} tells how the brigade moved its guns along the river road that week."
    for number in range(6)
)


def page(title: str, text: str, url: str | None = None, date: str = "2024-05-01") -> str:
    link = f'<link rel="canonical" href="{url}">' if url else ""
    return (
        f'<html><head><title>{title}</title>{link}<meta property="article:published_time" '
        f'content="{date}"></head><body><article><h1>{title}</h1><p>{text} {FILLER}</p>'
        f"</article></body></html>"
    )


class Archive:
    """A source folder and an index over it."""

    def __init__(self, root: Path) -> None:
        self.source = root / "pages"
        self.source.mkdir(parents=True)
        self.engine = WhooshEngine(root / "data")

    def save(self, name: str, content: str) -> None:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def build(self, how: Callable[..., BuildReport], *sources: Path) -> BuildReport:
        report = how(self.engine, sources or [self.source], SETTINGS, SilentProgress())
        counted = report.indexed + report.duplicates + len(report.quarantined) + report.unchanged
        assert report.read == counted
        return report

    def documents(self) -> dict[str, Document]:
        snapshot = self.engine.open_snapshot()
        keys = [key for segment in snapshot.index.segments for key in segment.get_text_column("id")]
        found = {}
        for key in keys:
            try:
                found[key] = snapshot.read_document(key)
            except NoArticle:
                continue
        return found

    def titles(self) -> list[str]:
        return sorted(document.article.title for document in self.documents().values())


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def test_every_page_is_indexed_or_quarantined_with_a_reason(archive: Archive):
    archive.save("a.html", page("Guns to Narva", "Estonia buys howitzers."))
    archive.save("b.html", "")
    archive.save("c.html", "<html><body><nav><a href='/'>Home</a></nav></body></html>")
    report = archive.build(rebuild)
    assert (report.read, report.indexed) == (3, 1)
    assert [bad.name for bad in report.quarantined] == ["b.html", "c.html"]
    assert all(bad.reason for bad in report.quarantined)


def test_same_id_and_text_is_a_duplicate(archive: Archive):
    text = page("Guns to Narva", "Estonia buys howitzers.", "https://wire.example/guns")
    archive.save("a.html", text)
    archive.save("b.html", text)
    report = archive.build(rebuild)
    assert (report.indexed, report.duplicates) == (1, 1)
    assert [one.article.name for one in archive.documents().values()] == ["a.html"]


def test_same_id_and_other_text_is_a_version_and_the_newest_is_shown(archive: Archive):
    url = "https://wire.example/guns"
    archive.save("a.html", page("Guns to Narva", "Twelve howitzers.", url, "2024-05-03"))
    archive.save("b.html", page("Guns for Narva", "Ten howitzers.", url, "2024-05-01"))
    archive.build(rebuild)
    (document,) = archive.documents().values()
    assert document.article.title == "Guns to Narva"
    assert [version.title for version in document.versions] == ["Guns for Narva"]


def test_id_is_the_same_after_every_rebuild(archive: Archive):
    archive.save("a.html", page("Guns to Narva", "Estonia buys howitzers."))
    archive.build(rebuild)
    first = set(archive.documents())
    archive.build(rebuild)
    assert set(archive.documents()) == first


def test_failed_rebuild_keeps_the_old_index(archive: Archive):
    archive.save("a.html", page("Guns to Narva", "Estonia buys howitzers."))
    archive.build(rebuild)
    archive.save("a.html", "")
    with pytest.raises(SourceError, match="nothing was changed"):
        archive.build(rebuild)
    assert archive.titles() == ["Guns to Narva"]


def test_missing_source_is_refused_before_anything_is_written(archive: Archive, tmp_path: Path):
    with pytest.raises(SourceError, match="No such file or folder"):
        archive.build(rebuild, tmp_path / "nowhere")


def test_update_needs_an_index(archive: Archive):
    archive.save("a.html", page("Guns to Narva", "Estonia buys howitzers."))
    with pytest.raises(NoIndex, match="rebuild"):
        archive.build(update)


def test_update_reads_only_what_changed(archive: Archive):
    for name in "abc":
        archive.save(f"{name}.html", page(f"Story {name}", f"Text of {name}."))
    archive.build(rebuild)
    archive.save("b.html", page("Story b2", "Other text of b."))
    (archive.source / "c.html").unlink()
    archive.save("d.html", page("Story d", "Text of d."))
    report = archive.build(update)
    assert (report.unchanged, report.indexed, report.removed) == (1, 2, 2)
    assert archive.titles() == ["Story a", "Story b2", "Story d"]


def test_touched_file_with_the_same_bytes_is_unchanged(archive: Archive):
    archive.save("a.html", page("Story a", "Text of a."))
    archive.build(rebuild)
    os.utime(archive.source / "a.html", (1, 1))
    assert archive.build(update).unchanged == 1


def test_update_leaves_sources_that_were_not_named(archive: Archive, tmp_path: Path):
    archive.save("a.html", page("Story a", "Text of a."))
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.html").write_text(page("Story b", "Text of b."), encoding="utf-8")
    archive.build(rebuild, archive.source, other)
    (archive.source / "a.html").rename(tmp_path / "a.html")
    archive.save("c.html", page("Story c", "Text of c."))
    shutil.rmtree(other)
    archive.build(update, archive.source)
    assert archive.titles() == ["Story b", "Story c"]


def test_duplicate_takes_the_place_of_the_one_that_goes(archive: Archive):
    text = page("Guns to Narva", "Estonia buys howitzers.", "https://wire.example/guns")
    archive.save("a.html", text)
    archive.save("b.html", text)
    archive.build(rebuild)
    (archive.source / "a.html").unlink()
    report = archive.build(update)
    assert [one.article.name for one in archive.documents().values()] == ["b.html"]
    assert report.removed == 0


def test_records_of_a_changed_container_are_compared_one_by_one(archive: Archive):
    rows = [{"id": str(n), "title": f"Story {n}", "body": f"{n} {FILLER}"} for n in range(12)]
    archive.save("rows.jsonl", "\n".join(map(json.dumps, rows)))
    archive.build(rebuild)
    rows[3]["title"] = "Story three"
    archive.save("rows.jsonl", "\n".join(map(json.dumps, rows[:11])))
    report = archive.build(update)
    assert (report.unchanged, report.indexed, report.removed) == (10, 1, 1)
    assert "Story three" in archive.titles()


def test_archive_that_comes_or_goes_beside_a_file_called_as_its_page_leaves_no_ghost(
    archive: Archive,
):
    archive.save("a.zip!x.html", page("Story beside", "Text beside."))
    archive.save("other.html", page("Story other", "Other text."))
    archive.build(rebuild)
    packed = archive.source / "a.zip"
    packed.write_bytes(make_zip({"x.html": page("Story within", "Text within.").encode()}))
    archive.build(update)
    assert archive.titles() == ["Story beside", "Story other", "Story within"]
    assert archive.build(update).unchanged == 3
    (archive.source / "a.zip!x.html").rename(archive.source.parent / "aside")
    archive.build(update)
    assert archive.titles() == ["Story other", "Story within"]
    (archive.source.parent / "aside").rename(archive.source / "a.zip!x.html")
    archive.build(update)
    packed.unlink()
    archive.build(update)
    assert {one.article.name for one in archive.documents().values()} == {
        "a.zip!x.html", "other.html",
    }  # fmt: skip


def test_members_of_one_name_go_with_their_archive(archive: Archive):
    """Found by the second attack: of two members `x.html` one stayed for good."""
    archive.save("other.html", page("Story other", "Other text."))
    packed = archive.source / "a.zip"
    with zipfile.ZipFile(packed, "w") as writer, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in (1, 2):
            writer.writestr("x.html", page(f"Story {number}", f"Text {number}."))
    archive.build(rebuild)
    assert archive.titles() == ["Story 1", "Story 2", "Story other"]
    packed.unlink()
    archive.build(update)
    assert archive.titles() == ["Story other"]


@pytest.fixture
def sources(archive: Archive, tmp_path: Path) -> tuple[Path, Path]:
    """Two folders: in both a version of one article, in the second also another article."""
    other = tmp_path / "other"
    other.mkdir()
    guns = "https://wire.example/guns"
    archive.save("a.html", page("Guns to Narva", "Twelve howitzers.", guns, "2024-05-03"))
    archive.save("z.html", page("Story z", "Text of z."))
    (other / "b.html").write_text(page("Guns for Narva", "Ten howitzers.", guns, "2024-05-01"))
    (other / "c.html").write_text(page("Tanks", "Tanks go.", "https://wire.example/tanks"))
    archive.build(rebuild, archive.source, other)
    return archive.source, other


def read_titles(archive: Archive) -> list[tuple[str, ...]]:
    """Return the titles of the versions of every document, two of one id included."""
    index = archive.engine.open_snapshot().index
    assert len(archive.documents()) == index.document_count, "one id twice"
    return sorted(
        (one.article.title, *(version.title for version in one.versions))
        for one in archive.documents().values()
    )


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://wire.example/guns", "Guns at Narva"),
        ("https://wire.example/tanks", "Tanks again"),
        (None, "A foreign story"),
    ],
)
@pytest.mark.parametrize("changed", [True, False])
def test_page_that_changed_in_another_source_is_left_to_the_update_of_that_source(
    archive: Archive, sources: tuple[Path, Path], url: str | None, title: str, *, changed: bool
):
    """Found by the second attack: an article vanished, another was listed twice."""
    first, other = sources
    (other / "b.html").write_text(page(title, "Other text.", url, "2024-05-09"))
    mine: tuple[str, ...] = ("Guns for Narva",)
    if changed:
        text = page("Guns to Narva now", "Thirteen howitzers.", "https://wire.example/guns")
        archive.save("a.html", text.replace("2024-05-01", "2024-05-04"))
        mine = ("Guns to Narva now", "Guns for Narva")
    else:
        (first / "a.html").unlink()
    archive.build(update, first)
    assert read_titles(archive) == sorted([mine, ("Story z",), ("Tanks",)])
    assert list(archive.engine.check()) == []

    archive.build(update, other)
    updated = _without_places(archive.documents())
    archive.build(rebuild, first, other)
    assert _without_places(archive.documents()) == updated
    assert any(title in titles for titles in read_titles(archive))


@pytest.mark.parametrize("title", ["Guns again", "Guns for Narva"])
def test_page_that_changes_while_the_build_reads_it_is_read_by_the_next_update(
    archive: Archive, title: str
):
    """And a copy of it, which had no text of its own."""
    guns = "https://wire.example/guns"
    archive.save("a.html", page("Guns to Narva", "Twelve howitzers.", guns, "2024-05-03"))
    for name in ("b.html", "c.html"):
        archive.save(name, page("Guns for Narva", "Ten howitzers.", guns, "2024-05-01"))

    class Overwriting(SilentProgress):
        def __call__(self, pages: int, share: float) -> None:
            if pages == 3:
                archive.save("b.html", page(title, "Other text.", guns, "2024-05-02"))

    rebuild(archive.engine, [archive.source], SETTINGS, Overwriting())
    assert read_titles(archive) == [("Guns to Narva",)]
    archive.build(update)
    assert read_titles(archive) == [("Guns to Narva", title, "Guns for Narva")]


def test_page_whose_process_is_killed_keeps_its_article_until_an_update_can_clean_it(
    archive: Archive, kill_on: KillOn
):
    """Found by the second attack: its text was dropped, and later updates said "unchanged"."""
    for name in "ab":
        archive.save(f"{name}.html", page(f"Story {name}", f"Text of {name}."))
    archive.build(rebuild)
    archive.save("b.html", page("Story b2", "Other text of b."))
    archive.save("c.html", page("Story c", "Text of c."))
    kill_on("b.html", 2)
    report = archive.build(update)
    assert archive.titles() == ["Story a", "Story b", "Story c"]
    (bad,) = report.quarantined
    assert bad.name == "b.html"
    assert "its indexed version stays" in bad.reason
    assert report.removed == 0

    kill_on("b.html", 2)
    assert len(archive.build(update).quarantined) == 1
    report = archive.build(update)
    assert (report.unchanged, report.indexed, report.quarantined) == (2, 1, ())
    assert archive.titles() == ["Story a", "Story b2", "Story c"]
    assert archive.build(update).unchanged == 3


def test_new_page_whose_process_is_killed_is_tried_by_the_next_update(
    archive: Archive, kill_on: KillOn
):
    rows = [{"id": str(n), "title": f"Story {n}", "body": f"{n} {FILLER}"} for n in range(3)]
    archive.save("rows.jsonl", "\n".join(map(json.dumps, rows)))
    kill_on("rows.jsonl!2", 2)
    report = archive.build(rebuild)
    assert [bad.name for bad in report.quarantined] == ["rows.jsonl!2"]
    assert archive.titles() == ["Story 0", "Story 2"]
    assert archive.build(update).unchanged == 2
    assert archive.titles() == ["Story 0", "Story 1", "Story 2"]


def save_archive(archive: Archive, name: str) -> bytes:
    """Save an archive of six stories, one of them in an archive inside it; returns its bytes."""
    stories = {f"{n}.html": page(f"Story {n}", f"Text {n}.").encode() for n in range(6)}
    inner = make_zip({"5.html": stories.pop("5.html")})
    rows = [{"id": str(n), "title": f"Story {n}", "body": f"{n} {FILLER}"} for n in range(6)]
    data = make_zip({**stories, "in.zip": inner}, zipfile.ZIP_STORED)
    if name.endswith(".gz"):
        data = gzip.compress("\n".join(map(json.dumps, rows)).encode())
    (archive.source / name).write_bytes(data)
    return data


@pytest.mark.parametrize("name", ["a.zip", "rows.jsonl.gz"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_archive_that_is_half_copied_keeps_its_articles(archive: Archive, name: str, share: float):
    """Found by the second attack: an update emptied it."""
    archive.save("other.html", page("Story other", "Other text."))
    data = save_archive(archive, name)
    archive.build(rebuild)
    whole = archive.titles()
    assert len(whole) == 7
    (archive.source / name).write_bytes(data[: int(len(data) * share) or 5])
    for _ in range(2):
        told = {bad.name: bad.reason for bad in archive.build(update).quarantined}
        assert "articles indexed from it stay until it is deleted" in told[name]
        assert archive.titles() == whole
    (archive.source / name).write_bytes(data)
    report = archive.build(update)
    assert (report.quarantined, archive.titles()) == ((), whole)
    (archive.source / name).unlink()
    archive.build(update)
    assert archive.titles() == ["Story other"]


def test_members_that_are_damaged_keep_their_articles(archive: Archive):
    archive.save("other.html", page("Story other", "Other text."))
    data = bytearray(save_archive(archive, "a.zip"))
    archive.build(rebuild)
    whole = archive.titles()
    data[data.index(b"Story 2")] ^= 1
    inner = data.index(b"PK\x05\x06")  # the end of the archive inside
    data[inner : inner + 4] = b"gone"
    (archive.source / "a.zip").write_bytes(data)
    report = archive.build(update)
    assert {bad.name for bad in report.quarantined} == {"a.zip!2.html", "a.zip!in.zip"}
    assert archive.titles() == whole


@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_folder_without_permission_keeps_its_articles(archive: Archive, mode: int):
    for name in ("sub/a.html", "sub/deep/b.html", "c.html"):
        archive.save(name, page(f"Story {name}", f"Text of {name}."))
    archive.build(rebuild)
    whole = archive.titles()
    folder = archive.source / "sub"
    folder.chmod(mode)
    try:
        with obey_permissions():
            report = archive.build(update)
        assert archive.titles() == whole
        assert report.quarantined
    finally:
        folder.chmod(0o755)
    report = archive.build(update)
    assert (report.quarantined, archive.titles()) == ((), whole)
    shutil.rmtree(folder)
    archive.build(update)
    assert archive.titles() == ["Story c.html"]


def test_saved_bytes_are_kept_and_given_back(archive: Archive):
    text = page("Guns to Narva", "Estonia buys howitzers.")
    archive.save("a.html", text)
    archive.build(rebuild)
    archive.save("b.html", page("Story b", "Text of b."))
    archive.build(update)
    snapshot = archive.engine.open_snapshot()
    by_title = {one.article.title: one for one in archive.documents().values()}
    original = by_title["Guns to Narva"].original
    assert original is not None
    assert snapshot.read_original(original).decode() == text


def test_snapshot_answers_from_its_generation_while_a_new_one_is_published(archive: Archive):
    archive.save("a.html", page("Story a", "Text of a."))
    archive.build(rebuild)
    held = archive.engine.open_snapshot()
    (key,) = archive.documents()
    archive.save("a.html", page("Story b", "Text of b."))
    archive.build(rebuild)
    assert held.read_document(key).article.title == "Story a"
    assert archive.titles() == ["Story b"]


def test_check_names_an_altered_file_and_rollback_goes_back(archive: Archive):
    archive.save("a.html", page("Story a", "Text of a."))
    archive.build(rebuild)
    archive.save("a.html", page("Story b", "Text of b."))
    archive.build(rebuild)
    assert list(archive.engine.check()) == []
    live = archive.engine.generations.locate_generation(archive.engine.open_snapshot().generation)
    path = next(live.glob("*.stored"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert any(path.name in line for line in archive.engine.check())
    archive.engine.rollback()
    assert archive.titles() == ["Story a"]


@pytest.mark.parametrize("seed", range(4))
def test_update_equals_rebuild(tmp_path: Path, seed: int):
    """Random saves, changes, removals and copies; the updated index holds what a new one holds."""
    chance = random.Random(seed)
    updated = Archive(tmp_path / "updated")
    names = [f"{folder}/{number}.html" for folder in "xy" for number in range(4)]

    def change(name: str) -> None:
        path = updated.source / name
        if path.exists() and chance.random() < 0.3:
            path.unlink()
            return
        number = chance.randrange(3)
        url = chance.choice([None, "https://wire.example/a", "https://wire.example/b"])
        day = f"2024-05-{chance.randrange(1, 4):02d}"
        updated.save(name, page(f"Story {number}", f"Text {number}.", url, day))

    for name in names[:5]:
        change(name)
    updated.build(rebuild)
    for _ in range(3):
        for name in chance.sample(names, 4):
            change(name)
        if any(updated.source.rglob("*.html")):
            updated.build(update)
    anew = Archive(tmp_path / "anew")
    shutil.rmtree(anew.source)
    anew.source = updated.source
    anew.build(rebuild)
    assert _without_places(updated.documents()) == _without_places(anew.documents())


def _without_places(documents: dict[str, Document]) -> dict[str, tuple[object, ...]]:
    """What a reader sees of each document: not where its saved bytes stand."""
    return {key: (one.article, one.versions) for key, one in documents.items()}


def test_page_of_an_archive_has_the_address_the_archive_gives(archive: Archive):
    """And the same id as the same page saved in another way."""
    url = "https://wire.example/guns"
    html = page("Guns to Narva", "Estonia buys howitzers in Łódź.").encode("iso-8859-2")
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=iso-8859-2\r\n\r\n" + html
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2024-05-02T10:00:00Z\r\nContent-Type: application/http\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    (archive.source / "crawl.warc").write_bytes(head.encode() + http + b"\r\n\r\n")
    archive.build(rebuild)
    ((key, document),) = archive.documents().items()
    assert document.article.url == url
    assert document.article.saved == "2024-05-02T10:00:00+00:00"
    assert "in Łódź." in document.article.body
    (archive.source / "crawl.warc").unlink()
    archive.save("a.html", page("Guns to Narva", "Estonia buys howitzers.", url))
    archive.build(rebuild)
    assert list(archive.documents()) == [key]


def test_update_that_changed_nothing_publishes_nothing(archive: Archive):
    """Nor does one that meets again what cannot be read, or a file that was touched."""
    archive.save("a.html", page("Guns to Narva", "Estonia buys howitzers."))
    archive.save("b.html", "")
    os.mkfifo(archive.source / "c.html")
    first = archive.build(rebuild)
    os.utime(archive.source / "a.html", (1, 1))
    for _ in range(4):
        report = archive.build(update)
        assert (report.published, report.generation) == (False, first.generation)
    assert archive.engine.generations.list_published() == [first.generation]
    assert list(archive.engine.check()) == []
    assert [bad.name for bad in Quarantine(archive.engine.folder).list_entries()] == [
        "b.html",
        "c.html",
    ]


@pytest.mark.parametrize("change", ["duplicate", "removed duplicate", "source", "empty page"])
def test_update_that_changed_only_what_was_read_publishes(
    archive: Archive, tmp_path: Path, change: str
):
    """What the index shows is the same; what the next update compares with is not."""
    text = page("Guns to Narva", "Estonia buys howitzers.", "https://wire.example/guns")
    archive.save("a.html", text)
    if change == "removed duplicate":
        archive.save("b.html", text)
    first = archive.build(rebuild)
    sources = [archive.source]
    if change == "duplicate":
        archive.save("b.html", text)
    elif change == "removed duplicate":
        (archive.source / "b.html").unlink()
    elif change == "empty page":
        archive.save("b.html", "")
    else:
        sources = [tmp_path / "copy"]
        shutil.copytree(archive.source, sources[0])
    report = archive.build(update, *sources)
    assert report.published
    assert report.generation > first.generation
    assert not archive.build(update, *sources).published
