"""Both engines are asked the same of the sample corpus, and answer the same.

A server is needed for one of them: see `.ci/opensearch/start`.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path

import pytest

from indexer.ingest.pipeline import rebuild
from indexer.ingest.progress import SilentProgress
from indexer.models import Query
from indexer.search.open import open_engine, open_index
from indexer.settings import Settings

CORPUS = Path(__file__).parents[2] / "corpus"

QUERIES = [
    *(
        json.loads(line)["text"]
        for line in (CORPUS / "judgements" / "queries.jsonl").read_text().splitlines()
    ),
    "con*", "pro*", "drone~1", "ab~2", "zelenski~2", "missile NEAR/3 missile", "16", "us",
    "(drone OR missile) NEAR/5 (attack OR strike)", "poland NEAR/8 ukraine NEAR/8 nato",
    'title:"air def*"', "F 16", "DIB", "nonsenseword", "patrot", "beleras misile",
    "poland nonsenseword himars", "atleast2(title:drone)", "body:(poland NEAR/5 himars)",
    "air-to-a*", "drone drone", 'author:"Gus Halloran"', "country:ukraine -country:russia",
    "date:2024 OR patriot", '"U.S. Army"', "$1.2 billion", "lead:missile OR title:drone",
    "(patriot OR himars) germany",
]  # fmt: skip

OPTIONS = [
    {},
    {"sort": "newest", "size": 50},
    {"match": "any", "fold_copies": False, "size": 200},
    {"filters": {"source": ("Northern Wire", "Baltic Desk"), "country": ("Ukraine",)}},
    {"exact": True, "first": "2023-01-01", "last": "2024-12-31", "sort": "oldest", "size": 100},
]

AGREED = (
    "total", "listed", "facets", "searched", "widened", "notices", "suggestion", "missing",
    "word_counts", "newest", "months",
)  # fmt: skip


@pytest.fixture(scope="module")
def sample_on_server(on_server):
    location = on_server("sample")
    rebuild(open_engine(location), [CORPUS / "pages"], Settings(workers=2), SilentProgress())
    return open_index(location)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_engines_agree_on_the_sample_corpus(sample, sample_on_server, options):
    for text in QUERIES:
        query = Query(text, **options)
        one, other = sample.answer(query), sample_on_server.answer(query)
        for name in AGREED:
            assert getattr(one, name) == getattr(other, name), (text, name)
        hits, others = ({hit.id: hit for hit in each.hits} for each in (one, other))
        whole = len(hits) == one.listed
        if whole or query.sort != "relevance":
            assert hits.keys() == others.keys(), text
        if query.sort != "relevance":
            assert list(hits) == list(others), text
        for key in hits.keys() & others.keys():
            here, there = hits[key], others[key]
            assert (here.title_marks, here.snippets) == (there.title_marks, there.snippets), text
            if whole:
                ids = {here.id, *(copy.id for copy in here.copies)}
                assert ids == {there.id, *(copy.id for copy in there.copies)}, text


def test_engines_agree_on_near_misses_of_many_words(sample, sample_on_server):
    query = Query("patriot himars f-35 su-25 kyiv dod nosuchword")
    one, other = sample.answer(query), sample_on_server.answer(query)
    assert one.total == other.total == 0
    assert [hit.id for hit in one.instead] == [hit.id for hit in other.instead] != []


def test_engines_rank_the_judged_queries_alike(sample, sample_on_server):
    assert ndcg(sample_on_server) == pytest.approx(ndcg(sample), abs=0.01)


def ndcg(index):
    """Mean nDCG@10 on the judged queries of the sample corpus, copies apart."""
    grades = defaultdict(dict)
    for line in (CORPUS / "judgements" / "qrels.tsv").read_text().splitlines():
        query, ref, grade = line.split("\t")
        grades[query][ref] = int(grade)
    values = []
    for line in (CORPUS / "judgements" / "queries.jsonl").read_text().splitlines():
        row = json.loads(line)
        query = Query(row["text"], fresh=False, fold_copies=False, size=10)
        known = grades[row["id"]]
        best = _gain(sorted(known.values(), reverse=True)[:10])
        if best:
            values.append(_gain([known.get(ref, 0) for ref, _ in index.rank_refs(query)]) / best)
    return sum(values) / len(values)


def _gain(grades):
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))
