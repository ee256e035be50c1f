"""The bench: corpora, questions, figures, picture; no time is asserted."""

from __future__ import annotations

import json
import math
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from indexer.cli import main
from indexer.errors import SourceError, WorkerFailed
from indexer.measure.speed import corpora, figures, picture, questions
from indexer.measure.speed.engines import (
    KINDS,
    OURS,
    WIDENED,
    Question,
    UpdatableEngine,
    encode_other_fields,
    list_installed_peers,
)
from indexer.measure.speed.timing import (
    BenchPlan,
    BuildFigures,
    SearchTimes,
    SizeFigures,
    UpdateTimes,
    _EngineProcess,
    measure,
)
from indexer.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.models import Article

NAMES = ("patriot", "himars", "gepard", "leopard", "bradley")
PLACES = ("kharkiv", "vilnius", "tallinn", "brest", "minsk")
SVG = "{http://www.w3.org/2000/svg}"
EXTRA = ("radar", "convoy")
"""Every article has one of NAMES, one of PLACES, 25 pairs twice: 50 articles."""


def written() -> list[dict[str, str]]:
    rows = []
    for number, (copy, name, place) in enumerate(product(range(2), NAMES, PLACES)):
        body = (
            f"Officers said the {name} battery reached the depot near {place} at the end of the "
            f"week.\n\nA {EXTRA[copy]} stood beside the {name} crew number{chr(97 + number % 26)}."
        )
        day = f"2024-{1 + number // 5:02d}-{1 + number % 5:02d}"
        rows.append(
            {
                "id": f"a{number:02d}",
                "title": f"Crew waits near {place}",
                "body": body,
                "published": day,
                "source": "North" if number % 5 == 0 else "South",
            }
        )
    return rows


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, written())), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def articles(source: Path) -> list[Article]:
    return corpora.gather([source], Settings(workers=1))


@pytest.fixture(scope="module")
def opened(articles: list[Article], tmp_path_factory: pytest.TempPathFactory):
    """Every contender by name, over the 50 articles."""
    root = tmp_path_factory.mktemp("engines")
    found = {}
    for one in (OURS, *list_installed_peers()):
        folder = root / one.module
        folder.mkdir()
        kind = one.load()
        kind.build(folder, iter(articles))
        found[one.name] = kind(folder)
    found[WIDENED.name] = WIDENED.load()(root / OURS.module)
    return found


def totals(opened, question: Question) -> dict[str, int]:
    """Articles that match, by engine, of the engines that can do the class and count."""
    replies = {
        name: one.ask(question) for name, one in opened.items() if question.kind in one.kinds
    }
    return {name: reply.total for name, reply in replies.items() if reply.total is not None}


@pytest.mark.parametrize(
    ("kind", "words", "count"),
    [
        ("rare", ("vilnius",), 10),
        ("common", ("patriot",), 10),
        ("and", ("patriot", "vilnius"), 2),
        ("or", ("patriot", "vilnius"), 18),
        ("snippets", ("patriot", "vilnius"), 18),
        ("phrase", ("gepard", "crew"), 10),
        ("prefix", ("hima",), 10),
        ("fuzzy", ("vilniua",), 10),
        ("facets", ("patriot",), 10),
    ],
)
def test_engines_agree_on_counts(opened, kind: str, words: tuple[str, ...], count: int):
    found = totals(opened, Question(kind, words))
    assert found
    assert set(found.values()) == {count}, found


def test_a_common_phrase_is_found_whole_where_no_stop_word_is_dropped(opened):
    found = totals(opened, Question("common phrase", ("at", "the", "end", "of")))
    found.pop("stock Whoosh", None)
    assert set(found.values()) == {50}


def test_newest_first_within_two_days_both_included(opened, articles: list[Article]):
    refs = {one.id: one.ref for one in articles}
    # Ordinals of 2024-01-02 and 2024-02-01: articles a01 to a05.
    question = Question("newest", ("officers",), 738887, 738917)
    for name, one in opened.items():
        if "newest" in one.kinds:
            reply = one.ask(question)
            assert reply.total == 5, name
            assert [refs[one] for one in reply.ids] == ["a05", "a04", "a03", "a02", "a01"], name


def test_facets_count_sources_and_years(opened):
    for name, one in opened.items():
        if "facets" in one.kinds:
            facets = one.ask(Question("facets", ("vilnius",))).facets
            counts = {str(value): count for value, count in facets["year"].items()}
            assert counts == {"2024": 10}, name
            assert sum(facets["source"].values()) == 10, name


