"""Commands that search an index and print or export its articles."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from indexer.cli.base import main, open_chosen_index, print_json, print_lines, print_text
from indexer.errors import SettingError
from indexer.fields import FILTERS
from indexer.models import MATCHES, SORTS, Query
from indexer.output import as_json as json_output
from indexer.output import as_text, digest_state
from indexer.output.atom import FeedMetadata
from indexer.output.export import FORMAT_NAMES, write_articles
from indexer.search.request import narrow_query, read_period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _add_query_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that select articles, as in addresses and Python; see `_build_query`."""
    for name in reversed(FILTERS):
        option = click.option(f"--{name}", multiple=True, help=f"Only this {name}; may repeat.")
        command = option(command)
    for option in (
        click.option("--to", "last", metavar="DAY", help="Published until then, included."),
        click.option("--from", "first", metavar="DAY", help="Published since then, included."),
        click.option("--fresh", type=bool, default=True, help="0: no preference for the recent."),
        click.option("--exact", is_flag=True, help="Only as typed: widening off."),
        click.option("--match", type=click.Choice(MATCHES), default="all"),
        click.argument("query"),
    ):
        command = option(command)
    return command


def _build_query(
    *,
    query: str,
    match: Any,
    exact: bool,
    fresh: bool,
    first: str | None,
    last: str | None,
    **filters: tuple[str, ...],
) -> Query:
    """Build the query from the options of `_add_query_options`."""
    period = read_period(first, last)
    for name in period.unread:
        typed = first if name == "from" else last
        raise click.BadParameter(
            f"{typed!r} is no day; write 2024-03-31, 2024-03 or 2024", param_hint=f"--{name}"
        )
    if period.is_reversed:
        raise click.BadParameter(f"{first} is later than --to {last}", param_hint="--from")
    return narrow_query(Query(query, match=match, exact=exact, fresh=fresh), period, filters)


@main.command()
@_add_query_options
@click.option("--sort", type=click.Choice(SORTS), default="relevance")
@click.option("--limit", type=click.IntRange(0, 1000), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.pass_context
def search(
    ctx: click.Context, /, sort: Any, limit: int, offset: int, as_json: bool, **given: Any
) -> None:
    """Search the index; the query language is in the README and at /help.

    \b
    dateline search '"air defense" patriot -drone' --sort newest
    """
    asked = dataclasses.replace(_build_query(**given), sort=sort, size=limit, offset=offset)
    index = open_chosen_index(ctx)
    results = index.answer(asked)
    if as_json:
        print_json(json_output.encode_results(results))
    else:
        print_lines(
            as_text.render_results(
                results,
                bold=_can_show_bold(),
                width=_measure_width(),
                without_filters=index.count_without_filters(results),
            )
        )


def _can_show_bold() -> bool:
    """Whether matches can be shown in bold: on a terminal, unless the environment forbids it.

    NO_COLOR: no-color.org. The output may be closed, as under some schedulers.
    """
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and _is_terminal()


def _measure_width() -> int:
    """Measure the columns of the terminal, at most 100 for reading; 0 if the output is none."""
    return min(shutil.get_terminal_size().columns, 100) if _is_terminal() else 0


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


@main.command("export")
@_add_query_options
@click.option("--sort", type=click.Choice(SORTS), default="relevance")
@click.option("--format", "name", type=click.Choice(FORMAT_NAMES), default="csv", show_default=True)
@click.pass_context
def export_hits(ctx: click.Context, /, sort: Any, name: str, **given: Any) -> None:
    """Write every article that matches, copies too, to stdout.

    \b
    dateline export 'su-25 belarus' --format ris > su-25.ris
    """
    asked = _build_query(**given)
    index = open_chosen_index(ctx)
    articles = index.stream(dataclasses.replace(asked, sort=sort))
    metadata = FeedMetadata(f"Dateline: {asked.text}", asked, index.read_stats().built)
    for piece in write_articles(articles, name, metadata):
        _print_piece(piece)


def _print_piece(piece: str) -> None:
    """Print a piece of a file, which ends in a line end, unchanged unless a terminal shows it."""
    if _is_terminal():
        print_text(piece.replace("\r\n", "\n").removesuffix("\n"))
    else:  # as bytes, since CSV and RIS bring their own line ends
        click.echo(piece.encode(errors="replace"), nl=False)


@main.command("digest")
@_add_query_options
@click.option(
    "--since", type=click.Path(path_type=Path), required=True, metavar="FILE",
    help="Remembers what was told; made on the first run.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line an article.")
@click.pass_context
def digest_hits(ctx: click.Context, /, since: Path, as_json: bool, **given: Any) -> None:
    """What is new for a search since the last run, newest first; for cron.

    Prints nothing where nothing is new, so that cron sends no mail.

    \b
    dateline digest 'su-25 belarus' --since su-25.seen
    """
    asked = _build_query(**given)
    told = digest_state.read(since, asked)
    every = open_chosen_index(ctx).stream(dataclasses.replace(asked, sort="newest"))
    new = [article for article in every if article.id not in told]
    if as_json:
        for one in new:
            print_json(json_output.encode_summary(one))
    else:
        print_lines(map(as_text.render_summary, new))
    # Recorded after printing: if printing fails, the next run prints the articles again.
    digest_state.write(since, asked, told | {article.id for article in new})


@main.command()
@click.argument("queries", type=click.Path(path_type=Path))
@click.option("--match", type=click.Choice(MATCHES), default="all")
@click.option("--plain", is_flag=True, help="Plain words, no operators: for long questions.")
@click.option("--exact", is_flag=True, help="Only as typed: widening off.")
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True)
@click.pass_context
def run(
    ctx: click.Context,
    queries: Path,
    match: Any,
    plain: bool,
    exact: bool,
    limit: int,
) -> None:
    """Run many queries, rows {"id", "text"}; prints TREC lines `qid Q0 ref rank score dateline`.

    White space in an id or a ref is written as in an address: %20.

    \b
    dateline run questions.jsonl --match any --plain > run.trec
    """
    index = open_chosen_index(ctx)
    for name, text in _read_rows(queries):
        query = Query(
            text, match=match, exact=exact, plain=plain, fresh=False, size=limit,
            fold_copies=False, limits=False,
        )  # fmt: skip
        for rank, (ref, score) in enumerate(index.rank_refs(query), start=1):
            print_text(
                f"{_escape_spaces(name)} Q0 {_escape_spaces(ref)} {rank} {score:.6f} dateline"
            )


