"""Commands that measure quality and speed."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from indexer.cli.base import SAMPLE, load_settings, main, print_json, print_text
from indexer.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.measure.speed.timing import SizeFigures


@main.group()
def evaluate() -> None:
    """Measure quality against a set of truths.

    \b
    dateline evaluate relevance corpus/judgements
    """


@evaluate.command("extraction")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--peers", is_flag=True, help="Installed extractors in the same run.")
@click.option("--worst", type=click.IntRange(0), default=0, help="Show so many pages to look at.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate_extraction(directory: Path, peers: bool, worst: int, as_json: bool) -> None:
    """Cleaning against true fields: body F1, title, authors, dates, ms a page.

    DIRECTORY holds truth.jsonl.gz and pages/<id>.html.gz.

    \b
    dateline evaluate extraction truths/ --worst 20
    """
    from indexer.measure.quality import extraction  # noqa: PLC0415

    measured = extraction.evaluate(directory, peers=peers)
    _print_figures(extraction.as_json(measured), extraction.as_table(measured), as_json)
    if worst:
        print_text(extraction.render_worst(measured, worst))


@evaluate.command("language")
@click.argument("directory", type=click.Path(path_type=Path))
@click.argument("documents", nargs=-1, type=click.Path(path_type=Path))
@click.option("--peers", is_flag=True, help="Installed peers in the same run.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate_language(
    directory: Path, documents: tuple[Path, ...], peers: bool, as_json: bool
) -> None:
    """Spellings of one query against what they should find: P, R, F1 by category.

    DIRECTORY holds queries.jsonl; DOCUMENTS are files of JSON lines with title and body.

    \b
    dateline evaluate language queries/ articles.jsonl.gz
    """
    from indexer.measure.quality import language  # noqa: PLC0415

    measured = language.evaluate(directory, documents, peers=peers)
    _print_figures(language.as_json(measured), language.as_table(measured), as_json)


@evaluate.command("relevance")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--peers", is_flag=True, help="Installed peers in the same run.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate_relevance(directory: Path, peers: bool, as_json: bool) -> None:
    """Ranking on judged queries: nDCG@10, average precision, recall@100.

    \b
    dateline evaluate relevance corpus/judgements
    """
    from indexer.measure.quality import relevance  # noqa: PLC0415

    measured = relevance.evaluate(directory, peers=peers)
    _print_figures(relevance.as_json(measured), relevance.as_table(measured), as_json)


def _print_figures(content: object, table: str, as_json: bool) -> None:
    if as_json:
        print_json(content)
    else:
        print_text(table)


@main.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--documents", multiple=True, type=click.IntRange(1), help="Corpus size; may repeat. Remixed."
)
@click.option("--peers", is_flag=True, help="Installed peers in the same run.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--svg", type=click.File("w", "utf-8", lazy=False), help="Draw the largest size there."
)
@click.pass_context
def bench(
    ctx: click.Context,
    sources: tuple[Path, ...],
    documents: tuple[int, ...],
    peers: bool,
    as_json: bool,
    svg: TextIO | None,
) -> None:
    """Measure speed and size over SOURCES (default: the sample corpus of a checkout).

    Past what the sources hold, articles are remixed from their paragraphs. Several sizes give the
    growth of each class of searches.

    \b
    dateline bench news.jsonl.gz --documents 10000 --documents 30000 --peers --svg speed.svg
    """
    from indexer.measure.speed import figures  # noqa: PLC0415
    from indexer.measure.speed.timing import BenchPlan, measure  # noqa: PLC0415

    if not sources and not SAMPLE.is_dir():
        raise click.UsageError("Name a source; only a checkout has a sample corpus")
    draw = _import_draw() if svg else None
    plan = BenchPlan(sources=sources or (SAMPLE,), documents=documents, peers=peers)
    sizes = measure(plan, load_settings(ctx), functools.partial(print_text, err=True))
    if svg and draw:
        svg.write(draw(sizes[-1]))
    _print_figures(figures.as_json(sizes), figures.as_table(sizes), as_json)


def _import_draw() -> Callable[[SizeFigures], str]:
    """Return `picture.draw`; called before measuring, which takes minutes, so that it fails early.

    Raises:
        SettingError: matplotlib is not installed.
    """
    try:
        from indexer.measure.speed.picture import draw  # noqa: PLC0415
    except ImportError as exc:
        raise SettingError(
            "matplotlib is not installed; pip install 'dateline-search[bench]'"
        ) from exc
    return draw
