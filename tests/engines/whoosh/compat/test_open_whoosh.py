"""Scripts written for Whoosh over a Dateline index: its parsers, searchers, results, highlights."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import date, datetime, time
from pathlib import Path

import pytest
from whoosh import highlight, scoring, sorting
from whoosh.index import Index
from whoosh.qparser import FuzzyTermPlugin, MultifieldParser, OrGroup, QueryParser
from whoosh.qparser.dateparse import DateParserPlugin
from whoosh.query import And, DateRange, Every, Or, Term
from whoosh.reading import MultiReader
from whoosh.writing import AsyncWriter

from indexer import open_index, open_whoosh
from indexer.analysis.tokenizer import tokenize
from indexer.engines.whoosh.compat.article_schema import ARTICLE_SCHEMA
from indexer.engines.whoosh.search.queries import (
    AtLeastMentions,
    DayRange,
    HasValue,
    Nearness,
    WordGroupQuery,
)
from indexer.errors import DamageError, NoIndex, SettingError, StoreError
from indexer.ingest.pipeline import rebuild, update
from tests.support.engine_archive import ROWS, EngineArchive

README = Path(__file__).parents[4] / "README.md"


@pytest.fixture(scope="module")
def over_sample(sample_index):
    """The sample corpus in one segment."""
    return open_whoosh(sample_index)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Seven records in several segments, then one gone and one changed."""
    folder = tmp_path_factory.mktemp("open-whoosh")
    made = EngineArchive(folder / "records", str(folder / "index"))
    made.write_records(*ROWS[:3])
    made.build(rebuild)
    for row in ROWS[3:]:
        made.write_records(row)
        made.build(update)
    made.remove_records("b1")
    made.write_records({**ROWS[0], "title": "Poland buys more HIMARS"})
    made.build(update)
    return made


@pytest.fixture(scope="module")
def over_segments(archive):
    index = open_whoosh(archive.location)
    reader = index.reader()
    assert isinstance(reader, MultiReader)
    assert reader.has_deletions()
    return index


def make_body_query(*terms):
    return WordGroupQuery((("body", 1.0),), terms)


def search(index, text, fields=("body",), **options):
    """Stored fields of the hits of a query as Whoosh's parser reads it."""
    query = MultifieldParser(list(fields), index.schema).parse(text)
    with index.searcher() as searcher:
        return [hit.fields() for hit in searcher.search(query, limit=None, **options)]


def make_midnight(year, month, day):
    return datetime.combine(date(year, month, day), time())


def list_refs(hits):
    return sorted(hit["ref"] for hit in hits)


def test_it_is_an_index_of_whoosh(over_sample, sample):
    assert isinstance(over_sample, Index)
    assert over_sample.doc_count() == over_sample.doc_count_all() == sample.read_stats().articles
    assert not over_sample.is_empty()
    assert {"title", "body", "published", "url"} <= set(over_sample.schema.names())
    built = datetime.fromisoformat(sample.read_stats().built)
    assert over_sample.last_modified() == int(built.timestamp())


@pytest.mark.parametrize(
    "query",
    [
        "Belarus’",
        "BELARUS",
        "su-25 belarus",
        '"air defense"',
        "drone OR himars",
        "patriot -germany",
    ],
)
def test_finds_what_the_exact_search_finds(over_sample, sample, query):
    """Whoosh's language and ours read these alike, but for the sign that excludes."""
    found = search(over_sample, query.replace(" -", " NOT "), ("title", "body"))
    expected = sample.search(query, exact=True, limit=100)
    ids = {hit.id for hit in expected.hits} | {
        one.id for hit in expected.hits for one in hit.copies
    }
    assert {hit["id"] for hit in found} == ids
    assert ids


def test_words_are_folded_as_the_index_folds_them():
    parser = QueryParser("body", ARTICLE_SCHEMA)
    assert parser.parse("Belarus’ Su-25 defence Zelenskyy’s") == And(
        [Term("body", term) for term in ("belarus", "su25", "defense", "zelenskyy")]
    )


def test_a_word_of_several_terms_is_a_phrase(over_segments):
    assert list_refs(search(over_segments, "cease-fire")) == ["a1"]
    assert list_refs(search(over_segments, "155-mm")) == ["a1"]


