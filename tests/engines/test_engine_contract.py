"""One contract, every engine: what is counted by hand over a few records, each engine answers.

A server is needed for one of them: see `.ci/opensearch/start`.
"""

from __future__ import annotations

import pytest

from indexer.errors import NoArticle
from indexer.ingest.pipeline import rebuild
from indexer.models import Query
from tests.support.engine_archive import ROWS, EngineArchive


@pytest.fixture(scope="module")
def archive(place, tmp_path_factory):
    """An index of ROWS. Shared: never write to it."""
    made = EngineArchive(tmp_path_factory.mktemp("rows") / "records", place("rows"))
    made.write_records(*ROWS)
    made.build(rebuild)
    return made


FOUND = [
    ("poland himars", "a1 a2"),
    ('"himars launchers"', "a1"),
    ('"launchers himars"', ""),
    ("missile", "a1"),
    ("155mm", "a1"),
    ("155 millimeter", "a1"),
    ("su25", "a2"),
    ("frogfoot", "a2"),
    ("f-16", "a3"),
    ("su-30", "a1"),
    ("Su-30MKI", "a1"),
    ("sukhoi 30", "a1"),
    ("su-30mk*", "a1"),
    ("su-30mkm", ""),
    ("ilyushin-76", "a1"),
    ("ilyushin 76", "a1"),
    ("atleast2(su-30)", ""),
    ("atleast2(sukhoi-30)", ""),
    ("F16C", "a3"),
    ("kyiv", "a3"),
    ('"air defense"', "a3"),
    ('"state of the art"', "a4"),
    ('"state art"', "a4"),
    ("drone -billion", ""),
    ("himars -signed", "a2"),
    ("ukrain*", "a3"),
    ("himars OR patriot", "a1 a2 a3"),
    ("zelenskyy~2 exactly", ""),
    ("ceasefire", "a1 a2"),
    ("cease-fire", "a1 a2"),
    ("air NEAR/0 force", "a3"),
    ("force NEAR/0 air", "a3"),
    ("force PRE/0 air", ""),
    ("air PRE/1 defense", "a3"),
    ("poland PRE/5 himars", "a1"),
    ("poland NEAR/7 himars", "a1 a2"),
    ("waited NEAR/1 waited", "a2"),
    ("drones NEAR/0 drones", ""),
    ("atleast3(missile)", "a1"),
    ("atleast4(missile)", ""),
    ("atleast2(himars)", "a1"),
    ("atleast2(poland OR himars) source:northern", "a2"),
    ("title:himars", "a1"),
    ("body:himars", "a1 a2"),
    ("lead:himars", "a1"),
    ("author:sowinski", "a1"),
    ('author:"kaldre marek"', ""),
    ("place:minsk", "a2"),
    ("country:ukraine", "a3"),
    ("date:2024-02", "a1 a2"),
    ("date:>=2024-02-10 himars", "a1 a2"),
    ("himars OR date:2023", "a1 a2 a3"),
    ("nosuchword", ""),
    ("source:northern -date:2024", "a3 b2"),
]


@pytest.mark.parametrize(("text", "wanted"), FOUND)
def test_a_query_finds_what_was_counted_by_hand(archive, text, wanted):
    assert sorted(archive.find_refs(text)) == wanted.split()
    assert archive.index.answer(Query(text, fold_copies=False)).total == len(wanted.split())


def test_days_sort_and_ties_go_by_id_with_the_undated_last(archive):
    def by_id(*refs):
        ids = {hit.ref: hit.id for hit in archive.index.search("himars").hits}
        return sorted(refs, key=ids.__getitem__)

    text = "himars OR kyiv OR drone"
    assert archive.find_refs(text, sort="newest") == [*by_id("a1", "a2"), "a3", "a4"]
    assert archive.find_refs(text, sort="oldest") == ["a3", *by_id("a1", "a2"), "a4"]
    assert archive.find_refs(text, sort="oldest", offset=1)[:1] == by_id("a1", "a2")[:1]


