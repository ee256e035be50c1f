"""Searching the sample corpus: what a reader types, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import indexer
from indexer.errors import NoArticle, QueryRefused, SearchTimeout, SettingError
from indexer.models import Query
from indexer.search.index import NOT_TRIED
from indexer.search.open import open_index, open_whoosh

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.models import Hit, Results, Sort
    from indexer.search.index import Index


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


def marked(hit: Hit) -> set[str]:
    shown = {hit.title[mark.start : mark.end] for mark in hit.title_marks}
    for snippet in hit.snippets:
        shown |= {snippet.text[mark.start : mark.end] for mark in snippet.marks}
    return {text.lower() for text in shown}


def test_all_words_are_wanted(sample: Index):
    both = sample.search("su-25 belarus", limit=100)
    assert 0 < both.total < sample.search("belarus", limit=100).total
    assert all(marked(hit) & {"belarus", "belarus’s", "belarusian"} for hit in both.hits)


def test_every_spelling_of_a_designation_finds_the_same(sample: Index):
    spellings = ["Su-25", "su25", "SU 25", "Su\u201125", "Su-25s"]
    found = {frozenset(ids(sample.search(typed, limit=100))) for typed in spellings}
    assert len(found) == 1
    assert found != {frozenset()}


def test_phrase_is_no_bag_of_words(sample: Index):
    phrase = sample.search('"air defense"', limit=100)
    words = sample.search("air defense", limit=100)
    assert 0 < phrase.total < words.total
    assert set(ids(phrase)) < set(ids(words))


def test_function_word_never_excludes(sample: Index):
    assert ids(sample.search("the patriot of", limit=100)) == ids(
        sample.search("patriot", limit=100)
    )


def test_excluded_word_takes_articles_away(sample: Index):
    every = set(ids(sample.search("patriot", limit=100)))
    without = set(ids(sample.search("patriot -germany", limit=100)))
    german = set(ids(sample.search("germany", limit=100, exact=True)))
    assert without
    assert not without & german
    assert without < every


def test_newest_and_oldest_are_each_other_reversed_by_day(sample: Index):
    """Copies apart: folded, each direction shows the first of a group in its own order."""

    def days(sort: Sort) -> list[str | None]:
        query = Query("missile", sort=sort, size=200, fold_copies=False)
        return [hit.published and hit.published[:10] for hit in sample.answer(query).hits]

    newest, oldest = days("newest"), days("oldest")
    dated = [day for day in newest if day]
    assert dated == sorted(dated, reverse=True)
    assert [day for day in oldest if day] == dated[::-1]
    assert newest == dated + [None] * newest.count(None)
    assert oldest == dated[::-1] + [None] * newest.count(None)


def test_dates_are_filtered_with_both_days_included(sample: Index):
    hit = sample.search("su-25", limit=1).hits[0]
    assert hit.published is not None
    day = hit.published[:10]
    found = sample.search("su-25", limit=100, **{"from": day, "to": day})
    assert hit.id in ids(found)
    assert {one.published[:10] for one in found.hits if one.published} == {day}


def test_filter_is_or_within_and_and_between(sample: Index):
    counts = sample.read_stats().sources
    first, second, *_ = counts
    either = sample.search("", source=[first, second], limit=200)
    assert either.total == counts[first] + counts[second]
    assert sample.search("patriot", source=first, limit=200).total <= counts[first]


def test_pages_follow_without_gap_or_repeat(sample: Index):
    whole = ids(sample.search("missile", limit=20))
    parts = ids(sample.search("missile", limit=10)) + ids(
        sample.search("missile", limit=10, offset=10)
    )
    assert parts == whole


def test_nothing_found_names_the_word_and_offers_the_rest(sample: Index):
    results = sample.search("patriot germany xyzzyplugh")
    assert results.total == 0
    assert results.hits == ()
    assert results.missing == ("xyzzyplugh",)
    assert results.instead
    assert "patriot" in marked(results.instead[0])


def test_did_you_mean_is_offered_only_where_it_finds_something(sample: Index):
    assert sample.search("zelenksy").suggestion == "zelensky"
    assert sample.search("zelenksy xyzzyplugh").suggestion is None
    assert sample.search("zelenksy xyzzyplugh", match="any").suggestion == "zelensky OR xyzzyplugh"


def test_marks_in_an_article_cover_what_matched(sample: Index):
    hit = sample.search('"air defense" belarus', limit=1).hits[0]
    seen = sample.highlight_article(hit.id, Query('"air defense" belarus'))
    body = seen.document.article.body
    texts = {body[span.start : span.end].lower() for span in seen.body_marks}
    assert "air defense" in texts or "air defence" in texts
    assert "air" not in texts


def test_unknown_article_says_so(sample: Index):
    with pytest.raises(NoArticle, match="nosucharticle"):
        sample.read_document("nosucharticle")


def test_limit_is_named(sample: Index):
    with pytest.raises(QueryRefused, match="1,000"):
        sample.search("x" * 1001)


@pytest.mark.parametrize(
    ("mistyped", "said"),
    [
        ({"sort": "newst"}, "sort cannot be 'newst'; there are relevance, newest, oldest"),
        ({"match": "some"}, "match cannot be 'some'; there are all, any"),
        ({"sources": "Northern Wire"}, "a filter cannot be 'sources'; there are from, to, source"),
        ({"limit": -1}, "limit and offset cannot be below 0"),
        ({"from": "yesterday"}, "from cannot be 'yesterday'; write 2024-03-31, 2024-03 or 2024"),
        ({"from": "2025", "to": "2020"}, "from 2025-01-01 is later than to 2020-12-31"),
        ({"to": "<2024"}, "to cannot be '<2024'; write 2024-03-31, 2024-03 or 2024"),
    ],
)
def test_argument_that_makes_no_sense_is_refused(sample: Index, mistyped: dict, said: str):
    with pytest.raises(SettingError, match=said):
        sample.search("patriot", **mistyped)


def test_months_and_years_are_days_too(sample: Index):
    months = sample.search("", **{"from": "2023-02", "to": "2023-02"})
    days = sample.search("", **{"from": "2023-02-01", "to": "2023-02-28"})
    assert ids(months) == ids(days) != []


def test_original_is_the_saved_bytes(sample: Index):
    hit = sample.search("su-25", limit=1).hits[0]
    original = sample.read_original(hit.id)
    assert original is not None
    assert b"<html" in original.lower()


def test_reopened_index_answers_alike(sample: Index, sample_index: Path):
    assert ids(open_index(sample_index).search("patriot")) == ids(sample.search("patriot"))


def test_any_word_is_enough_when_asked(sample: Index):
    assert sample.search("patriot xyzzyplugh", match="any").total == sample.search("patriot").total


def test_the_package_offers_the_functions_that_open_an_index_and_no_other():
    assert indexer.open_index is open_index
    assert indexer.open_whoosh is open_whoosh
    with pytest.raises(AttributeError, match="has no attribute 'open_engine'"):
        _ = indexer.open_engine


def test_results_that_took_long_are_shown_without_suggestions(
    sample: Index, monkeypatch: pytest.MonkeyPatch
):
    """The budget may be spent while other spellings are looked for."""

    def spend(*_: object) -> None:
        raise SearchTimeout("too long")

    monkeypatch.setattr("indexer.search.index.suggest_correction", spend)
    results = sample.search("brigadee zzyzzx")
    assert (results.total, results.suggestion, results.instead) == (0, None, ())
    assert results.word_counts["zzyzzx"] == 0
    assert [notice.text for notice in results.notices if notice.kind == "limit"] == [NOT_TRIED]
