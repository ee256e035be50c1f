"""The command that serves the search page, and those of the token for other machines."""

from __future__ import annotations

import functools
import sys

import click

from indexer.access_token import AccessToken
from indexer.cli.base import SAMPLE, load_settings, main, open_chosen_index, print_text
from indexer.errors import NoIndex
from indexer.ingest.pipeline import rebuild as build_anew
from indexer.ingest.progress import ProgressBar
from indexer.search.open import open_engine, open_index
from indexer.settings import DEFAULT_INDEX, Settings


@main.command()
@click.option("--host", help="Address to listen on; default 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="Default 8000; 0: any free port.")
@click.option("--access-log", help="Add a line of JSON a request to this file; -: to stdout.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, access_log: str | None) -> None:
    """Serve the search page and the API.

    In a checkout, where the default folder holds no index yet, builds the sample corpus first.

    An address that other machines can reach needs a token (see `dateline token`), which they send
    as the password of HTTP Basic or as a bearer token, and the names it answers to in
    DATELINE_TRUSTED_HOSTS. It is sent as it is: put a proxy with TLS before it where others listen.

    \b
    dateline serve --port 8001
    DATELINE_TRUSTED_HOSTS=desk.example dateline serve --host 0.0.0.0 --access-log access.jsonl
    """
    settings = load_settings(ctx, host=host, port=port, access_log=access_log)
    if settings.index == DEFAULT_INDEX and SAMPLE.is_dir():
        _build_sample(settings)
    from web.server.serve import serve as serve_index  # noqa: PLC0415  the only arrow to web, when asked

    index = open_index(settings.index, settings)
    index.warm_up()
    serve_index(index, settings, functools.partial(print_text, err=True))


@main.group()
def token() -> None:
    """The token with which other machines may ask `serve`; only its hash is kept.

    \b
    dateline token new
    """


@token.command("new")
@click.pass_context
def new_token(ctx: click.Context) -> None:
    """Make a token and print it, this once; one made before counts no more, at once.

    \b
    dateline token new
    """
    print_text(_open_access_token(ctx).create())
    print_text("Keep it: it is not shown again. Send it as the password, or as a bearer.", err=True)


@token.command("forget")
@click.pass_context
def forget_token(ctx: click.Context) -> None:
    """Remove the token: nobody is let in from another machine until there is a new one.

    \b
    dateline token forget
    """
    gone = _open_access_token(ctx).delete()
    print_text("The token counts no more" if gone else "There was no token", err=True)


def _open_access_token(ctx: click.Context) -> AccessToken:
    """Return the access token of the index that the options name; the index must exist."""
    return AccessToken(open_chosen_index(ctx).engine.folder)


def _build_sample(settings: Settings) -> None:
    engine = open_engine(settings.index, settings)
    try:
        engine.open_snapshot()
    except NoIndex:
        print_text(f"No index in {settings.index} yet; building the sample corpus", err=True)
        bar = ProgressBar(sys.stderr)
        try:
            report = build_anew(engine, [SAMPLE], settings, bar)
        finally:
            bar.close()
        print_text(f"{report.indexed} sample pages indexed", err=True)