def test_snippets_mark_the_word(opened):
    for name, one in opened.items():
        if "snippets" in one.kinds:
            marked = one.ask(Question("snippets", ("gepard",))).snippets
            assert len(marked) == 10, name
            assert all(">gepard</b>" in snippet.lower() for snippet in marked), name


def test_each_engine_gives_at_most_the_hits_asked_for(opened):
    for name, one in opened.items():
        ids = one.ask(Question("common", ("patriot",)), 3).ids
        assert len(ids) == 3, name


def test_a_corpus_past_the_sources_is_remixed_the_same_each_time(articles: list[Article]):
    once = list(corpora.remix(articles, 70))
    assert once == list(corpora.remix(articles, 70))
    assert once[:50] == articles
    assert len({one.id for one in once}) == 70
    known = {paragraph for one in articles for paragraph in one.body.split("\n\n")}
    assert all(known.issuperset(one.body.split("\n\n")) for one in once)
    assert all(one.body.startswith(one.lead) for one in once)


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one(articles: list[Article], tmp_path: Path):
    path = tmp_path / "corpus.jsonl"
    corpora.write(corpora.remix(articles, 60), path)
    read = list(corpora.read(path, 20))
    assert [replace(one, notes={}) for one in read] == [
        replace(one, notes={}) for one in articles[:20]
    ]


def test_sources_without_an_article_are_refused(tmp_path: Path):
    (tmp_path / "rows.jsonl").write_text("[]\n", encoding="utf-8")
    with pytest.raises(SourceError, match="No article in"):
        corpora.gather([tmp_path / "rows.jsonl"], Settings(workers=1))


def test_questions_come_from_the_frequencies_of_the_corpus(articles: list[Article]):
    chosen = questions.choose_questions(questions.count_corpus(articles), 50, 4)
    words = {question.words for question in chosen if question.kind == "common"}
    assert words <= {(word,) for word in (*NAMES, *PLACES, *EXTRA, "officers", "week", "near")}
    assert ("patriot",) in words or ("gepard",) in words
    runs = [question.words for question in chosen if question.kind == "common phrase"]
    assert ("at", "the", "end", "of") in runs
    dated = [question for question in chosen if question.kind == "newest"]
    assert all(1 <= question.last - question.first <= 366 for question in dated)


def test_questions_do_not_depend_on_the_order_of_equal_words(articles: list[Article]):
    once = questions.choose_questions(questions.count_corpus(articles), 50, 4)
    assert once == questions.choose_questions(questions.count_corpus(reversed(articles)), 50, 4)


def test_stored_fields_leave_out_text_and_what_is_empty(articles: list[Article]):
    content = json.loads(encode_other_fields(articles[0]))
    assert "body" not in content
    assert "title" not in content
    assert content["published"] == articles[0].published
    assert all(content.values())


@pytest.mark.slow
def test_every_installed_engine_is_measured_in_every_class_it_can_do(source: Path):
    said: list[str] = []
    plan = BenchPlan(sources=[source], peers=True, rounds=1, questions=2, updates=2)
    (one,) = measure(plan, Settings(workers=1), said.append)
    assert one.documents == 50
    able = {known.name: known.load().kinds for known in (OURS, WIDENED, *list_installed_peers())}
    assert set(one.searching_peak_bytes) == set(one.ready_ms) == set(able)
    assert set(one.built) == set(able) - {WIDENED.name}
    for kind in ("common", "and", "or", "common phrase", "newest", "facets", "snippets"):
        assert set(one.timed[kind]) == {name for name, kinds in able.items() if kind in kinds}
    content = figures.as_json([one])
    assert json.loads(json.dumps(content)) == content
    assert list(content["sizes"][0]["timed"]) == list(KINDS)
    assert content["sizes"][0]["timed"]["common"][OURS.name]["times_ours"] == 1
    assert any("50 articles" in line for line in said)
    changing = {
        known.name for known in (OURS, *list_installed_peers()) if hasattr(known.load(), "update")
    }
    assert set(one.updated) == changing > {OURS.name}
    assert content["sizes"][0]["updated"][OURS.name]["times_ours"] == 1


def test_an_update_puts_articles_in_the_place_of_those_with_their_ids(
    articles: list[Article], tmp_path: Path
):
    for known in (OURS, *list_installed_peers()):
        kind = known.load()
        folder = tmp_path / known.module
        folder.mkdir()
        kind.build(folder, iter(articles))
        engine = kind(folder)
        if isinstance(engine, UpdatableEngine):
            told = [replace(one, body=f"{one.body} zebra") for one in articles[:3]]
            engine.update(told)
            again = kind(folder)
            assert totals({known.name: again}, Question("rare", ("zebra",))) == {known.name: 3}
            assert totals({known.name: again}, Question("rare", ("officers",))) == {known.name: 50}