def test_inflections_and_names_are_not_looked_for(over_segments):
    assert search(over_segments, "battery") == []
    assert search(over_segments, "kyiv", ("title",)) == []
    assert list_refs(search(over_segments, "kyiv")) == ["a3"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"air force defense"', ["a3"]),
        ('"defense air force"', []),
        ("himar*", ["a1", "a2"]),
        ("HIMAR*", ["a1", "a2"]),
        ("Il-7*", ["a1"]),
        ("h?mars", ["a1", "a2"]),
        ("himars AND allies", ["a2"]),
        ("himars NOT allies", ["a1"]),
        ("himars OR patriot", ["a1", "a2", "a3"]),
        ("source:baltic", ["a1"]),
        ('author:"Adela Wirth"', ["a2"]),
        ("country:ukraine", ["a3"]),
        ("id:none", []),
        ("kestrel", []),
    ],
)
def test_queries_of_whoosh_over_segments_with_deletions(over_segments, query, found):
    assert list_refs(search(over_segments, query)) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("published:20240210", ["a1", "a2"]),
        ("published:2024-02-10", ["a1", "a2"]),
        ("published:2023", ["a3"]),
        ("published:[20230501 TO 20240210]", ["a1", "a2", "a3"]),
        ("published:[20230502 TO 20240209]", []),
        ("published:[2025 TO]", ["b2", "b3"]),
        ("published:[TO 2023]", ["a3"]),
        ("published:[2024 TO] himars", ["a1", "a2"]),
    ],
)
def test_dates_are_found_by_whooshs_ranges(over_segments, query, found):
    """a4 is undated; b1, of 2025, was deleted."""
    assert list_refs(search(over_segments, query)) == found


def test_the_separator_of_several_values_is_no_term(over_sample):
    reader = over_sample.reader()
    for name in ("author", "tag", "system", "country"):
        terms = list(reader.lexicon(name))
        assert terms
        assert all(term.strip(b"\0") for term in terms), name
        assert "\0" not in dict(reader.most_frequent_terms(name, 5))


def test_a_full_page_of_hits_counts_all_of_them(over_sample):
    query = MultifieldParser(["title", "body"], over_sample.schema).parse("russia OR nato OR air")
    with over_sample.searcher() as searcher:
        every = searcher.search(query, limit=None)
        assert len(every) > 20
        for limit in (1, 5, 10):
            page = searcher.search(query, limit=limit)
            assert len(page) == len(every)
            assert [hit["id"] for hit in page] == [hit["id"] for hit in every][:limit]
        assert searcher.search_page(query, 1).total == len(every)


def test_dates_are_found_by_a_range_made_in_python_and_by_whooshs_date_parser(over_segments):
    with over_segments.searcher() as searcher:
        made = DateRange("published", make_midnight(2025, 3, 1), make_midnight(2025, 3, 2))
        assert list_refs(searcher.search(made)) == ["b2"]
        assert list_refs(searcher.search(Every("published"))) == ["a1", "a2", "a3", "b2", "b3"]
        parser = QueryParser("body", over_segments.schema)
        parser.add_plugin(DateParserPlugin())
        assert list_refs(searcher.search(parser.parse("published:'may 2023'"))) == ["a3"]


def test_a_hit_gives_stored_fields_by_name(over_segments):
    (hit,) = search(over_segments, "minsk")
    assert hit["title"] == "Su-25 jets lost over Belarus"
    assert hit["body"].startswith("MINSK, Belarus — Two Frogfoot jets fell.")
    assert hit["published"] == make_midnight(2024, 2, 10)
    assert hit["source"] == "Northern Wire"
    (hit,) = search(over_segments, "shells")
    assert hit["author"] == "Ilze Kaldre, Marek Sowinski"
    assert hit["title"] == "Poland buys more HIMARS"
    (hit,) = search(over_segments, "drone")
    assert hit["published"] is None
    assert "author" not in hit


def test_every_stored_field_is_in_the_schema(sample_index):
    snapshot = open_index(sample_index).engine.open_snapshot()
    stored = [segment.read_stored(0)["article"] for segment in snapshot.index.segments]
    plural = {"authors": "author", "tags": "tag", "systems": "system", "countries": "country"}
    names = {plural.get(name, name) for article in stored for name in article} - {"notes"}
    assert names <= set(ARTICLE_SCHEMA.stored_names())