def test_facets_count_under_every_filter_but_their_own(archive):
    results = archive.index.answer(
        Query("himars OR kyiv", filters={"source": ("Northern Wire",)}, first="2023-01-01")
    )
    assert results.total == 2  # a2, a3
    counts = {one.value: (one.count, one.selected) for one in results.facets["source"]}
    assert counts == {"Northern Wire": (2, True), "Baltic Desk": (1, False)}
    assert [(one.value, one.count) for one in results.facets["year"]] == [("2023", 1), ("2024", 1)]


def test_a_filter_takes_any_of_its_values(archive):
    both = {"source": ("Baltic Desk", "Morning Signal")}
    assert sorted(archive.find_refs("himars OR drone", filters=both)) == ["a1", "a4"]
    assert archive.find_refs("himars OR drone", filters=both, first="2024-01-01") == ["a1"]


def test_copies_are_folded_under_the_best_and_named_first_published_first(archive):
    results = archive.index.answer(Query("engine", sort="newest"))
    assert (results.total, results.listed) == (3, 1)
    (hit,) = results.hits
    assert hit.ref == "b3"
    published = [copy.published for copy in hit.copies]
    assert published == ["2025-03-01", "2025-03-02"]
    assert [copy.published for copy in archive.index.find_copies(hit.id)] == published
    assert archive.index.find_copies(archive.index.search("frogfoot").hits[0].id) == ()


def test_only_copies_that_match_are_folded(archive):
    results = archive.index.answer(Query("ledger", sort="oldest"))
    assert (results.total, results.listed) == (2, 1)
    assert [hit.ref for hit in results.hits] == ["b2"]
    assert [copy.published for copy in results.hits[0].copies] == ["2025-03-03"]


def test_what_was_searched_is_told_and_marked(archive):
    results = archive.index.search("su-25")
    assert {"su25", "frogfoot"} <= set(results.searched["su-25"])
    (hit,) = results.hits
    assert [hit.title[mark.start : mark.end] for mark in hit.title_marks] == ["Su-25"]
    shown = {one.text[mark.start : mark.end] for one in hit.snippets for mark in one.marks}
    assert shown == {"Frogfoot"}


def test_a_designation_under_its_makers_name_is_marked_whole(archive):
    (hit,) = archive.index.search("su-30").hits
    shown = {one.text[mark.start : mark.end] for one in hit.snippets for mark in one.marks}
    assert shown == {"Sukhoi-30MKIs"}


def test_exact_finds_only_what_was_typed(archive):
    assert archive.find_refs("missile", exact=True) == ["a1"]
    assert archive.find_refs("frogfoot", exact=True) == ["a2"]
    assert archive.find_refs("kyiv", exact=True) == ["a3"]
    assert archive.find_refs("launcher", exact=True) == []
    assert archive.find_refs("su-30mki", exact=True) == []


def test_where_nothing_has_all_words_the_missing_are_named(archive):
    results = archive.index.search("himars nosuchword")
    assert (results.total, results.missing) == (0, ("nosuchword",))
    assert {hit.ref for hit in results.instead} == {"a1", "a2"}


def test_a_word_that_one_of_its_fields_has_is_not_told_as_missing(archive):
    for text in ("body:missiles title:missiles", "title:missiles body:missiles"):
        results = archive.index.search(text)
        assert (results.total, results.missing) == (0, ())
        assert results.word_counts == {"missiles": 1}
        assert {typed: sorted(terms) for typed, terms in results.searched.items()} == {
            "missiles": ["missile", "missiles"]
        }
        (hit,) = results.instead
        shown = [one.text[mark.start : mark.end] for one in hit.snippets for mark in one.marks]
        assert sorted(shown) == ["Missiles", "missile", "missiles"]
    assert archive.index.search("body:nosuchword title:nosuchword").missing == ("nosuchword",)


def test_a_word_is_marked_in_a_field_by_the_terms_of_that_field(archive):
    (hit,) = archive.index.search("body:drone OR title:drone").hits
    shown = {one.text[mark.start : mark.end] for one in hit.snippets for mark in one.marks}
    assert shown == {"drones", "drone"}


