"""Copies in an index: folded in the list, named by the article, the same after updates."""

from __future__ import annotations

import json
import os
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from indexer.engines.interface import Document, SearchOptions
from indexer.errors import NoArticle
from indexer.ingest.pipeline import rebuild, update
from indexer.ingest.progress import SilentProgress
from indexer.models import Article, Query
from indexer.query.ast import Everything
from indexer.search.index import Index
from indexer.search.open import open_engine
from indexer.settings import Settings

COPIES = Path(__file__).parents[2] / "corpus" / "judgements" / "copies.tsv"
TITLES = ["Two engines for the tank", "Tank gets two engines", "Second engine for tank", "Other"]


def record(number, body, source, day):
    content = {"id": f"a{number}", "title": TITLES[number], "body": body, "source": source}
    return json.dumps(content | {"published": day})


WORDS = [f"w{chr(97 + a)}{chr(97 + b)}" for a in range(26) for b in range(26)]
COPIED = " ".join(WORDS[:300])
RECORDS = [
    record(0, f"{COPIED} kestrel", "Kestrel Brief", "2025-03-02"),
    record(1, f"{COPIED} ledger", "Meridian Ledger", "2025-03-01"),
    record(2, f"{COPIED} ledger partners", "Baltic Desk", "2025-03-03"),
    record(3, " ".join(WORDS[300:600]), "Baltic Desk", "2025-03-03"),
]


class Outlets:
    """A folder of one record a file, and the index made of it."""

    def __init__(self, root):
        self.folder = root / "records"
        self.folder.mkdir()
        self.engine = open_engine(str(root / "index"))
        self.index = Index(self.engine, Settings(workers=1))

    def put(self, *numbers):
        for number in numbers:
            (self.folder / f"{number}.jsonl").write_text(RECORDS[number], encoding="utf-8")

    def build(self, how):
        how(self.engine, [self.folder], Settings(workers=1), SilentProgress())

    def found(self, text, **options):
        """Total, and for each hit its ref with the refs of its copies."""
        results = self.index.answer(Query(text, **options))
        return results.total, [(hit.ref, self.refs(hit.copies)) for hit in results.hits]

    def copies(self, ref):
        """Refs of the copies of an article."""
        rows = (
            self.engine.open_snapshot().search(Everything(), SearchOptions(fold_copies=False)).rows
        )
        ids = {self.index.read_document(row.id).article.ref: row.id for row in rows}
        return self.refs(self.index.find_copies(ids[ref]))

    def refs(self, copies):
        return [self.index.read_document(copy.id).article.ref for copy in copies]


@pytest.fixture
def outlets(tmp_path):
    return Outlets(tmp_path)


def test_one_of_a_group_is_shown_and_the_others_beneath_by_day(outlets):
    outlets.put(0, 1, 2, 3)
    outlets.build(rebuild)
    assert outlets.found("waa", sort="newest") == (3, [("a2", ["a1", "a0"])])
    assert outlets.found("waa", sort="oldest") == (3, [("a1", ["a0", "a2"])])
    copies = outlets.index.answer(Query("waa", sort="newest")).hits[0].copies
    assert [(copy.source, copy.published, copy.title) for copy in copies] == [
        ("Meridian Ledger", "2025-03-01", TITLES[1]),
        ("Kestrel Brief", "2025-03-02", TITLES[0]),
    ]


def test_a_copy_that_does_not_match_is_not_beneath_a_hit(outlets):
    outlets.put(0, 1, 2, 3)
    outlets.build(rebuild)
    assert outlets.found("ledger", sort="newest") == (2, [("a2", ["a1"])])
    assert outlets.found("kestrel") == (1, [("a0", [])])


def test_copies_may_stay_apart(outlets):
    outlets.put(0, 1, 2)
    outlets.build(rebuild)
    total, hits = outlets.found("waa", sort="oldest", fold_copies=False)
    assert (total, hits) == (3, [("a1", []), ("a0", []), ("a2", [])])


def test_an_article_names_all_its_copies(outlets):
    outlets.put(0, 1, 2, 3)
    outlets.build(rebuild)
    assert outlets.copies("a0") == ["a1", "a2"]
    assert outlets.copies("a3") == []
    with pytest.raises(NoArticle):
        outlets.index.find_copies("a4")


def test_updates_find_the_copies_that_a_rebuild_finds(outlets):
    outlets.put(0, 3)
    outlets.build(rebuild)
    assert outlets.copies("a0") == []
    outlets.put(1)
    outlets.build(update)
    assert outlets.copies("a0") == ["a1"]
    outlets.put(2)
    outlets.build(update)
    assert outlets.copies("a0") == ["a1", "a2"]
    (outlets.folder / "1.jsonl").unlink()
    outlets.build(update)
    assert outlets.copies("a0") == ["a2"]
    (outlets.folder / "2.jsonl").unlink()
    outlets.build(update)
    assert outlets.copies("a0") == []