def test_highlights_mark_every_spelling(over_sample):
    with over_sample.searcher() as searcher:
        results = searcher.search(QueryParser("body", over_sample.schema).parse("su25"))
        results.formatter = highlight.UppercaseFormatter()
        results.fragmenter = highlight.WholeFragmenter()
        for hit in results:
            marked = hit.highlights("body")
            assert "SU-25" in marked
            assert marked.lower() == hit["body"].lower()


def test_highlights_of_a_phrase_over_segments(over_segments):
    with over_segments.searcher() as searcher:
        query = QueryParser("body", over_segments.schema).parse('"air force defense"')
        (hit,) = searcher.search(query, terms=True)
        marked = hit.highlights("body", strict_phrase=True)
    assert "said the <b" in marked
    assert ">air</b> <b" in marked.replace("\n", " ")
    assert marked.count("<b ") == 3


def test_positions_and_offsets_of_the_analyzer_are_those_of_the_index():
    text = "Belarus’s 155-mm guns: an F-16s’ air-to-air kill & more"
    analyzer = ARTICLE_SCHEMA["body"].analyzer
    given = analyzer(text, positions=True, chars=True, start_pos=3, start_char=7, mode="index")
    found = [(one.text, one.pos - 3, one.startchar - 7, one.endchar - 7) for one in given]
    assert found == [(one.term, one.position, one.start, one.end) for one in tokenize(text)]


def test_sorting_by_day_puts_the_undated_before_all(over_segments):
    newest = search(over_segments, "*:*", sortedby="published", reverse=True)
    days = [hit["published"] for hit in newest]
    assert days[:3] == [
        make_midnight(2025, 3, 3),
        make_midnight(2025, 3, 1),
        make_midnight(2024, 2, 10),
    ]
    assert days[-2:] == [make_midnight(2023, 5, 1), None]
    facet = sorting.FieldFacet("published", reverse=True)
    assert [hit["published"] for hit in search(over_segments, "*:*", sortedby=facet)] == days


def test_sorting_and_grouping_by_a_single_value(over_segments):
    with over_segments.searcher() as searcher:
        results = searcher.search(Every(), sortedby="source", groupedby="source", limit=None)
        sources = [hit["source"] for hit in results]
        assert sources == sorted(sources)
        counts = {name: len(documents) for name, documents in results.groups("source").items()}
    assert counts == {"Baltic Desk": 1, "Northern Wire": 3, "Morning Signal": 2}


def test_a_document_by_its_id(over_sample, over_segments):
    for index in (over_sample, over_segments):
        with index.searcher() as searcher:
            some = next(iter(searcher.documents()))
            assert searcher.document(id=some["id"]) == some
            assert searcher.document(id="none") is None


def test_fuzzy_words_and_suggestions(over_segments):
    parser = QueryParser("body", over_segments.schema)
    parser.add_plugin(FuzzyTermPlugin())
    with over_segments.searcher() as searcher:
        assert list_refs(searcher.search(parser.parse("Zelenskiy~"))) == ["a3"]
        assert "patriot" in searcher.suggest("body", "patriott")


def test_scores_are_datelines_unless_another_weighting_is_given(over_segments):
    query = Term("body", "himars")
    with (
        over_segments.searcher() as ours,
        over_segments.searcher(weighting=scoring.Frequency()) as counted,
    ):
        scores = [hit.score for hit in ours.search(query)]
        assert scores == pytest.approx(
            [hit.score for hit in ours.search(make_body_query("himars"))]
        )
        assert {hit.score for hit in counted.search(query)} == {1.0}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Nearness((make_body_query("two"), make_body_query("jets")), 1, ordered=True), "a2"),
        (AtLeastMentions(make_body_query("missile", "missiles"), 3), "a1"),
        (
            DayRange(
                make_midnight(2023, 1, 1).toordinal(), make_midnight(2023, 12, 31).toordinal()
            ),
            "a3",
        ),
    ],
    ids=["near", "mentions", "days"],
)
def test_our_own_queries_run_in_whooshs_searcher(over_segments, query, found):
    with over_segments.searcher() as searcher:
        assert list_refs(searcher.search(query)) == [found]


def test_an_undated_article_is_in_no_range_of_days(over_segments):
    with over_segments.searcher() as searcher:
        every = searcher.search(DayRange(None, None, boost=1.0), limit=None)
        assert list_refs(every) == ["a1", "a2", "a3", "b2", "b3"]


