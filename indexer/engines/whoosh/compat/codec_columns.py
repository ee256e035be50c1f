"""Our columns in the representations that Whoosh sorts by.

In: a column of a segment. Out: a Whoosh `ColumnReader` over it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from whoosh.columns import ColumnReader

from indexer.engines.whoosh.index.array_file import ENCODING, ERRORS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from whoosh.fields import FieldType

    from indexer.engines.whoosh.index.columns import TextColumn, ValueColumn


_NO_FILE: Any = None
"""Whoosh's column readers read a file of their own; ours read the arrays of the segment."""

UNDATED = datetime.fromordinal(1)
"""The value of an undated document in the column of days."""


class IntReader(ColumnReader):
    """An int column of a NUMERIC field: values as the field's sortable numbers."""

    def __init__(self, values: NDArray[np.int32], field: FieldType) -> None:
        super().__init__(_NO_FILE, 0, 0, len(values))
        self._values = values
        self._field: Any = field
        self._sign = 1

    def __getitem__(self, docnum: int) -> int:
        return int(self._field.to_column_value(int(self._values[docnum])))

    def sort_key(self, docnum: int) -> int:  # type: ignore[override]  # Whoosh's own give ints
        """Return the key that Whoosh sorts by."""
        return self._sign * self[docnum]

    def load(self) -> list[int]:
        """Return all values."""
        return [self[document] for document in range(len(self))]

    def set_reverse(self) -> None:
        """Make the sort keys descend from now on."""
        self._sign = -1


class DayReader(IntReader):
    """An int column of days of a DATETIME field: midnights as the field's sortable numbers.

    An undated document is at UNDATED, the earliest time, so that it sorts before all others.
    """

    def __getitem__(self, docnum: int) -> int:
        day = int(self._values[docnum])
        return int(self._field.to_column_value(datetime.fromordinal(day) if day else UNDATED))


class TextReader(ColumnReader):
    """A text column: values as UTF-8 bytes."""

    def __init__(self, texts: TextColumn) -> None:
        super().__init__(_NO_FILE, 0, 0, len(texts))
        self._texts = texts

    def __getitem__(self, docnum: int) -> bytes:
        return self._texts[docnum].encode(ENCODING, ERRORS)

    def load(self) -> list[bytes]:
        """Return all values."""
        return [self[document] for document in range(len(self))]


class FirstValueReader(ColumnReader):
    """The first value of each document in a column of values: UTF-8 bytes, empty if it has none.

    Whoosh's columns hold one value per document, so other values are not read.
    """

    def __init__(self, column: ValueColumn) -> None:
        super().__init__(_NO_FILE, 0, 0, len(column.starts) - 1)
        self._column = column

    def __getitem__(self, docnum: int) -> bytes:
        low, high = self._column.starts[docnum : docnum + 2].tolist()
        if low == high:
            return b""
        value: str = self._column.values[self._column.ids[low]]
        return value.encode(ENCODING, ERRORS)

    def load(self) -> list[bytes]:
        """Return all values."""
        return [self[document] for document in range(len(self))]
