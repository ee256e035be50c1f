"""Settings: command line > environment > TOML file > default, decided in `load` alone.

The TOML file is `dateline.toml` in the working folder, or the file `DATELINE_CONFIG` names.
Environment variables are the setting's name in capitals after `DATELINE_`.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_INDEX = "./data"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run. Sizes are bytes, times seconds.

    Attributes:
        index: a path (the embedded engine), or `opensearch://host:9200/name`.
        workers: cleaning processes; 0 means one per core.
        page_bytes: size of the largest page read, after decompression.
        page_s: longest time for cleaning one page, which is quarantined after it.
        page_memory_bytes: most memory one cleaning process may use.
        search_s: time budget of one search. A sixth of it is its processor time in this process;
            an engine on a server may be waited for as long as that.
        keep_generations: newest generations kept, the live one among them.
        keep_days: of each of so many days, the last generation built on it is kept too.
        host, port: where `serve` listens.
        trusted_hosts: Host names that `serve` answers besides the loopback names, comma separated.
        access_log: file that `serve` adds a line of JSON to for each request, `-` for stdout.
    """

    index: str = DEFAULT_INDEX
    workers: int = 0
    page_bytes: int = 5_000_000
    page_s: float = 10.0
    page_memory_bytes: int = 1_000_000_000
    search_s: float = 5.0
    keep_generations: int = 3
    keep_days: int = 7
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_hosts: str = ""
    access_log: str = ""

    @property
    def worker_count(self) -> int:
        """The number of cleaning processes to start, at least 1."""
        return self.workers or len(os.sched_getaffinity(0))


def load(given: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Settings:
    """Load the settings from the command line, the environment and the settings file.

    Args:
        given: options of the command line by name; None if an option is not given.
        environ: environment variables.

    Raises:
        SettingError: the file has an unknown name, or a value has the wrong type or is below zero.

    >>> environ = {"DATELINE_PORT": "80", "DATELINE_HOST": "::1"}
    >>> settings = load({"port": 8001, "host": None}, environ)
    >>> settings.port, settings.host
    (8001, '::1')
    """
    values = _read_file(environ)
    for field in dataclasses.fields(Settings):
        variable = f"DATELINE_{field.name.upper()}"
        if variable in environ:
            values[field.name] = _convert(environ[variable], field, variable)
        if given.get(field.name) is not None:
            values[field.name] = _convert(given[field.name], field, f"--{field.name}")
    return Settings(**values)


def _read_file(environ: Mapping[str, str]) -> dict[str, Any]:
    named = environ.get("DATELINE_CONFIG")
    path = Path(named or "dateline.toml")
    if not path.is_file():
        if named:
            raise SettingError(f"No settings file at {path}; mend or unset DATELINE_CONFIG")
        return {}
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as exc:
        raise SettingError(f"{path} cannot be read as TOML: {exc}") from exc
    fields = {field.name: field for field in dataclasses.fields(Settings)}
    for name in rows:
        if name not in fields:
            known = ", ".join(sorted(fields))
            raise SettingError(f"{path}: unknown setting {name!r}; known are {known}")
    return {name: _convert(value, fields[name], f"{path}: {name}") for name, value in rows.items()}


def _convert(value: Any, field: dataclasses.Field[Any], where: str) -> Any:  # noqa: ANN401
    kind: type[Any] = type(field.default)
    try:
        converted = kind(value)
    except (TypeError, ValueError) as exc:
        raise SettingError(f"{where}: {value!r} is no {kind.__name__}") from exc
    if kind in (int, float) and converted < 0:
        raise SettingError(f"{where}: {value!r} is below zero")
    return converted