def all_copies(engine):
    snapshot = engine.open_snapshot()
    rows = snapshot.search(Everything(), SearchOptions(size=1000, fold_copies=False)).rows
    return {row.id: set(snapshot.find_copies(row.id)) for row in rows}


def write(engine, documents, *, removed=(), fresh=False):
    with engine.open_writer(fresh=fresh) as writer:
        for article_id in removed:
            writer.delete(article_id)
        for document in documents:
            writer.add(document)
        writer.publish()


def article(name, body, day):
    """Of March 2025."""
    return Document(
        Article(name=name, id=name, ref=name, title=name, body=body, published=f"2025-03-{day:02}")
    )


def test_copies_that_a_third_joined_part_when_it_goes(tmp_path):
    """Each has 10 words of 400 of its own: .74 in common, and copies are six days apart at most."""
    engine = open_engine(str(tmp_path))
    texts = [list(WORDS[:400]) for _ in range(3)]
    for number, words in enumerate(texts):
        words[10 + number :: 40] = ["xyz"[number] + word for word in words[10 + number :: 40]]
    made = [article(f"a{n}", " ".join(words), 1 + 5 * n) for n, words in enumerate(texts)]
    write(engine, made, fresh=True)
    assert all_copies(engine)["a0"] == {"a1", "a2"}
    write(engine, [], removed=["a1"])
    assert all_copies(engine) == {"a0": set(), "a2": set()}
    write(engine, made[1:2])
    assert all_copies(engine)["a0"] == {"a1", "a2"}


def test_groups_stay_those_of_a_rebuild_through_updates_and_their_merges(tmp_path):
    """Of three stories, each with 1 to 3 words of 60 changed: .95 to .53 of the runs in common."""
    chance = random.Random(5)
    engine = open_engine(str(tmp_path / "updated"))
    write(engine, [], fresh=True)
    live = {}
    for step in range(20):
        removed = chance.sample(sorted(live), min(len(live), chance.randrange(4)))
        added = []
        for number in range(chance.randrange(1, 6)):
            words = WORDS[60 * (number % 3) :][:60]
            for place in chance.sample(range(60), chance.randrange(1, 4)):
                words[place] = chance.choice(WORDS)
            name = removed[0] if removed and number == 0 else f"a{step}-{number}"
            added.append(article(name, " ".join(words), chance.randrange(1, 29)))
        write(engine, added, removed=removed)
        live = {name: one for name, one in live.items() if name not in removed}
        live |= {one.article.id: one for one in added}
        if step % 10 == 9:
            rebuilt = open_engine(str(tmp_path / f"rebuilt{step}"))
            write(rebuilt, list(live.values()), fresh=True)
            assert all_copies(engine) == all_copies(rebuilt)
    assert len(live) > 10
    assert sum(map(bool, all_copies(engine).values())) > 4


def test_an_altered_file_of_groups_is_reported(outlets):
    outlets.put(0, 1)
    outlets.build(rebuild)
    (path,) = outlets.engine.generations.root.rglob("copies.groups")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert any(str(path) in sentence for sentence in outlets.engine.check())


def test_an_update_does_not_carry_on_altered_groups(outlets):
    outlets.put(0, 1)
    outlets.build(rebuild)
    (path,) = outlets.engine.generations.root.rglob("copies.groups")
    written, time = path.read_bytes(), path.stat().st_mtime_ns
    ones = np.ones(2, "<i4").tobytes()
    assert written.count(ones) == 1
    path.write_bytes(written.replace(ones, bytes(len(ones))))
    os.utime(path, ns=(time, time))
    outlets.put(3)
    outlets.build(update)
    assert outlets.copies("a0") == ["a1"]


def judged_copies():
    found = defaultdict(set)
    for line in COPIES.read_text(encoding="utf-8").splitlines():
        group, name = line.split("\t")
        found[group].add(name)
    return {frozenset(names) for names in found.values()}


def test_only_judged_copies_are_folded_in_the_index_of_the_sample_corpus(sample):
    snapshot = sample.engine.open_snapshot()
    every = snapshot.search(Everything(), SearchOptions(size=200, fold_copies=False))
    folded = snapshot.search(Everything(), SearchOptions(size=200))
    names = {row.id: snapshot.read_document(row.id).article.name for row in every.rows}
    groups = {
        frozenset(names[one] for one in (row.id, *row.copies)) for row in folded.rows if row.copies
    }
    judged = judged_copies()
    assert groups == judged
    assert len(folded.rows) == len(every.rows) - sum(len(names) - 1 for names in groups)
    assert folded.total == every.total == len(every.rows)
    for row in every.rows:
        others = {names[one] for one in snapshot.find_copies(row.id)}
        assert others == next((g - {names[row.id]} for g in groups if names[row.id] in g), set())
