"""The state of `dateline digest`: a JSON file of the ids that earlier runs printed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from indexer.errors import SettingError
from indexer.output import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.models import Query


def read(path: Path, query: Query) -> frozenset[str]:
    """Read the ids that earlier runs printed; empty if the file does not exist.

    Raises:
        SettingError: the file has another format, cannot be read, or belongs to another search.
    """
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        search, told = state["search"], frozenset(map(str, state["told"]))
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise SettingError(f"{path} is no file of an earlier digest; name another one") from exc
    if search != as_json.encode_search(query):
        raise SettingError(
            f"{path} belongs to the search “{search.get('text', '')}” and its filters; "
            "keep a file for each search"
        )
    return told


def write(path: Path, query: Query, told: Iterable[str]) -> None:
    """Write the ids that have been printed, to a temporary file that then replaces the old one.

    Raises:
        SettingError: the file cannot be written.
    """
    text = json.dumps(
        {"search": as_json.encode_search(query), "told": sorted(told)}, ensure_ascii=False
    )
    beside = path.with_name(f"{path.name}.partial")
    try:
        beside.write_text(text + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as exc:
        raise SettingError(f"{path} cannot be written: {exc.strerror}") from exc
