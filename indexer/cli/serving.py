"""The command that serves the search page; builds the sample corpus where nothing is."""

from __future__ import annotations

import functools
import sys

import click

from indexer import config
from indexer.build import rebuild as build_anew
from indexer.cli.base import SAMPLE, main, settings_of
from indexer.errors import NoIndex
from indexer.opening import open_engine, open_index
from indexer.progress import Bar


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
    settings = settings_of(ctx, host=host, port=port)
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
        click.echo(f"{report.indexed} sample pages indexed", err=True)
