"""Completions and neighbours over the sample corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from indexer.search.suggestions import NameCompletions

if TYPE_CHECKING:
    from indexer.search.index import Index


@pytest.mark.parametrize("typed", ["su-2", "Su2", "SU 2"])
def test_system_is_offered_in_any_spelling_typed_so_far(sample: Index, typed: str):
    offered = sample.suggest(typed)
    assert ("system", "Su-25") in {(one.kind, one.text) for one in offered}


def test_name_is_offered_by_any_of_its_words(sample: Index):
    assert any(one.text == "Adela Wirth" for one in sample.suggest("wir"))


def test_most_frequent_stands_first_among_names(sample: Index):
    counts = [one.count for one in sample.suggest("s") if one.kind != "title"]
    assert counts == sorted(counts, reverse=True)
    assert counts


class _Counted:
    """Values of a generation, two of one name by other words."""

    def count_values(self, kind: str) -> tuple[tuple[str, int], ...]:
        names = ("Ann Anders", "Beth Anders", "Ann Zorn", "Ançel Roe", "Annika Ann", "Zed Annan")
        return tuple((name, 9 - place) for place, name in enumerate(names)) * (kind == "author")


def test_a_name_is_offered_once_and_the_most_frequent_of_a_kind_only():
    offered = NameCompletions(_Counted()).complete("an")  # type: ignore[arg-type]
    assert [one.text for one in offered] == ["Ann Anders", "Beth Anders", "Ann Zorn", "Ançel Roe"]
    assert [one.text for one in NameCompletions(_Counted()).complete("annan")] == [
        "Ann Anders",
        "Zed Annan",
    ]  # type: ignore[arg-type]
    assert [one.count for one in offered] == [9, 8, 7, 6]


def test_title_is_offered_with_its_id(sample: Index):
    offered = [one for one in sample.suggest("belarus tells") if one.kind == "title"]
    assert offered
    assert all(one.id and "Belarus" in one.text for one in offered)


@pytest.mark.parametrize("typed", ["", "   ", "-", "xyzzyplugh"])
def test_nothing_to_complete_offers_nothing(sample: Index, typed: str):
    assert sample.suggest(typed) == ()


def test_offer_is_never_longer_than_asked(sample: Index):
    assert len(sample.suggest("s", size=3)) == 3


def test_similar_articles_share_the_subject_and_leave_the_article_out(sample: Index):
    hit = sample.search("su-25 assemble", limit=1).hits[0]
    near = sample.find_similar(hit.id, 5)
    assert len(near) == 5
    assert hit.id not in {article.id for article in near}
    assert any("Belarus" in article.countries for article in near)
