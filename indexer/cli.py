"""The command line, `python -m indexer` or `dateline`: the only place that prints.

Results on stdout, progress on stderr; exit 0 done, 1 failed, 2 wrong use.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from indexer import config, digest, export, terminal, wire
from indexer.bench import figures, picture
from indexer.bench.timing import Plan, measure
from indexer.build import rebuild as build_anew
from indexer.build import retry_quarantined
from indexer.build import update as build_on
from indexer.clean.pool import Limits, clean_all
from indexer.errors import IndexerError, NoIndex, SettingError
from indexer.evaluate import extraction, language, relevance
from indexer.models import FILTERS, Quarantined, Query
from indexer.opening import open_engine, open_index
from indexer.progress import Bar, Quiet
from indexer.quarantine import Quarantine
from indexer.query.dates import parse_day_range
from indexer.readers import read_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from indexer.build import Progress
    from indexer.engines.base import Engine
    from indexer.models import BuildReport

SAMPLE = Path(__file__).resolve().parent.parent / "corpus" / "pages"
"""The sample corpus of a checkout."""


class _Group(click.Group):
    """Turns the errors a person can meet into one sentence and exit 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except IndexerError as exc:
            raise click.ClickException(str(exc)) from exc
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", help="Folder of the index; else DATELINE_INDEX, else ./data.")
@click.version_option(package_name="dateline-search", prog_name="dateline")
@click.pass_context
def main(ctx: click.Context, index: str | None) -> None:
    """Full-text search for saved defense reporting.

    \b
    dateline rebuild saved-pages/
    dateline search 'su-25 belarus'
    dateline serve
    """
    ctx.obj = {"index": index}


def _settings(ctx: click.Context, **given: Any) -> config.Settings:
    return config.load({**ctx.obj, **given})


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _build_options(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments that rebuild and update share."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the report as JSON."),
        click.option("--no-originals", is_flag=True, help="Do not keep the saved pages."),
        click.option("--quiet", is_flag=True, help="No progress."),
        click.option(
            "--workers", type=click.IntRange(0), help="Cleaning processes; 0: a core each."
        ),
        click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


@main.command()
@_build_options
@click.pass_context
def rebuild(
    ctx: click.Context,
    sources: tuple[Path, ...],
    workers: int | None,
    quiet: bool,
    no_originals: bool,
    as_json: bool,
) -> None:
    """Make a new index from nothing beside the old one, then swap.

    SOURCES are folders (searched deep), .html, .htm, .xhtml pages (also .gz) and .mhtml, and
    archives: .zip, .jsonl, .jsonl.gz, .warc, .warc.gz, .wacz. The old index serves until the new
    one is whole.

    \b
    dateline rebuild saved-pages/ archive-2024.zip
    """
    _build(ctx, build_anew, sources, workers, quiet, no_originals, as_json)


@main.command()
@_build_options
@click.pass_context
def update(
    ctx: click.Context,
    sources: tuple[Path, ...],
    workers: int | None,
    quiet: bool,
    no_originals: bool,
    as_json: bool,
) -> None:
    """Index what changed in SOURCES; other sources stay as they are.

    An article goes only when the source it came from is named and it is gone from there.

    \b
    dateline update saved-pages/
    """
    _build(ctx, build_on, sources, workers, quiet, no_originals, as_json)


def _build(
    ctx: click.Context,
    build: Callable[..., BuildReport],
    sources: tuple[Path, ...],
    workers: int | None,
    quiet: bool,
    no_originals: bool,
    as_json: bool,
) -> None:
    settings = _settings(ctx, workers=workers)
    engine = open_engine(settings.index)
    bar: Progress = Quiet() if quiet else Bar(sys.stderr)
    try:
        report = build(engine, sources, settings, bar, originals=not no_originals)
    except KeyboardInterrupt:
        raise click.ClickException("Stopped; the index is as it was before") from None
    finally:
        bar.close()
    if as_json:
        _print_json(wire.report(report))
    else:
        _print_lines(terminal.report(report, settings.index))


@main.group()
def quarantine() -> None:
    """Pages that could not be read: what they are, why, and once more.

    \b
    dateline quarantine list
    """


