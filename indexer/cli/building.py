"""Commands that build, update and verify an index, and that clean pages."""

from __future__ import annotations

import dataclasses
import functools
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer.cli.base import (
    load_settings,
    main,
    open_chosen_index,
    print_json,
    print_lines,
    print_text,
)
from indexer.ingest.pipeline import rebuild as build_anew
from indexer.ingest.pipeline import retry_quarantined
from indexer.ingest.pipeline import update as build_on
from indexer.ingest.progress import ProgressBar, SilentProgress
from indexer.ingest.quarantine import Quarantine
from indexer.ingest.readers import describe_sources, read_corpus
from indexer.ingest.workers import PageLimits, clean_all
from indexer.models import QuarantinedPage
from indexer.output import as_json, as_text
from indexer.search.open import hide_password, open_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.ingest.pipeline import Progress
    from indexer.models import BuildReport


_workers_option = click.option(
    "--workers", type=click.IntRange(0), help="Cleaning processes; 0: a core each."
)
_quiet_option = click.option("--quiet", is_flag=True, help="No progress.")
_json_option = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _BuildOptions:
    """The options of a command that builds an index, by their names in click."""

    workers: int | None
    quiet: bool
    as_json: bool
    sources: tuple[Path, ...] = ()
    no_originals: bool = False


def _add_build_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the arguments that rebuild and update share, those of `_BuildOptions`."""
    for option in (
        _json_option,
        click.option("--no-originals", is_flag=True, help="Do not keep the saved pages."),
        _quiet_option,
        _workers_option,
        click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


_REBUILD_HELP = f"""Make a new index from nothing beside the old one, then swap.

SOURCES are {describe_sources()}. The old index serves until the new one is whole.

\b
dateline rebuild saved-pages/ archive-2024.zip
"""


@main.command(help=_REBUILD_HELP)
@_add_build_options
@click.pass_context
def rebuild(ctx: click.Context, /, **given: Any) -> None:
    """Make a new index from nothing beside the old one, then swap."""
    _index_sources(ctx, _BuildOptions(**given), build_anew)


@main.command()
@_add_build_options
@click.pass_context
def update(ctx: click.Context, /, **given: Any) -> None:
    """Index what changed in SOURCES; other sources stay as they are.

    An article goes only when the source it came from is named and it is gone from there.

    \b
    dateline update saved-pages/
    """
    _index_sources(ctx, _BuildOptions(**given), build_on)


def _index_sources(
    ctx: click.Context, job: _BuildOptions, build: Callable[..., BuildReport]
) -> None:
    _build_index(
        ctx,
        job,
        functools.partial(build, sources=job.sources, originals=not job.no_originals),
    )


def _build_index(ctx: click.Context, job: _BuildOptions, build: Callable[..., BuildReport]) -> None:
    """Build an index with a progress bar, and print the report.

    Args:
        build: a function of `ingest.pipeline`; takes `engine`, `settings` and `progress`.
    """
    settings = load_settings(ctx, workers=job.workers)
    engine = open_engine(settings.index, settings)
    bar: Progress = SilentProgress() if job.quiet else ProgressBar(sys.stderr)
    try:
        report = build(engine=engine, settings=settings, progress=bar)
    except KeyboardInterrupt:
        raise click.ClickException("Stopped; the index is as it was before") from None
    finally:
        bar.close()
    if job.as_json:
        print_json(as_json.encode_report(report))
    else:
        print_lines(as_text.render_report(report, hide_password(settings.index)))


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
    settings = load_settings(ctx)
    entries = Quarantine(open_engine(settings.index).folder).list_entries()
    if as_json:
        print_json({"quarantined": [dataclasses.asdict(entry) for entry in entries]})
    else:
        print_lines(as_text.render_quarantine(entries))


@quarantine.command("retry")
@_workers_option
@_quiet_option
@_json_option
@click.pass_context
def retry(ctx: click.Context, /, **given: Any) -> None:
    """Clean what is in quarantine again, by today's rules and settings; index what passes.

    \b
    dateline quarantine retry
    """
    _build_index(ctx, _BuildOptions(**given), retry_quarantined)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_workers_option
@click.pass_context
def clean(ctx: click.Context, files: tuple[Path, ...], workers: int | None) -> None:
    """Run the ingester alone: one JSON line a page, exit 1 where a page failed.

    \b
    dateline clean page.html.gz | jq .title
    """
    settings = load_settings(ctx, workers=workers)
    limits = PageLimits(settings.page_s, settings.page_memory_bytes, pack=False)
    failed = False
    pages = read_corpus(files, settings.page_bytes)
    for cleaned in clean_all(pages, settings.worker_count, limits):
        failed |= isinstance(cleaned.outcome, QuarantinedPage)
        print_json(as_json.encode_outcome(cleaned.outcome))
    if failed:
        sys.exit(1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_context
def stats(ctx: click.Context, as_json: bool) -> None:
    """Counts and spans of the index.

    \b
    dateline stats --json
    """
    counted = open_chosen_index(ctx).read_stats()
    if as_json:
        print_json(dataclasses.asdict(counted))
        return
    print_lines(as_text.render_stats(counted))


@main.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Verify the index against what was published; exit 1 on any damage.

    Of a folder every file is read; of a server its health, its counts and a sample of its terms.

    \b
    dateline check
    """
    settings = load_settings(ctx)
    engine = open_engine(settings.index)
    damage = list(engine.check())
    print_lines(damage)
    if damage:
        sys.exit(1)
    counted = engine.open_snapshot().read_stats()
    print_text(f"Everything is as published: {counted.articles:,} articles")


@main.command()
@click.argument("generation", required=False)
@click.option("--list", "listed", is_flag=True, help="List the generations kept; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def rollback(ctx: click.Context, generation: str | None, listed: bool, as_json: bool) -> None:
    """Go back to the generation before the live one, or to the one named.

    The last three are kept, and the last of each of seven days (DATELINE_KEEP_GENERATIONS,
    DATELINE_KEEP_DAYS).

    \b
    dateline rollback --list
    dateline rollback 000012
    """
    if listed and generation is not None:
        raise click.UsageError("--list takes no generation")
    settings = load_settings(ctx)
    engine = open_engine(settings.index, settings)
    if listed:
        kept = engine.list_generations()
        if as_json:
            print_json({"generations": [dataclasses.asdict(one) for one in kept]})
        else:
            print_lines(as_text.render_generations(kept))
        return
    name = engine.rollback(generation)
    if as_json:
        print_json({"generation": name})
    else:
        print_text(f"Generation {name} is live again")
