"""The examples of the help page: no query gives a notice, and every field has one."""

from __future__ import annotations

import pytest

from indexer.fields import SEARCH_FIELDS as FIELDS
from indexer.query.ast import Nothing
from indexer.query.examples import EXAMPLES
from indexer.query.parser import parse


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.query)
def test_every_example_is_a_query_without_a_fault(example):
    parsed = parse(example.query)
    assert parsed.notices == ()
    assert parsed.tree != Nothing()


def test_examples_show_every_field():
    shown = " ".join(example.query for example in EXAMPLES)
    assert [name for name in (*FIELDS, "date") if f"{name}:" not in shown] == []
