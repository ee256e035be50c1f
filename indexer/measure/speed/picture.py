"""A chart of the figures of one size, as SVG: a row for each class, a dot for each engine.

The axis is milliseconds on a log scale. matplotlib, which the `bench` extra installs, draws it;
this module is imported only if a chart is wanted.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from indexer.measure.speed.engines import OURS, PEERS, WIDENED

if TYPE_CHECKING:
    from indexer.measure.speed.timing import SizeFigures

COLOURS: Final = {
    OURS.name: "#d55e00",
    WIDENED.name: "#d55e00",
    PEERS[0].name: "#0072b2",
    PEERS[1].name: "#009e73",
    PEERS[2].name: "#8f5aa8",
    PEERS[3].name: "#8a6d00",
}
"""Okabe and Ito's palette, which colour-blind readers can tell apart too."""

DARK_STYLE: Final = """\
<style>
@media (prefers-color-scheme: dark) { svg { filter: invert(1) hue-rotate(180deg) } }
</style>
"""
"""For readers who prefer dark: black text becomes white, each colour keeps its hue."""


def draw(one: SizeFigures) -> str:
    """Draw the p50 of every class and engine at one size.

    The ground is transparent, and the drawing can be read in light and in dark.
    """
    kinds = [kind for kind, of_kind in one.timed.items() if of_kind]
    title = f"Milliseconds a search over {one.documents:,} articles, half of them below (p50)"
    drawn = io.StringIO()
    # Text stays text, and the same figures give the same bytes.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "dateline"}):
        figure = Figure((9, 1.2 + 0.32 * len(kinds)), layout="constrained")
        axes = figure.add_subplot()
        for name in reversed(list(one.searching_peak_bytes)):  # ours last, on top of the others
            rows = [row for row, kind in enumerate(kinds) if name in one.timed[kind]]
            times = [one.timed[kinds[row]][name].p50_ms for row in rows]
            axes.plot(times, rows, **_marker_style(name))
        axes.set(xscale="log", xlabel="ms", yticks=range(len(kinds)), yticklabels=kinds)
        axes.set_title(title)
        axes.invert_yaxis()
        axes.minorticks_off()
        axes.xaxis.set_major_formatter("{x:g}")
        axes.grid(color="#c4ccd4")
        axes.spines[:].set_visible(False)
        figure.legend(loc="outside upper center", ncols=len(COLOURS), frameon=False, reverse=True)
        metadata = {"Title": title, "Date": None}
        figure.savefig(drawn, format="svg", transparent=True, metadata=metadata)
    return drawn.getvalue().replace("<defs>", f"{DARK_STYLE}<defs>", 1)


def _marker_style(name: str) -> dict[str, Any]:
    """Return how an engine is drawn: ours is a large dot, ours widened a ring, others are small."""
    return {
        "label": name,
        "gid": name,
        "color": COLOURS[name],
        "marker": "o",
        "linestyle": "none",
        "markersize": 7 if name in {peer.name for peer in PEERS} else 9,
        "fillstyle": "none" if name == WIDENED.name else "full",
        "markeredgewidth": 1.5,
    }
