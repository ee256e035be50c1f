"""Damage to files of an index: named by `check`, refused before serving, never run as code.

98 cases: bits flipped, bytes cut, zeroed or lost, over every file of a live generation, its
manifest, the pack of saved pages and the pointer.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import shutil
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest

from indexer.engines.storage.files import digest_bytes
from indexer.engines.storage.manifest import MANIFEST
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import DamageError, IndexerError, StoreError
from indexer.ingest.pipeline import rebuild, update
from indexer.ingest.progress import SilentProgress
from indexer.models import Query
from indexer.output.as_json import encode_results
from indexer.search.open import open_index
from tests.support.numbered_archive import FULL, SETTINGS, forge_manifest, read_state
from tests.support.saved_page import TEXT

CASES = 98
STEP = 1 if FULL else 3
"""Every third case runs by default; together they cover every file and every kind."""


def flip(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def flip_many(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for place in chance.sample(range(len(data)), min(20, len(data))):
        data[place] ^= 0xFF
    path.write_bytes(data)


def truncate(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])


def cut_last_byte(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path, chance: random.Random) -> None:
    path.write_bytes(b"")


def lengthen(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() + b"\x00")


def zero(path: Path, chance: random.Random) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def delete(path: Path, chance: random.Random) -> None:
    path.unlink()


def make_folder(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.mkdir()


def link_elsewhere(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


KINDS = [
    flip, truncate, delete, zero, flip_many, cut_last_byte, empty, lengthen, make_folder,
    link_elsewhere,
]  # fmt: skip


def save(source: Path, name: str, title: str) -> None:
    source.mkdir(exist_ok=True)
    text = f"<html><title>{title}</title><body><article><h1>{title}</h1>{TEXT}</article></body>"
    (source / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two generations, the live one an update with deletions and two packs."""
    root = tmp_path_factory.mktemp("sound")
    for number in range(8):
        save(root / "source", f"{number}.html", f"Report {number}")
    engine = WhooshEngine(root / "data")
    rebuild(engine, [root / "source"], SETTINGS, SilentProgress())
    save(root / "source", "0.html", "Another report")
    save(root / "source", "8.html", "Report 8")
    update(engine, [root / "source"], SETTINGS, SilentProgress())
    return root / "data"


def files_of(index: Path) -> list[str]:
    """Paths of all files that the live generation consists of, pointer and manifest first."""
    engine = WhooshEngine(index)
    name = engine.generations.read_current()
    manifest = engine.generations.load_manifest(name)
    return ["current.json", f"generations/{name}/{MANIFEST}", *sorted(manifest.files)]


def copy_of(index: Path, target: Path) -> Path:
    """As by `cp -a`: times kept."""
    shutil.copytree(index, target)
    return target


def answer(index: Path) -> list[dict[str, object]]:
    found = [open_index(index).answer(Query(text)) for text in ("brigade", '"river road" guns')]
    return [{**encode_results(one), "took_ms": 0} for one in found]


def cases(files: list[str]) -> list[tuple[str, int]]:
    """Every file in turn with kind after kind, so that 98 cases mix both evenly."""
    turns = [(file, (number + turn) % len(KINDS)) for turn in range(len(KINDS))
             for number, file in enumerate(files)]  # fmt: skip
    return list(islice(cycle(turns), CASES))


def test_index_moved_with_or_without_its_times_is_served(sound: Path, tmp_path: Path):
    expected = answer(sound)
    kept = copy_of(sound, tmp_path / "kept")
    assert answer(kept) == expected
    shutil.copytree(sound, tmp_path / "lost", copy_function=shutil.copyfile)
    assert answer(tmp_path / "lost") == expected
    for path in kept.rglob("*"):
        seconds = int(path.stat().st_mtime)
        os.utime(path, (seconds, seconds))
    assert answer(kept) == expected


@pytest.mark.slow
def test_every_damage_is_named_by_check_and_refused_before_serving(sound: Path, tmp_path: Path):
    chance = random.Random(3)
    for number, (name, kind) in islice(enumerate(cases(files_of(sound))), 0, None, STEP):
        index = copy_of(sound, tmp_path / str(number))
        KINDS[kind](index / name, chance)
        told = list(WhooshEngine(index).check())
        case = f"{KINDS[kind].__name__} of {name}"
        assert any(Path(name).name in sentence for sentence in told), case
        assert all("rebuild" in sentence for sentence in told), case
        assert len(told) == len(set(told)), case
        with pytest.raises(StoreError, match=Path(name).name.replace(".", r"\.")):
            WhooshEngine(index).open_snapshot()
        shutil.rmtree(index)


