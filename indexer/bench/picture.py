"""One size's figures -> an SVG: a row a class, a dot an engine, milliseconds on a log scale.

Readable in light and dark: colours are variables, swapped where the reader prefers dark.
"""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from indexer.bench.contenders import OURS, PEERS, WIDENED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indexer.bench.timing import Measured, Timed

WIDTH = 760
LEFT, RIGHT, TOP, ROW = 130, 24, 64, 26

# Okabe and Ito's palette, told apart by colour-blind readers too; lighter where the ground is dark.
COLOURS = {
    OURS.name: ("#d55e00", "#ff8c42"),
    WIDENED.name: ("#d55e00", "#ff8c42"),
    PEERS[0].name: ("#0072b2", "#6cb6ff"),
    PEERS[1].name: ("#009e73", "#4fd1a5"),
    PEERS[2].name: ("#8f5aa8", "#d3a4ea"),
    PEERS[3].name: ("#8a6d00", "#e0c341"),
}


def draw(one: Measured) -> str:
    """The picture of one size."""
    kinds = {kind: of_kind for kind, of_kind in one.timed.items() if of_kind}
    names = list(one.searching_peak_bytes)
    every = [timed.p50_ms for of_kind in kinds.values() for timed in of_kind.values()]
    scale = _Scale(every)
    height = TOP + len(kinds) * ROW + 40
    title = f"Milliseconds a search over {one.documents:,} articles, half of them below (p50)"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            f"<title>{escape(title)}</title>",
            *_style(),
            *_legend(names),
            *_axis(scale, height),
            *_dots(kinds, names, scale),
            "</svg>",
            "",
        ]
    )


class _Scale:
    """Milliseconds to pixels, whole decades."""

    def __init__(self, values: Sequence[float]) -> None:
        self.low = floor(log10(min(values)))
        self.high = max(ceil(log10(max(values))), self.low + 1)

    def x(self, ms: float) -> float:
        share = (log10(ms) - self.low) / (self.high - self.low)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _style() -> Iterator[str]:
    yield "<style>"
    yield "text { font: 13px system-ui, sans-serif; fill: var(--ink) }"
    yield ".line { stroke: var(--line) }"
    for shade, (ink, line) in enumerate([("#1f2328", "#d8dee4"), ("#e6edf3", "#3d444d")]):
        rules = [f"--ink: {ink}", f"--line: {line}"]
        rules += [f"--c{place}: {pair[shade]}" for place, pair in enumerate(COLOURS.values())]
        block = f":root {{ {'; '.join(rules)} }}"
        yield f"@media (prefers-color-scheme: dark) {{ {block} }}" if shade else block
    yield "</style>"


def _legend(names: list[str]) -> Iterator[str]:
    x = 10.0
    for name in names:
        yield _dot(name, x + 6, 20)
        yield f'<text x="{x + 17}" y="25">{escape(name)}</text>'
        x += 34 + 7.2 * len(name)


def _axis(scale: _Scale, height: int) -> Iterator[str]:
    for power in range(scale.low, scale.high + 1):
        x = scale.x(10.0**power)
        yield f'<line class="line" x1="{x}" x2="{x}" y1="{TOP - 14}" y2="{height - 32}"/>'
        yield f'<text x="{x}" y="{height - 14}" text-anchor="middle">{10.0**power:g}</text>'
    yield f'<text x="10" y="{height - 14}">ms</text>'


def _dots(
    kinds: Mapping[str, Mapping[str, Timed]], names: list[str], scale: _Scale
) -> Iterator[str]:
    for row, (kind, of_kind) in enumerate(kinds.items()):
        y = TOP + row * ROW
        yield f'<text x="10" y="{y + 4}">{escape(kind)}</text>'
        yield f'<line class="line" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        # Ours last, on top of the others.
        for name in reversed(names):
            if name in of_kind:
                yield _dot(name, scale.x(of_kind[name].p50_ms), y)


def _dot(name: str, x: float, y: float) -> str:
    """Ours is filled, ours with widening a ring, the others smaller."""
    colour = f"var(--c{list(COLOURS).index(name)})"
    if name == WIDENED.name:
        return (
            f'<circle cx="{x}" cy="{y}" r="6" fill="none" stroke="{colour}" stroke-width="2">'
            f"<title>{escape(name)}</title></circle>"
        )
    radius = 6.5 if name == OURS.name else 5
    return (
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}">'
        f"<title>{escape(name)}</title></circle>"
    )
