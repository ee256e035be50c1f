"""The terms of one field of one segment: a sorted blob that is searched in place.

In: mapped arrays. Out: term numbers by text and prefix, texts by number, and frequencies.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.whoosh.index.array_file import ENCODING, ERRORS

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_STEP = 32
"""One term in so many is decoded beforehand and searched first, so that a look-up decodes 5 terms
in place of 18. The sample of 200,000 terms takes 0.35 MB."""


class TermDictionary:
    """Terms numbered by their order (by code point, the same as by UTF-8 bytes).

    Attributes:
        blob: uint8, the terms in UTF-8 end to end.
        starts: int64, shape (terms + 1,); term n is blob[starts[n]:starts[n+1]].
        posting_starts: int64, shape (terms + 1,), offsets into the field's documents.
        occurrence_starts: int64, shape (terms + 1,), offsets into the field's positions.
    """

    def __init__(
        self,
        blob: NDArray[np.uint8],
        starts: NDArray[np.int64],
        posting_starts: NDArray[np.int64],
        occurrence_starts: NDArray[np.int64],
    ) -> None:
        self.blob = blob
        self.starts = starts
        self.posting_starts = posting_starts
        self.occurrence_starts = occurrence_starts
        self._bytes = blob.data
        self._bounds = starts.data

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> str:
        """Return the term of a number from 0 to len - 1."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self.get_encoded(number).decode(ENCODING, ERRORS)

    def get_encoded(self, number: int) -> bytes:
        """Return the term of a number, in UTF-8."""
        return self._bytes[self._bounds[number] : self._bounds[number + 1]].tobytes()

    def bisect(self, encoded: bytes) -> int:
        """Return the number of the first term not below `encoded`; len if all are below."""
        sampled = bisect_left(self._sample, encoded)  # the term is after the one before it
        low = max(0, (sampled - 1) * SAMPLE_STEP)
        high = min(sampled * SAMPLE_STEP, len(self))
        return low + bisect_left(range(low, high), encoded, key=self.get_encoded)

    def find(self, term: str) -> int:
        """Return the number of the term, -1 if the segment lacks it."""
        encoded = term.encode(ENCODING, ERRORS)
        number = self.bisect(encoded)
        return number if number < len(self) and self.get_encoded(number) == encoded else -1

    def find_prefix_range(self, prefix: str) -> tuple[int, int]:
        """Return the numbers of the terms that begin with the prefix: start and end, exclusive."""
        encoded = prefix.encode(ENCODING, ERRORS)
        # No UTF-8 byte is 0xFF, so it sorts above whatever may follow the prefix.
        return self.bisect(encoded), self.bisect(encoded + b"\xff")

    def get_encoded_range(self, first: int, stop: int) -> list[bytes]:
        """Return the terms from number `first` to `stop`, exclusive, in UTF-8."""
        bounds = (self.starts[first : stop + 1] - self.starts[first]).tolist()
        blob = self._bytes[self._bounds[first] : self._bounds[stop]].tobytes()
        return [blob[low:high] for low, high in pairwise(bounds)]

    def decode(self, first: int = 0, stop: int | None = None) -> list[str]:
        """Return the terms from number `first` to `stop`, exclusive; None for the end."""
        encoded = self.get_encoded_range(first, len(self) if stop is None else stop)
        return [term.decode(ENCODING, ERRORS) for term in encoded]

    @cached_property
    def _sample(self) -> list[bytes]:
        return [self.get_encoded(number) for number in range(0, len(self), SAMPLE_STEP)]

    @cached_property
    def document_frequencies(self) -> NDArray[np.int32]:
        """int32, shape (terms,): documents with each term, deleted ones included."""
        return np.diff(self.posting_starts).astype(np.int32)

    @cached_property
    def collection_frequencies(self) -> NDArray[np.int64]:
        """int64, shape (terms,): occurrences of each term, in deleted documents included."""
        return np.diff(self.occurrence_starts)
