"""A Whoosh matcher over the postings of one term, one posting at a time.

In: the postings of a term in one segment. Out: document, weight, positions and score of each.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from whoosh.matching.mcore import LeafMatcher, ReadTooFar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.formats import Format
    from whoosh.scoring import BaseScorer

    from indexer.engines.whoosh.index.columns import Postings


class ColumnMatcher(LeafMatcher):
    """Iterates over mapped postings as stock matchers do.

    It gives no bound on scores, so Whoosh scores every posting: slower, never wrong. With a bound,
    a union within an intersection lost matches and scores once a page was full (Whoosh 2.7.4 and
    whoosh3 3.54: `UnionMatcher.replace` becomes an AndMaybe), and `len(results)` with them.
    Posting values are returned decoded (`value_as`), never as Whoosh's bytes, which are pickles.
    """

    def __init__(
        self,
        postings: Postings,
        format_: Format,
        term: tuple[str, bytes],
        scorer: BaseScorer | None,
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._postings = postings
        self._term = term
        self._documents = postings.documents.data
        self._place = 0

    def is_active(self) -> bool:
        """Whether a posting is left."""
        return self._place < len(self._documents)

    def reset(self) -> None:
        """Go back to the first posting."""
        self._place = 0

    def copy(self) -> ColumnMatcher:
        """Return another matcher at the same posting."""
        twin = ColumnMatcher(self._postings, self.format, self._term, self.scorer)
        twin._place = self._place
        return twin

    def id(self) -> int:
        """Return the document of this posting, past the end that of the last.

        Whoosh's AndNotMatcher asks an exhausted matcher for its id after `skip_to` (2.7.4 and
        whoosh3 3.54, `_find_next`), which its own matchers allow; it does not use the answer.
        """
        return self._documents[min(self._place, len(self._documents) - 1)]

    def all_ids(self) -> Iterator[int]:
        """Return the documents of all postings."""
        return iter(self._documents)

    def next(self) -> None:
        """Go to the next posting."""
        if not self.is_active():
            raise ReadTooFar
        self._place += 1

    def skip_to(self, id: int) -> None:  # noqa: A002  (Whoosh's name)
        """Go to the first posting with a document not below `id`."""
        if not self.is_active():
            raise ReadTooFar
        rest = self._postings.documents[self._place :]
        self._place += int(np.searchsorted(rest, id))

    def weight(self) -> float:
        """Return the frequency times the boost of the field, as Whoosh's formats weigh it."""
        return float(self._postings.frequencies[self._place] * self.format.field_boost)

    def value(self) -> NoReturn:
        """Raise NotImplementedError; see the class."""
        raise NotImplementedError("postings have no byte values here; use value_as")

    def value_as(self, astype: str) -> Any:  # noqa: ANN401  (what it is depends on the name)
        """Return the posting as `frequency`, `weight`, `positions` or `position_boosts`."""
        match astype:
            case "frequency":
                return int(self._postings.frequencies[self._place])
            case "weight":
                return self.weight()
            case "positions":
                return self._get_positions()
            case "position_boosts":
                return [(position, 1) for position in self._get_positions()]
            case _:
                raise NotImplementedError(astype)

    def items_as(self, astype: str) -> Iterator[tuple[int, Any]]:
        """Yield the document and the decoded value of this posting and all that follow."""
        while self.is_active():
            yield self.id(), self.value_as(astype)
            self.next()

    def max_quality(self) -> float:
        """Return infinity; see the class."""
        return inf

    def supports_block_quality(self) -> bool:
        """Return False; see the class."""
        return False

    def score(self) -> float:
        """Return the score of this posting; its weight without a scorer."""
        return self.weight() if self.scorer is None else float(self.scorer.score(self))

    def _get_positions(self) -> list[int]:
        low, high = self._postings.starts[self._place : self._place + 2].tolist()
        positions: list[int] = self._postings.positions[low:high].tolist()
        return positions
