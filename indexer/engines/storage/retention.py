"""Chooses the generations that are kept to go back to.

In: generations with the time at which each was built. Out: the names of those to keep: the last
few, and the last of each of the last few days on which any was built. Days are those of the
manifests, UTC, not counted from today: a clock that jumps removes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Retention:
    """How many generations are kept, the live one among them.

    Attributes:
        last: the newest so many; the live one is kept even where it is 0.
        days: of each of so many days, the last one built on it.
    """

    last: int = 3
    days: int = 7


def choose_kept(built: Mapping[str, str], retention: Retention) -> set[str]:
    """Choose the generations to keep.

    Args:
        built: ISO 8601 UTC by name of the generation; names sort by age.

    >>> days = {"1": "2024-05-01T08", "2": "2024-05-01T20", "3": "2024-05-02T08"}
    >>> sorted(choose_kept(days, Retention(last=1, days=2)))
    ['2', '3']
    """
    names = sorted(built)
    last_of_day = {built[name][:10]: name for name in names}
    days = sorted(last_of_day, reverse=True)[: retention.days]
    return {*names[len(names) - retention.last :], *(last_of_day[day] for day in days)}
