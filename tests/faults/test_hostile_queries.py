"""Hostile queries: each is answered or refused in a sentence, in a worker thread as in the server.

With DATELINE_FULL_FAULTS=1 each must take under a second of the processor; DATELINE_HOSTILE_INDEX
names a large index to ask (a sample is no measure of `x* OR y*`).
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from indexer.errors import IndexerError
from indexer.models import Query
from indexer.search.open import open_index
from tests.support.numbered_archive import FULL

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.search.index import Index

MEGABYTE = 1_000_000

QUERIES = {
    "everything": "*",
    "everything, again and again": "* " * 50,
    "one letter and a star": "a*",
    "three letters and a star": "the*",
    "stars joined by OR": " OR ".join(f"{letter}a*" for letter in "abcdefghijklmnopqrstuvwxyz"),
    "long stars joined by OR": " OR ".join(["con*", "pre*", "str*", "pro*", "int*", "com*"] * 8),
    "stars in a phrase": '"' + "the* " * 40 + '"',
    "star at the beginning": "*tion",
    "star in the middle": "a*b*c*d",
    "question marks": "????????",
    "nine letters wrong": "belarus~9",
    "fuzzy short words": "a~ b~ c~ d~ at~2 in~2 on~2",
    "fuzzy words joined by OR": " OR ".join(["missile~2", "brigade~2", "command~2"] * 16),
    "a thousand parentheses": "(" * 1_000,
    "a thousand pairs": "(" * 490 + "a" + ")" * 490,
    "parentheses of a megabyte": "(" * MEGABYTE,
    "closing parentheses of a megabyte": ")" * MEGABYTE,
    "quotes of a megabyte": '"' * MEGABYTE,
    "one word of a megabyte": "x" * MEGABYTE,
    "many words of a megabyte": "gun " * (MEGABYTE // 4),
    "spaces of a megabyte": " " * MEGABYTE,
    "hyphens of a megabyte": "-" * MEGABYTE,
    "combining marks of a megabyte": "a" + "\u0301" * MEGABYTE,
    "minus before minus": "- " * 500,
    "NOT before NOT": "NOT " * 250,
    "only what is excluded": "-the -a -of -in",
    "operators alone": "AND OR NOT AND OR NOT",
    "operators upside down": 'OR AND ) NOT ( " ~ * : ^ [ TO',
    "near everything": "the NEAR/9999999999 of",
    "near in a chain": " NEAR/10 ".join(["the", "of", "in", "and"] * 12),
    "near of groups": "(the OR of OR in) NEAR/50 (and OR to OR a) NEAR/50 (is OR was OR by)",
    "mentions without end": "atleast999999999999999999999(the)",
    "mentions of none": "atleast0(the)",
    "boost without end": "gun^1e309 gun^-1 gun^nan",
    "range the wrong way": "date:2025..1999",
    "range of nonsense": "date:[0000-00-00 TO 99999-99-99]",
    "date of digits": "date:" + "9" * 900,
    "fields in fields": "title:body:title:body:title:gun",
    "field of everything": "title:* body:* author:*",
    "unknown fields": " ".join(f"field{number}:x" for number in range(50)),
    "null": "\x00",
    "control characters": "".join(map(chr, range(32))) * 20,
    "half a surrogate": "\ud800 gun \udfff",
    "right to left and zero width": "\u202e\u200b\u200d\ufeff gun\u202c",
    "emoji": "\U0001f680" * 500,
    "a script": "<script>alert(1)</script>",
    "SQL": "'; DROP TABLE articles; --",
    "a path": "../../../../etc/passwd\x00.html",
    "template": "{{ 7*7 }} ${7*7} #{7*7} %s%s%n",
    "regular expression": "/(a+)+$/ (a|a)*b [[:alpha:]]{99999}",
    "digits and letters in turn": "a1" * 32,
    "designations": " ".join(f"Su-{number}" for number in range(50)),
    "turned dates": "2024-13-45 31.02.2024 00/00/0000",
    "long compounds": "-".join(["a"] * 400),
    "dots": "." * 999,
    "apostrophes": "'’`´" * 240,
    "percent and plus": "%00%ff+%2b" * 90,
}


@dataclass
class Outcome:
    """What a thread found: `said` is a total or the refusal; empty where it failed otherwise."""

    said: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


def asked(index: Index, text: str, match: str) -> Outcome:
    """Ask in a thread of its own, which has a smaller stack and takes no signals."""
    found = Outcome()

    def ask() -> None:
        started = time.thread_time()
        try:
            found.said = str(index.answer(Query(text, match=match)).total)
        except IndexerError as exc:
            found.said = str(exc)
        found.seconds[text] = time.thread_time() - started

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(120)
    return found


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Index:
    return open_index(os.environ.get("DATELINE_HOSTILE_INDEX", str(sample_index)))


@pytest.mark.parametrize("name", QUERIES)
def test_hostile_query_is_answered_or_refused(index: Index, name: str):
    for match in ("all", "any"):
        found = asked(index, QUERIES[name], match)
        assert found.said, name
        spent = sum(found.seconds.values())
        if FULL:
            print(f"\nhostile query, {name}, {match}: {1000 * spent:.0f} ms")  # noqa: T201
            assert spent < 1.0
