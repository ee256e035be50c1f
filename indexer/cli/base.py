"""The group of all commands: reads settings, reports an error as one sentence, prints results."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer import settings
from indexer.analysis.control_characters import escape_json, make_printable
from indexer.errors import IndexerError
from indexer.search.open import open_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.search.index import Index

SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "pages"
"""The sample corpus of a checkout."""

INDEX_HELP = (
    "Folder of the index, or opensearch://HOST:9200/NAME; else DATELINE_INDEX, else ./data."
)


def _choose_index(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.obj["index"] = value


_COMMANDS = {
    "building": ("check", "clean", "quarantine", "rebuild", "rollback", "stats", "update"),
    "measuring": ("bench", "evaluate"),
    "searching": ("digest", "export", "run", "search", "show", "similar", "suggest"),
    "serving": ("serve", "token"),
}
"""Modules of this package, and the commands that each defines."""

_MODULE_OF = {name: module for module, names in _COMMANDS.items() for name in names}


class _Group(click.Group):
    """Reports an `IndexerError` as one sentence and exits with 1.

    `--index` is accepted after the command as well as before it: people write both.
    """

    group_class: type[click.Group | type] | None = type

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        if not isinstance(cmd, click.Group):
            cmd.params.append(
                click.Option(
                    ["--index"], help=INDEX_HELP, expose_value=False, callback=_choose_index
                )
            )
        super().add_command(cmd, name)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _printable_errors():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _printable_errors():
                return super().invoke(ctx)
        except IndexerError as exc:
            raise click.ClickException(make_printable(str(exc))) from exc
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(1)
        except OSError as exc:
            if exc.filename is not None:  # of a file, reported where it was opened
                raise
            _discard_output()
            raise click.ClickException(f"The output cannot be written: {exc.strerror}") from exc


@contextlib.contextmanager
def _printable_errors() -> Iterator[None]:
    """Make the sentences of click printable: they quote the arguments."""
    try:
        yield
    except click.ClickException as exc:
        exc.message = make_printable(exc.message)  # type: ignore[misc]  # final for type checkers
        raise


def _discard_output() -> None:
    """Send the rest of stdout to /dev/null; else Python flushes it at exit and exits with 120."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _AllCommands(_Group):
    """Imports the module of a command when the command is run.

    A search then loads neither the cleaner nor the server.
    """

    group_class = _Group

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return sorted(_MODULE_OF)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _MODULE_OF:
            import_module(f"{__package__}.{_MODULE_OF[cmd_name]}")
        return super().get_command(ctx, cmd_name)


@click.group(cls=_AllCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", help=INDEX_HELP)
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


def load_settings(ctx: click.Context, **given: Any) -> settings.Settings:
    """Load the settings; those given on the command line come first, see `settings.load`."""
    return settings.load({**ctx.obj, **given})


def open_chosen_index(ctx: click.Context) -> Index:
    """Open the index that the options name for searching.

    Raises:
        NoIndex, VersionError, DamageError: it cannot be opened.
    """
    settings = load_settings(ctx)
    return open_index(settings.index, settings)


_OWN_CONTROLS = re.compile(r"(\n|\t|\x1b\[[01]m)")
"""What our own lines steer a terminal with: line ends, tabs, bold on and off."""


def print_text(text: str, *, err: bool = False) -> None:
    """Print text; characters of pages, file names and arguments that steer a terminal are U+FFFD.

    Everything that is printed to a terminal goes through here, JSON aside.

    Args:
        text: one line or several.
        err: whether to print to stderr.
    """
    parts = _OWN_CONTROLS.split(text)
    click.echo("".join(map(_make_part_printable, parts)), err=err)


def _make_part_printable(part: str) -> str:
    return part if _OWN_CONTROLS.fullmatch(part) else make_printable(part)


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    click.echo(escape_json(json.dumps(value, ensure_ascii=False)))


def print_lines(lines: Iterable[str]) -> None:
    """Print lines, each as soon as it is produced."""
    for line in lines:
        print_text(line)