@pytest.mark.slow
def test_bits_fallen_over_unseen_are_named_by_check_and_never_crash(sound: Path, tmp_path: Path):
    """As a worn disk does: content altered, time of change as it was, so that no stat can tell."""
    chance = random.Random(4)
    for number, name in islice(enumerate(files_of(sound) * 5), 0, None, STEP):
        index = copy_of(sound, tmp_path / str(number))
        stat = (index / name).stat()
        flip(index / name, chance)
        os.utime(index / name, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert any(Path(name).name in sentence for sentence in WhooshEngine(index).check()), name
        try:
            answer(index)
        except IndexerError as exc:
            assert str(exc)  # noqa: PT017  refused is as right as answered
        shutil.rmtree(index)


def test_postings_that_lead_nowhere_are_told_by_the_name_of_their_file(sound: Path, tmp_path: Path):
    index = copy_of(sound, tmp_path / "index")
    for path in index.glob("generations/000002/*.documents"):
        stat, numbers = path.stat(), np.fromfile(path, np.int32)
        numbers[:-1][(numbers[:-1] == 6) & (numbers[1:] == 7)] = 1030
        numbers.tofile(path)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(DamageError, match=r"\.documents"):
        answer(index)


def test_rebuild_mends_any_damage(sound: Path, tmp_path: Path):
    chance = random.Random(5)
    for number, name in enumerate(files_of(sound)[: 20 if FULL else 4]):
        index = copy_of(sound, tmp_path / str(number))
        KINDS[number % len(KINDS)](index / name, chance)
        engine = WhooshEngine(index)
        rebuild(engine, [sound.parent / "source"], SETTINGS, SilentProgress())
        assert list(engine.check()) == []
        assert engine.open_snapshot().read_stats().articles == 9


def test_update_of_a_damaged_index_is_refused(sound: Path, tmp_path: Path):
    index = copy_of(sound, tmp_path / "index")
    catalogue = next(index.glob("generations/*2/catalogue.sqlite"))
    flip(catalogue, random.Random(6))
    with pytest.raises(DamageError, match=r"catalogue\.sqlite"):
        update(WhooshEngine(index), [sound.parent / "source"], SETTINGS, SilentProgress())


def test_rollback_mends_a_lost_pointer_and_leaves_damaged_generations(sound: Path, tmp_path: Path):
    index = copy_of(sound, tmp_path / "index")
    (index / "current.json").unlink()
    assert WhooshEngine(index).rollback() == "000002"
    next(index.glob("generations/000002/*.documents")).unlink()
    assert WhooshEngine(index).rollback() == "000001"
    assert WhooshEngine(index).open_snapshot().read_stats().articles == 8
    with pytest.raises(StoreError, match="no generation to go back to"):
        WhooshEngine(index).rollback()


class _Payload:
    """What a hostile pickle does when it is loaded."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return os.mkdir, (str(self.marker),)


def pickles(marker: Path) -> list[bytes]:
    return [pickle.dumps(_Payload(marker), protocol) for protocol in range(6)]


def test_crafted_pickles_in_an_index_folder_do_nothing(sound: Path, tmp_path: Path):
    """In place of every file, and beside them under every name stock Whoosh would open."""
    marker = tmp_path / "ran"
    crafted = pickles(marker)
    pickle.loads(crafted[0])
    marker.rmdir()
    stock = ["_MAIN_1.toc", "MAIN_1.seg", "MAIN_abcdefghijklmnop.seg", "MAIN_WRITELOCK"]
    for number, name in islice(enumerate(files_of(sound)), 0, None, STEP):
        index = copy_of(sound, tmp_path / str(number))
        (index / name).write_bytes(crafted[number % len(crafted)])
        for other in stock:
            (index / other).write_bytes(crafted[2])
            (index / "generations" / "000002" / other).write_bytes(crafted[4])
        engine = WhooshEngine(index)
        assert list(engine.check())
        with pytest.raises(StoreError):
            engine.open_snapshot()
        rebuild(engine, [sound.parent / "source"], SETTINGS, SilentProgress())
        assert answer(index)
    assert not marker.exists()


def test_hostile_index_with_fitting_checksums_does_nothing(sound: Path, tmp_path: Path):
    """A manifest proves nothing about an index from elsewhere: it can be made to fit anything."""
    marker = tmp_path / "ran"
    for number, name in enumerate(files_of(sound)[2:]):
        index = copy_of(sound, tmp_path / str(number))
        (index / name).write_bytes(pickles(marker)[number % 6])
        forge_manifest(index)
        try:
            answer(index)
            read_state(WhooshEngine(index))
        except (StoreError, AssertionError):
            continue
    assert not marker.exists()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "generations/000002/../../x", "originals/x.pack"]
)
def test_manifest_that_names_a_file_elsewhere_is_damage(sound: Path, tmp_path: Path, name: str):
    index = copy_of(sound, tmp_path / "index")
    path = index / "generations" / "000002" / MANIFEST
    content = json.loads(path.read_bytes())
    del content["digest"]
    content["files"][name] = {"size": 1, "digest": "", "modified_ns": 1}
    seal = digest_bytes(json.dumps(content, sort_keys=True).encode())
    path.write_text(json.dumps({**content, "digest": seal}), encoding="utf-8")
    with pytest.raises(DamageError, match="is no file of a generation"):
        WhooshEngine(index).open_snapshot()