def test_a_phrase_in_two_fields_is_told_and_scored_in_each(archive):
    text = 'title:"himars launchers" OR body:"himars launchers"'
    (hit,) = archive.index.search(text).hits
    why = archive.index.explain(hit.id, Query(text))
    assert [(word.typed, word.title, word.text, word.articles) for word in why.words] == [
        ("himars launchers", 1, 0, 1),
        ("himars launchers", 0, 1, 1),
    ]
    assert min(word.score for word in why.words) > 0
    assert why.rest == pytest.approx(0, abs=1e-4)


def test_words_joined_by_or_within_near_are_told_as_the_one_word_they_count_as(archive):
    text = "(launchers OR missile) NEAR/5 himars"
    (hit,) = archive.index.search(text).hits
    why = archive.index.explain(hit.id, Query(text))
    assert [(word.typed, word.title, word.lead, word.text) for word in why.words] == [
        ("launchers OR missile", 1, 1, 3),
        ("himars", 1, 1, 0),
    ]
    assert set(why.words[0].forms) == {"launchers", "Missiles", "missiles", "missile"}
    assert why.rest == pytest.approx(0, abs=1e-4)


def test_closeness_is_that_of_the_words_typed_whatever_fields_repeat_them(archive):
    query = Query("himars title:himars launchers")
    (hit,) = archive.index.answer(query).hits
    plain = archive.index.explain(hit.id, Query("himars launchers")).closeness
    assert plain > 0
    assert archive.index.explain(hit.id, query).closeness == pytest.approx(plain, rel=1e-4)


def test_months_are_counted_whatever_days_are_asked_for(archive):
    results = archive.index.answer(Query("himars OR kyiv OR engine", first="2024-06-01"))
    assert results.total == 3  # b1, b2, b3
    assert results.months == (("2023-05", 1), ("2024-02", 2), ("2025-03", 3))


def test_the_score_of_a_hit_is_told_by_its_parts(archive):
    query = Query("himars launchers -frogfoot", fold_copies=False)
    (hit,) = archive.index.answer(query).hits
    why = archive.index.explain(hit.id, query)
    assert why.matches
    assert [(word.typed, word.title, word.lead, word.text) for word in why.words] == [
        ("himars", 1, 1, 0),
        ("launchers", 1, 1, 0),
    ]
    assert why.closeness > 0
    assert why.score == pytest.approx(hit.score, rel=1e-4)
    other = archive.index.search("frogfoot").hits[0]
    assert not archive.index.explain(other.id, query).matches
    with pytest.raises(NoArticle):
        archive.index.explain("nosuch", query)


def test_a_stored_article_comes_back_whole(archive):
    (hit,) = archive.index.search("author:sowinski").hits
    article = archive.index.read_document(hit.id).article
    assert article.ref == "a1"
    assert article.authors == ("Ilze Kaldre", "Marek Sowinski")
    assert article.body == ROWS[0]["body"]
    with pytest.raises(NoArticle):
        archive.index.read_document("nosuch")


def test_a_stream_gives_every_article_in_order(archive):
    articles = archive.index.stream(Query("himars OR kyiv OR engine", sort="newest", size=1))
    assert [one.ref for one in articles][:3] == ["b3", "b1", "b2"]


def test_stats_and_values_count_every_article(archive):
    stats = archive.index.read_stats()
    assert (stats.articles, stats.oldest, stats.newest) == (7, "2023-05-01", "2025-03-03")
    assert stats.sources == {"Northern Wire": 3, "Baltic Desk": 2, "Morning Signal": 2}
    assert archive.index.count_values("year") == {"2025": 3, "2024": 2, "2023": 1}
    assert list(archive.engine.check()) == []


def test_names_are_completed(archive):
    found = [(one.kind, one.text) for one in archive.index.suggest("north")]
    assert ("source", "Northern Wire") in found
    assert ("title", "Poland buys HIMARS launchers") in [
        (one.kind, one.text) for one in archive.index.suggest("pol")
    ]


def test_similar_articles_leave_out_the_article_and_its_copies(archive):
    hit = archive.index.search("frogfoot").hits[0]
    assert [one.ref for one in archive.index.find_similar(hit.id, 1)] == ["a1"]
    copied = archive.index.search("engine", sort="newest").hits[0]
    assert not {"b1", "b2", "b3"} & {one.ref for one in archive.index.find_similar(copied.id)}