def test_a_query_that_only_the_executor_answers_says_so(over_segments):
    with (
        over_segments.searcher() as searcher,
        pytest.raises(NotImplementedError, match="HasValue"),
    ):
        searcher.search(HasValue("tag", ("x",)))


def test_several_words_are_any_of_them_with_whooshs_or_group(over_segments):
    parser = QueryParser("body", over_segments.schema, group=OrGroup)
    query = parser.parse("himars patriot")
    assert query == Or([Term("body", "himars"), Term("body", "patriot")])


@pytest.mark.parametrize(
    "write",
    [
        lambda index: index.writer(),
        lambda index: index.delete_by_term("id", "a1"),
        lambda index: index.optimize(),
        lambda index: index.add_field("more", ARTICLE_SCHEMA["body"]),
        AsyncWriter,
    ],
    ids=["writer", "delete", "optimize", "field", "async"],
)
def test_writing_says_the_way_out(over_sample, write):
    with pytest.raises(StoreError, match="dateline update"):
        write(over_sample)


def test_an_index_keeps_its_generation_until_it_is_refreshed(tmp_path):
    archive = EngineArchive(tmp_path / "records", str(tmp_path / "index"))
    archive.write_records(*ROWS[:2])
    archive.build(rebuild)
    index = open_whoosh(archive.location)
    searcher = index.searcher()
    assert index.up_to_date()
    assert index.refresh() is index
    assert searcher.up_to_date()
    assert searcher.refresh() is searcher
    archive.write_records(ROWS[2])
    archive.build(update)
    archive.build(rebuild)  # the generation that is open is pruned
    assert not index.up_to_date()
    assert (index.doc_count(), len(searcher.search(Every()))) == (2, 2)
    later = index.refresh()
    assert later.up_to_date()
    assert later.doc_count() == 3
    assert not searcher.up_to_date()
    fresh = searcher.refresh()
    assert len(fresh.search(Every())) == 3
    assert fresh.up_to_date()


def test_no_index_says_how_to_make_one(tmp_path):
    with pytest.raises(NoIndex, match="rebuild FOLDER"):
        open_whoosh(tmp_path / "none")


def test_a_damaged_index_is_named(tmp_path):
    archive = EngineArchive(tmp_path / "records", str(tmp_path / "index"))
    archive.write_records(ROWS[0])
    archive.build(rebuild)
    index = open_whoosh(archive.location)
    (terms,) = (tmp_path / "index").glob("generations/*/*.terms")
    terms.chmod(0o600)
    terms.write_bytes(terms.read_bytes()[:-9])
    with pytest.raises(DamageError, match="terms"):
        index.searcher()
    with pytest.raises(DamageError, match="terms"):
        open_whoosh(archive.location)


def test_an_index_of_another_version_says_to_rebuild(tmp_path):
    archive = EngineArchive(tmp_path / "records", str(tmp_path / "index"))
    archive.write_records(ROWS[0])
    archive.build(rebuild)
    (toc,) = (tmp_path / "index").glob("generations/*/toc.json")
    content = json.loads(toc.read_text(encoding="utf-8"))
    toc.chmod(0o600)
    toc.write_text(json.dumps({**content, "version": 0}), encoding="utf-8")
    with pytest.raises(StoreError, match="rebuild"):
        open_whoosh(archive.location)


def test_an_address_of_a_server_is_refused_without_its_password():
    with pytest.raises(SettingError, match="open_index") as refused:
        open_whoosh("opensearch://name:secret@127.0.0.1:9200/news")
    assert "secret" not in str(refused.value)
    with pytest.raises(SettingError, match="folder"):
        open_whoosh("elastic://127.0.0.1:9200/news")


def readme_python():
    blocks = README.read_text(encoding="utf-8").split("```")[1::2]
    return [block.removeprefix("python\n") for block in blocks if block.startswith("python\n")]


@pytest.mark.parametrize("block", readme_python())
def test_readme_python_prints_a_hit_a_line(block, sample_index, tmp_path, monkeypatch):
    (tmp_path / "data").symlink_to(sample_index)
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(block, "README.md", "exec"), {})
    assert len(printed.getvalue().splitlines()) >= 2