def _escape_spaces(text: str) -> str:
    """Escape white space, which separates columns: `saved page.html` -> `saved%20page.html`."""
    return "".join(quote(char) if char.isspace() else char for char in text)


def _read_rows(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingError(f"{path} cannot be read: {exc}") from exc
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line) if line.strip() else None
            pair = (str(row["id"]), str(row["text"])) if row else None
        except (ValueError, KeyError, TypeError) as exc:
            raise SettingError(f'{path}:{number}: a row is {{"id": …, "text": …}} ({exc})') from exc
        if pair:
            yield pair


@main.command()
@click.argument("article_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the article as JSON.")
@click.pass_context
def show(ctx: click.Context, article_id: str, as_json: bool) -> None:
    """Show one article by its id.

    \b
    dateline show 3kx5wq7z2mna
    """
    article = open_chosen_index(ctx).read_document(article_id).article
    if as_json:
        print_json(json_output.encode_article(article))
    else:
        print_lines(as_text.render_article(article, _measure_width()))


@main.command()
@click.argument("article_id", metavar="ID")
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def similar(ctx: click.Context, article_id: str, limit: int, as_json: bool) -> None:
    """The articles most like one.

    \b
    dateline similar 3kx5wq7z2mna
    """
    found = open_chosen_index(ctx).find_similar(article_id, limit)
    if as_json:
        print_json([json_output.encode_summary(article) for article in found])
    else:
        print_lines(map(as_text.render_summary, found))


@main.command()
@click.argument("prefix")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def suggest(ctx: click.Context, prefix: str, as_json: bool) -> None:
    """Complete what was typed: systems, people, places, sources, titles.

    \b
    dateline suggest su2
    """
    found = open_chosen_index(ctx).suggest(prefix)
    if as_json:
        print_json(json_output.encode_suggestions(found))
    else:
        print_lines(f"{one.kind:<7} {one.text}" for one in found)
