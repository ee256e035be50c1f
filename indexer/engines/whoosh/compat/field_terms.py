"""The terms of one field of one segment, each with its postings, for the codec.

In: a segment, or its column of days. Out: terms by number, their statistics and postings.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from whoosh.reading import TermInfo

from indexer.engines.stored_document import GAP
from indexer.engines.whoosh.index.columns import Postings

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from whoosh.fields import FieldType

    from indexer.engines.whoosh.index.segment import ColumnSegment


_AFTER_SEPARATOR = (GAP + "\0").encode()


class FieldTerms(Protocol):
    """Terms numbered by their order as bytes."""

    def __len__(self) -> int: ...

    def get_encoded(self, number: int) -> bytes:
        """Return the term of a number."""
        ...

    def bisect(self, encoded: bytes) -> int:
        """Return the number of the first term not below `encoded`; len if all are below."""
        ...

    def count_documents(self, number: int) -> int:
        """Count the documents with the term, deleted ones included."""
        ...

    def make_term_info(self, number: int) -> TermInfo:
        """Return the statistics of a term, deleted documents included."""
        ...

    def read_postings(self, number: int) -> Postings:
        """Return documents, frequencies and positions of the term."""
        ...


def find_term(terms: FieldTerms, encoded: bytes) -> int:
    """Return the number of a term, -1 if the field lacks it."""
    number = terms.bisect(encoded)
    return number if number < len(terms) and terms.get_encoded(number) == encoded else -1


class IndexedTerms:
    """The terms of an indexed field, without the separator between two values of one article.

    The separator sorts before every other term, so it has the first number of a segment or none.
    """

    def __init__(self, segment: ColumnSegment, name: str) -> None:
        self._segment = segment
        self._name = name
        self._terms = segment.get_terms(name)
        self._first = self._terms.bisect(_AFTER_SEPARATOR)

    def __len__(self) -> int:
        return len(self._terms) - self._first

    def get_encoded(self, number: int) -> bytes:
        """Return the term of a number."""
        return self._terms.get_encoded(self._first + number)

    def bisect(self, encoded: bytes) -> int:
        """Return the number of the first term not below `encoded`; len if all are below."""
        return max(0, self._terms.bisect(encoded) - self._first)

    def count_documents(self, number: int) -> int:
        """Count the documents with the term, deleted ones included."""
        return int(self._terms.document_frequencies[self._first + number])

    def make_term_info(self, number: int) -> TermInfo:
        """Return the statistics of a term, deleted documents included."""
        documents, frequencies = self._segment.read_documents_and_frequencies(
            self._name, self._first + number
        )
        lengths = self._segment.get_lengths(self._name)[documents]
        format_: Any = self._segment.layout.schema[self._name].format
        boost = format_.field_boost
        return TermInfo(  # type: ignore[no-untyped-call]
            weight=float(frequencies.sum() * boost),
            df=len(documents),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(frequencies.max() * boost),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def read_postings(self, number: int) -> Postings:
        """Return documents, frequencies and positions of the term."""
        return self._segment.read_postings(self._name, self._first + number)


class DayTerms:
    """A column of days as the terms of a date field: one term for each day of an article.

    The segment stores no such terms. They are made from the column on first use, so that Whoosh's
    date ranges, which look terms up, find articles. An undated article has no term.
    """

    def __init__(self, days: NDArray[np.int32], field: FieldType) -> None:
        self._column = days
        self._field = field

    @cached_property
    def _documents(self) -> NDArray[np.int32]:
        """All dated documents by day, ascending within a day."""
        order = np.argsort(self._column, kind="stable").astype(np.int32)
        return order[self._column[order] > 0]

    @cached_property
    def _bounds(self) -> NDArray[np.int64]:
        """The offsets of each day's documents; one more than days."""
        changes = np.flatnonzero(np.diff(self._column[self._documents], prepend=0))
        return np.append(changes, len(self._documents)).astype(np.int64)

    @cached_property
    def _encoded_days(self) -> list[bytes]:
        days = self._column[self._documents[self._bounds[:-1]]].tolist()
        return [self._field.to_bytes(datetime.fromordinal(day)) for day in days]

    def __len__(self) -> int:
        return len(self._encoded_days)

    def get_encoded(self, number: int) -> bytes:
        """Return the term of a number."""
        return self._encoded_days[number]

    def bisect(self, encoded: bytes) -> int:
        """Return the number of the first term not below `encoded`; len if all are below."""
        return bisect_left(self._encoded_days, encoded)

    def count_documents(self, number: int) -> int:
        """Count the documents of the day, deleted ones included."""
        return len(self._get_documents(number))

    def make_term_info(self, number: int) -> TermInfo:
        """Return the statistics of a day, deleted documents included."""
        documents = self._get_documents(number)
        return TermInfo(  # type: ignore[no-untyped-call]
            weight=float(len(documents)),
            df=len(documents),
            minlength=1,
            maxlength=1,
            maxweight=1.0,
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def read_postings(self, number: int) -> Postings:
        """Return the documents of the day, each once and without positions."""
        documents = self._get_documents(number)
        count = len(documents)
        no_positions = np.empty(0, np.int32)
        return Postings(
            documents, np.ones(count, np.int32), np.zeros(count + 1, np.int64), no_positions
        )

    def _get_documents(self, number: int) -> NDArray[np.int32]:
        low, high = self._bounds[number : number + 2].tolist()
        return self._documents[low:high]