def test_a_failing_engine_is_named(tmp_path: Path):
    with (
        _EngineProcess("ask", OURS, tmp_path) as worker,
        pytest.raises(WorkerFailed, match="dateline"),
    ):
        worker.read_answer()


def measured(documents: int, *p50: float) -> SizeFigures:
    names = [OURS.name, *(name for name in ("stock Whoosh",) if len(p50) > 1)]
    timed = {kind: {} for kind in KINDS}
    timed["common"] = {
        name: SearchTimes(ms, ms * 2, ms, 7) for name, ms in zip(names, p50, strict=True)
    }
    built = {name: BuildFigures(2.0, documents / 2, 1_500_000, 40_000_000) for name in names}
    peaks, ready = dict.fromkeys(names, 30_000_000), dict.fromkeys(names, 12.0)
    updated = {
        name: UpdateTimes(ms * 10, ms * 9, ms * 20) for name, ms in zip(names, p50, strict=True)
    }
    return SizeFigures(documents, built, peaks, ready, timed, updated)


def test_ratio_tells_how_often_ours_the_other_takes():
    one = measured(100, 0.5, 60.0)
    assert figures.compute_ratios(one) == {"common": {"dateline": 1.0, "stock Whoosh": 120.0}}
    assert "60.000 (×120)" in figures.as_table([one])
    assert "600.0 (×120)" in figures.as_table([one])  # the mean of updates


def test_growth_is_the_exponent():
    # Ten times the articles: ours the same, the other a hundredfold.
    sizes = [measured(100, 0.5, 1.0), measured(1000, 0.5, 100.0)]
    assert figures.compute_growth(sizes) == {"common": {"dateline": 0.0, "stock Whoosh": 2.0}}
    assert "Growth" in figures.as_table(sizes)
    assert figures.compute_growth(sizes[:1]) == {}


def test_what_an_engine_cannot_do_is_a_dash():
    one = measured(100, 0.5, 1.0)
    timed = {**one.timed, "fuzzy": {"dateline": SearchTimes(1.0, 1.0, 1.0, 1)}}
    table = figures.as_table([replace(one, timed=timed)])
    row = next(line for line in table.splitlines() if line.startswith("fuzzy"))
    assert row.split() == ["fuzzy", "1.000", "-"]


def test_picture_is_svg_with_a_dot_an_engine_and_class_readable_in_the_dark():
    one = measured(100, 0.5, 60.0)
    one.timed["prefix"].update(dateline=SearchTimes(5.0, 5.0, 5.0, 7))
    drawn = picture.draw(one)
    root = ET.fromstring(drawn)
    dots = {
        name: [float(dot.get("x")) for dot in root.findall(f".//{SVG}g[@id='{name}']//{SVG}use")]
        for name in ("dateline", "stock Whoosh")
    }
    common, prefix = sorted(dots["dateline"])  # .5 and 5 ms: a decade apart
    (peer,) = dots["stock Whoosh"]
    assert peer - common == pytest.approx((prefix - common) * math.log10(120), rel=0.01)
    texts = {text.text for text in root.iter(f"{SVG}text")}
    assert {"dateline", "stock Whoosh", "common", "prefix", "ms"} <= texts
    assert "phrase" not in texts  # a class that was not measured has no row
    assert any("100 articles" in text for text in texts)
    assert "prefers-color-scheme: dark" in drawn


def test_the_same_figures_are_drawn_in_the_same_bytes():
    assert picture.draw(measured(100, 0.5, 60.0)) == picture.draw(measured(100, 0.5, 60.0))


def test_drawing_without_matplotlib_is_refused_before_anything_is_measured(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "indexer.measure.speed.picture", None)
    result = CliRunner().invoke(main, ["bench", str(source), "--svg", str(tmp_path / "a.svg")])
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: matplotlib is not installed; pip install 'dateline-search[bench]'\n"
    )


@pytest.mark.slow
def test_command_prints_json_and_draws(source: Path, tmp_path: Path):
    svg = tmp_path / "speed.svg"
    words = ["bench", str(source), "--documents", "5", "--json", "--svg", str(svg)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout)
    assert [one["documents"] for one in content["sizes"]] == [5]
    assert ET.parse(svg).getroot().tag == f"{SVG}svg"