@quarantine.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_context
def list_quarantined(ctx: click.Context, as_json: bool) -> None:
    """What is in quarantine, and why.

    \b
    dateline quarantine list --json
    """
    settings = _settings(ctx)
    entries = Quarantine(open_engine(settings.index).folder).entries()
    if as_json:
        _print_json({"quarantined": [dataclasses.asdict(kept) for kept in entries]})
    else:
        _print_lines(terminal.quarantine(entries))


@quarantine.command("retry")
@click.option("--workers", type=click.IntRange(0), help="Cleaning processes; 0: a core each.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def retry(ctx: click.Context, workers: int | None, quiet: bool, as_json: bool) -> None:
    """Clean what is in quarantine again, by today's rules and settings; index what passes.

    \b
    dateline quarantine retry
    """

    def again(engine: Engine, _: object, settings: Any, bar: Any, **__: object) -> BuildReport:
        return retry_quarantined(engine, settings, bar)

    _build(ctx, again, (), workers, quiet, False, as_json)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--workers", type=click.IntRange(0), help="Cleaning processes; 0: a core each.")
@click.pass_context
def clean(ctx: click.Context, files: tuple[Path, ...], workers: int | None) -> None:
    """Run the ingester alone: one JSON line a page, exit 1 where a page failed.

    \b
    dateline clean page.html.gz | jq .title
    """
    settings = _settings(ctx, workers=workers)
    limits = Limits(settings.page_s, settings.page_memory_bytes, pack=False)
    failed = False
    pages = read_corpus(files, settings.page_bytes)
    for cleaned in clean_all(pages, settings.worker_count, limits):
        failed |= isinstance(cleaned.outcome, Quarantined)
        _print_json(wire.cleaned(cleaned.outcome))
    if failed:
        sys.exit(1)


def _filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say what to search, one name everywhere (interface.md)."""
    for name in reversed(FILTERS):
        option = click.option(f"--{name}", multiple=True, help=f"Only this {name}; may repeat.")
        command = option(command)
    for option in (
        click.option("--to", "last", metavar="DAY", help="Published until then, included."),
        click.option("--from", "first", metavar="DAY", help="Published since then, included."),
        click.option("--no-fresh", is_flag=True, help="No preference for the recent."),
        click.option("--exact", is_flag=True, help="Only as typed: widening off."),
        click.option("--match", type=click.Choice(["all", "any"]), default="all"),
    ):
        command = option(command)
    return command


def _day(value: str | None, option: str, *, last: bool) -> str | None:
    if value is None:
        return None
    days = parse_day_range(value)
    if days is None:
        raise click.BadParameter(
            f"{value!r} is no day; write 2024-03-31, 2024-03 or 2024", param_hint=option
        )
    return days.last if last else days.first


def _asked(
    text: str,
    match: Any,
    exact: bool,
    no_fresh: bool,
    first: str | None,
    last: str | None,
    filters: Mapping[str, tuple[str, ...]],
) -> Query:
    """What to search, from the options that several commands share."""
    return Query(
        text,
        match=match,
        exact=exact,
        fresh=not no_fresh,
        first=_day(first, "--from", last=False),
        last=_day(last, "--to", last=True),
        filters={name: values for name, values in filters.items() if values},
    )


@main.command()
@click.argument("query")
@_filter_options
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance")
@click.option("--limit", type=click.IntRange(0, 1000), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.pass_context
def search(
    ctx: click.Context,
    /,
    query: str,
    sort: Any,
    match: Any,
    exact: bool,
    no_fresh: bool,
    first: str | None,
    last: str | None,
    limit: int,
    offset: int,
    as_json: bool,
    **filters: tuple[str, ...],
) -> None:
    """Search the index; the query language is in the README and at /help.

    \b
    dateline search '"air defense" patriot -drone' --sort newest
    """
    settings = _settings(ctx)
    asked = dataclasses.replace(
        _asked(query, match, exact, no_fresh, first, last, filters),
        sort=sort,
        size=limit,
        offset=offset,
    )
    results = open_index(settings.index, settings).answer(asked)
    if as_json:
        _print_json(wire.results(results))
    else:
        _print_lines(terminal.results(results, bold=sys.stdout.isatty()))


@main.command("export")
@click.argument("query")
@_filter_options
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance")
@click.option(
    "--format", "name", type=click.Choice([*export.FORMATS, "atom"]), default="csv",
    show_default=True,
)  # fmt: skip
@click.pass_context
def export_hits(
    ctx: click.Context,
    /,
    query: str,
    sort: Any,
    name: str,
    match: Any,
    exact: bool,
    no_fresh: bool,
    first: str | None,
    last: str | None,
    **filters: tuple[str, ...],
) -> None:
    """Write every article that matches, copies too, to stdout.

    \b
    dateline export 'su-25 belarus' --format ris > su-25.ris
    """
    settings = _settings(ctx)
    asked = _asked(query, match, exact, no_fresh, first, last, filters)
    index = open_index(settings.index, settings)
    articles = index.stream(dataclasses.replace(asked, sort=sort))
    if name == "atom":
        channel = export.Channel(f"Dateline: {query}", asked, index.stats().built)
        pieces = export.as_atom(articles, channel)
    else:
        pieces = export.FORMATS[name].write(articles)
    for piece in pieces:  # as bytes, since CSV and RIS bring their own line ends
        click.echo(piece.encode(errors="replace"), nl=False)


@main.command("digest")
@click.argument("query")
@_filter_options
@click.option(
    "--since", type=click.Path(path_type=Path), required=True, metavar="FILE",
    help="Remembers what was told; made on the first run.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line an article.")
@click.pass_context
def digest_hits(
    ctx: click.Context,
    /,
    query: str,
    since: Path,
    as_json: bool,
    match: Any,
    exact: bool,
    no_fresh: bool,
    first: str | None,
    last: str | None,
    **filters: tuple[str, ...],
) -> None:
    """What is new for a search since the last run, newest first; for cron.

    Prints nothing where nothing is new, so that cron sends no mail.

    \b
    dateline digest 'su-25 belarus' --since su-25.seen
    """
    settings = _settings(ctx)
    asked = _asked(query, match, exact, no_fresh, first, last, filters)
    told = digest.read(since, asked)
    every = open_index(settings.index, settings).stream(dataclasses.replace(asked, sort="newest"))
    new = [article for article in every if article.id not in told]
    if as_json:
        _print_lines(json.dumps(wire.neighbour(one), ensure_ascii=False) for one in new)
    else:
        _print_lines(map(terminal.neighbour, new))
    # Only what was printed counts as told: where printing failed, the next run tells it again.
    digest.write(since, asked, told | {article.id for article in new})


@main.command()
@click.argument("queries", type=click.Path(path_type=Path))
@click.option("--match", type=click.Choice(["all", "any"]), default="all")
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

    \b
    dateline run questions.jsonl --match any --plain > run.trec
    """
    settings = _settings(ctx)
    index = open_index(settings.index, settings)
    for name, text in _rows(queries):
        query = Query(
            text, match=match, exact=exact, plain=plain, fresh=False, size=limit,
            fold_copies=False, limits=False,
        )  # fmt: skip
        for rank, (ref, score) in enumerate(index.refs(query), start=1):
            click.echo(f"{name} Q0 {ref} {rank} {score:.6f} dateline")


def _rows(path: Path) -> Iterator[tuple[str, str]]:
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
    settings = _settings(ctx)
    article = open_index(settings.index, settings).document(article_id).article
    if as_json:
        _print_json(wire.article(article))
    else:
        _print_lines(terminal.article(article))


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
    settings = _settings(ctx)
    found = open_index(settings.index, settings).similar(article_id, limit)
    if as_json:
        _print_json([wire.neighbour(article) for article in found])
    else:
        _print_lines(map(terminal.neighbour, found))


@main.command()
@click.argument("prefix")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def suggest(ctx: click.Context, prefix: str, as_json: bool) -> None:
    """Complete what was typed: systems, people, places, sources, titles.

    \b
    dateline suggest su2
    """
    settings = _settings(ctx)
    found = open_index(settings.index, settings).suggest(prefix)
    if as_json:
        _print_json(wire.suggestions(found))
    else:
        _print_lines(f"{one.kind:<7} {one.text}" for one in found)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_context
def stats(ctx: click.Context, as_json: bool) -> None:
    """Counts and spans of the index.

    \b
    dateline stats --json
    """
    settings = _settings(ctx)
    counted = open_index(settings.index, settings).stats()
    if as_json:
        _print_json(dataclasses.asdict(counted))
        return
    _print_lines(terminal.stats(counted))


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
    measured = extraction.evaluate(directory, peers=peers)
    _print_measured(extraction.as_json(measured), extraction.as_table(measured), as_json)
    if worst:
        click.echo(extraction.worst(measured, worst))


@evaluate.command("language")
@click.argument("directory", type=click.Path(path_type=Path))
@click.argument("documents", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate_language(directory: Path, documents: tuple[Path, ...], as_json: bool) -> None:
    """Spellings of one query against what they should find: P, R, F1 by category.

    DIRECTORY holds queries.jsonl; DOCUMENTS are files of JSON lines with title and body.

    \b
    dateline evaluate language queries/ articles.jsonl.gz
    """
    measured = language.evaluate(directory, documents)
    _print_measured(language.as_json(measured), language.as_table(measured), as_json)


@evaluate.command("relevance")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--peers", is_flag=True, help="Installed peers in the same run.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate_relevance(directory: Path, peers: bool, as_json: bool) -> None:
    """Ranking on judged queries: nDCG@10, average precision, recall@100.

    \b
    dateline evaluate relevance corpus/judgements
    """
    measured = relevance.evaluate(directory, peers=peers)
    _print_measured(relevance.as_json(measured), relevance.as_table(measured), as_json)


def _print_measured(content: object, table: str, as_json: bool) -> None:
    if as_json:
        _print_json(content)
    else:
        click.echo(table)


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
    if not sources and not SAMPLE.is_dir():
        raise click.UsageError("Name a source; only a checkout has a sample corpus")
    plan = Plan(sources=sources or (SAMPLE,), documents=documents, peers=peers)
    sizes = measure(plan, _settings(ctx), functools.partial(click.echo, err=True))
    if svg:
        svg.write(picture.draw(sizes[-1]))
    _print_measured(figures.as_json(sizes), figures.as_table(sizes), as_json)


@main.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Verify every file of the index against what was published; exit 1 on any damage.

    \b
    dateline check
    """
    settings = _settings(ctx)
    engine = open_engine(settings.index)
    damage = list(engine.check())
    for line in damage:
        click.echo(line)
    if damage:
        sys.exit(1)
    counted = engine.snapshot().stats()
    click.echo(f"All files are as published: {counted.articles:,} articles")


@main.command()
@click.pass_context
def rollback(ctx: click.Context) -> None:
    """Go back to the generation before the live one.

    \b
    dateline rollback
    """
    settings = _settings(ctx)
    name = open_engine(settings.index).rollback()
    click.echo(f"Generation {name} is live again")


@main.command()
@click.option("--host", help="Address to listen on; default 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="Default 8000; 0: any free port.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve the search page and the API.

    In a checkout, where the default folder holds no index yet, builds the sample corpus first.

    \b
    dateline serve --port 8001
    """
    settings = _settings(ctx, host=host, port=port)
    if settings.index == config.DEFAULT_INDEX and SAMPLE.is_dir():
        _build_sample(settings)
    from web.serve import serve as serve_index  # noqa: PLC0415  the only arrow to web, when asked

    index = open_index(settings.index, settings)
    serve_index(index, settings, functools.partial(click.echo, err=True))


def _build_sample(settings: config.Settings) -> None:
    engine = open_engine(settings.index)
    try:
        engine.snapshot()
    except NoIndex:
        click.echo(f"No index in {settings.index} yet; building the sample corpus", err=True)
        bar = Bar(sys.stderr)
        try:
            report = build_anew(engine, [SAMPLE], settings, bar)
        finally:
            bar.close()
        click.echo(f"{report.indexed} sample articles indexed", err=True)
