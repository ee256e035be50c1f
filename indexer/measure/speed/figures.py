"""Figures of the bench as tables and as JSON.

A ratio tells how many times our p50 another engine takes: 100 is a hundred times as slow as ours,
0.5 twice as fast. Growth is the exponent b of p50 = a * articles ** b, fitted over all sizes by
least squares: 0 is constant, 1 doubles when the articles double.
"""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib import metadata
from math import log
from typing import TYPE_CHECKING, Any

from indexer.measure.speed.engines import KINDS, OURS, PEERS
from indexer.measure.speed.timing import ARTICLES_PER_UPDATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from indexer.measure.speed.timing import BuildFigures, SizeFigures, UpdateTimes

Growth = dict[str, dict[str, float]]

_LIBRARIES = ("dateline-search", "whoosh3", "numpy", "tantivy", "bm25s")
_NAME, _CELL = 16, 19


def as_json(sizes: Sequence[SizeFigures]) -> dict[str, Any]:
    """Encode every figure, with ratios, growth, and the versions of Python and libraries."""
    return {
        "python": platform.python_version(),
        "versions": dict(_list_versions()),
        "sizes": [_encode_size(one) for one in sizes],
        "growth": compute_growth(sizes),
    }


def as_table(sizes: Sequence[SizeFigures]) -> str:
    """Render tables: one for each size, then the growth if there are several sizes."""
    parts = [_render_size(one) for one in sizes]
    grown = compute_growth(sizes)
    if grown:
        parts.append(_render_growth(grown, list(sizes[-1].searching_peak_bytes)))
    return "\n\n".join(parts)


def compute_ratios(one: SizeFigures) -> dict[str, dict[str, float]]:
    """Compute, by class and engine, how many times our p50 the engine takes."""
    return {
        kind: {name: timed.p50_ms / of_kind[OURS.name].p50_ms for name, timed in of_kind.items()}
        for kind, of_kind in one.timed.items()
        if of_kind
    }


def compute_growth(sizes: Sequence[SizeFigures]) -> Growth:
    """Compute, by class and engine, the exponent of p50 over articles; empty for one size."""
    if len(sizes) < 2:
        return {}
    found: Growth = {}
    for kind in KINDS:
        for name in sizes[0].timed[kind]:
            points = [
                (log(one.documents), log(one.timed[kind][name].p50_ms))
                for one in sizes
                if name in one.timed[kind]
            ]
            if len(points) == len(sizes):
                found.setdefault(kind, {})[name] = round(_fit_slope(points), 2)
    return found


def _fit_slope(points: Sequence[tuple[float, float]]) -> float:
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    over = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return over / sum((x - middle_x) ** 2 for x, _ in points)


def _list_versions() -> Iterator[tuple[str, str]]:
    for name in _LIBRARIES:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue


def _encode_size(one: SizeFigures) -> dict[str, Any]:
    content = asdict(one)
    for kind, of_kind in compute_ratios(one).items():
        for name, ratio in of_kind.items():
            content["timed"][kind][name]["times_ours"] = round(ratio, 3)
    for name, updated in one.updated.items():
        ratio = updated.mean_ms / one.updated[OURS.name].mean_ms
        content["updated"][name]["times_ours"] = round(ratio, 3)
    return content


def _render_size(one: SizeFigures) -> str:
    names = list(one.searching_peak_bytes)
    compared = compute_ratios(one)
    first = {
        kind: {OURS.name: f"{of_kind[OURS.name].first_p50_ms:.3f}"}
        for kind, of_kind in one.timed.items()
        if of_kind
    }
    p95 = {
        kind: {name: f"{timed.p95_ms:.3f}" for name, timed in of_kind.items()}
        for kind, of_kind in one.timed.items()
    }
    p50 = {
        kind: {
            name: f"{timed.p50_ms:.3f}" + _format_ratio(name, compared[kind][name])
            for name, timed in of_kind.items()
        }
        for kind, of_kind in one.timed.items()
    }
    built = _list_build_rows(one)
    count = ARTICLES_PER_UPDATE
    return "\n".join(
        [
            f"{one.documents:,} articles: p50 in ms of processor time (× how often ours)",
            *_render_rows(names, p50),
            "",
            "p95 in ms",
            *_render_rows(names, p95),
            "",
            "p50 in ms, asked for the first time",
            *_render_rows([OURS.name], first),
            "",
            "Indexing and size; ready: opened, and a first question answered",
            *_render_rows(names, built),
            "",
            f"ms an update of {count} articles; the mean holds what was merged on the way",
            *_render_rows(names, _list_update_rows(one.updated)),
        ]
    )


def _list_update_rows(updated: Mapping[str, UpdateTimes]) -> dict[str, dict[str, str]]:
    ours = updated[OURS.name].mean_ms
    return {
        "mean": {
            name: f"{one.mean_ms:.1f}" + _format_ratio(name, one.mean_ms / ours)
            for name, one in updated.items()
        },
        "p50": {name: f"{one.p50_ms:.1f}" for name, one in updated.items()},
        "mean, by clock": {name: f"{one.mean_wall_ms:.1f}" for name, one in updated.items()},
    }


def _format_ratio(name: str, ratio: float) -> str:
    if name not in {peer.name for peer in PEERS}:
        return ""
    return f" (×{ratio:.0f})" if ratio >= 10 else f" (×{ratio:.1f})"


def _list_build_rows(one: SizeFigures) -> dict[str, dict[str, str]]:
    def row(show: Callable[[BuildFigures], str]) -> dict[str, str]:
        return {name: show(built) for name, built in one.built.items()}

    peaks = {name: f"{size / 1e6:,.0f}" for name, size in one.searching_peak_bytes.items()}
    return {
        "articles / CPU s": row(lambda built: f"{built.articles_per_cpu_s:,.0f}"),
        "index MB": row(lambda built: f"{built.index_bytes / 1e6:,.1f}"),
        "peak MB, build": row(lambda built: f"{built.peak_bytes / 1e6:,.0f}"),
        "peak MB, search": peaks,
        "ms to be ready": {name: f"{ms:,.0f}" for name, ms in one.ready_ms.items()},
    }


def _render_growth(grown: Growth, names: list[str]) -> str:
    cells = {
        kind: {name: f"{value:.2f}" for name, value in of_kind.items()}
        for kind, of_kind in grown.items()
    }
    head = "Growth: exponent of p50 over articles (0 stays, 1 doubles as they double)"
    return "\n".join([head, *_render_rows(names, cells)])


def _render_rows(names: Iterable[str], cells: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield " " * _NAME + "".join(name.rjust(_CELL) for name in names)
    for title, row in cells.items():
        if row:
            yield title.ljust(_NAME) + "".join(row.get(name, "-").rjust(_CELL) for name in names)
