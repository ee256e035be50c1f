"""Columns of one segment: built in memory while documents are added, read from mapped arrays.

In: one value per document and column, or an array file. Out: arrays in the file `columns`, or
`TextColumn`, `ValueColumn` and the like over them. `Postings` is here too, since the codec of
`compat` and the executor share both.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from indexer.engines.whoosh.index.array_file import ENCODING, ERRORS, make_damage_error
from indexer.near_duplicates.lsh import STARTS, BandIndex, make_band_keys, sort_bands
from indexer.near_duplicates.minhash import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.array_file import ArrayFile, ArrayWriter
    from indexer.engines.whoosh.index.layout import ColumnKind

ColumnValue = int | str | bytes | tuple[str, ...] | None


class TextColumn:
    """A column of one string a document, with random access; "" if the document has none."""

    def __init__(self, blob: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        self.blob = blob
        self.starts = starts
        self._bytes = blob.data
        self._bounds = starts.data

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, document: int) -> str:
        low, high = self._bounds[document], self._bounds[document + 1]
        return self._bytes[low:high].tobytes().decode(ENCODING, ERRORS)

    def __iter__(self) -> Iterator[str]:
        return (self[document] for document in range(len(self)))


class IntColumnBuilder:
    """Builds an int column; None is stored as 0."""

    def __init__(self) -> None:
        self._values = array("i")

    def check(self, value: ColumnValue) -> None:
        """Raise TypeError or OverflowError if `add` cannot take the value."""
        if value is not None and not isinstance(value, int):
            raise TypeError(f"an int column got {value!r}")
        if value is not None and not -(2**31) <= value < 2**31:
            raise OverflowError(f"an int column got {value}, beyond 32 bits")

    def add(self, value: ColumnValue) -> int:
        """Add the next document's value, already checked; returns the bytes of memory it takes."""
        self._values.append(cast("int", value) or 0)
        return 4

    def write(self, name: str, file: ArrayWriter) -> None:
        """Write the column."""
        file.add_array(name, np.frombuffer(self._values, np.int32), "<i4")


class TextColumnBuilder:
    """Builds a text column; None is stored as ""."""

    def __init__(self) -> None:
        self._blob = bytearray()
        self._starts = array("q", [0])

    def check(self, value: ColumnValue) -> None:
        """Raise TypeError if `add` cannot take the value."""
        if value is not None and not isinstance(value, str):
            raise TypeError(f"a text column got {value!r}")

    def add(self, value: ColumnValue) -> int:
        """Add the next document's value, already checked; returns the bytes of memory it takes."""
        encoded = (cast("str", value) or "").encode(ENCODING, ERRORS)
        self._blob += encoded
        self._starts.append(len(self._blob))
        return len(encoded) + 8

    def write(self, name: str, file: ArrayWriter) -> None:
        """Write the column."""
        file.add_array(f"{name}.blob", np.frombuffer(self._blob, np.uint8), "|u1")
        file.add_array(f"{name}.starts", np.frombuffer(self._starts, np.int64), "<i8")


class ValueColumnBuilder:
    """Builds a column of any number of values per document; None is no value."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._ids = array("i")
        self._starts = array("q", [0])

    def check(self, value: ColumnValue) -> None:
        """Raise TypeError if `add` cannot take the values."""
        if value is not None and not isinstance(value, tuple):
            raise TypeError(f"a column of values got {value!r}")

    def add(self, value: ColumnValue) -> int:
        """Add the next document's values, already checked; returns the bytes of memory taken."""
        texts = cast("tuple[str, ...]", value) or ()
        numbers = self._numbers
        self._ids.extend(numbers.setdefault(text, len(numbers)) for text in texts)
        self._starts.append(len(self._ids))
        return 8 + 4 * len(texts)

    def write(self, name: str, file: ArrayWriter) -> None:
        """Write the column, its values renumbered in sorted order."""
        values = sorted(self._numbers)
        ranks = np.empty(len(values), np.int32)
        ranks[[self._numbers[text] for text in values]] = np.arange(len(values))
        write_distinct_values(name, values, file)
        file.add_array(f"{name}.starts", np.frombuffer(self._starts, np.int64), "<i8")
        file.add_array(f"{name}.ids", ranks[np.frombuffer(self._ids, np.int32)], "<i4")


class SignatureColumnBuilder:
    """Builds a column of signatures; None is stored as zeros, as for a text too short for one."""

    def __init__(self) -> None:
        self._rows = bytearray()

    def check(self, value: ColumnValue) -> None:
        """Raise TypeError if `add` cannot take the value."""
        if value is not None and not (isinstance(value, bytes) and len(value) == 4 * WIDTH):
            raise TypeError(f"a column of signatures got {value!r}")

    def add(self, value: ColumnValue) -> int:
        """Add the next document's value, already checked; returns the bytes of memory it takes."""
        self._rows += cast("bytes", value) or bytes(4 * WIDTH)
        return 4 * WIDTH

    def write(self, name: str, file: ArrayWriter) -> None:
        """Write the column."""
        signatures = np.frombuffer(self._rows, np.int32).reshape(-1, WIDTH)
        file.add_array(f"{name}.rows", signatures.reshape(-1), "<i4")
        write_bands(name, (make_band_keys(signatures, start) for start in STARTS), file)


ColumnBuilder = IntColumnBuilder | TextColumnBuilder | ValueColumnBuilder | SignatureColumnBuilder


def make_column_builder(kind: ColumnKind) -> ColumnBuilder:
    """Make an empty builder for a column of that kind."""
    match kind:
        case "int":
            return IntColumnBuilder()
        case "text":
            return TextColumnBuilder()
        case "values":
            return ValueColumnBuilder()
        case "signature":
            return SignatureColumnBuilder()


def write_distinct_values(name: str, values: Iterable[str], file: ArrayWriter) -> None:
    """Write the distinct values of a column, already sorted."""
    encoded = [text.encode(ENCODING, ERRORS) for text in values]
    bounds = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(text) for text in encoded], out=bounds[1:])
    file.add_array(f"{name}.bounds", bounds, "<i8")
    file.begin_array(f"{name}.blob", "|u1")
    file.append_bytes(b"".join(encoded))


def write_bands(name: str, bands: Iterator[NDArray[np.uint16]], file: ArrayWriter) -> None:
    """Write the look-up arrays of a column of signatures.

    Args:
        name: of the column.
        bands: for each band the key of every document, by document number.
        file: the file `columns` of the segment.
    """
    orders = []
    file.begin_array(f"{name}.keys", "<u2")
    for keys, order in sort_bands(bands):
        file.append(keys)
        orders.append(order)
    file.begin_array(f"{name}.order", "<i4")
    for order in orders:
        file.append(order)


def read_signature_column(name: str, file: ArrayFile, documents: int) -> BandIndex:
    """Read a column of signatures of a segment with so many documents."""
    rows = file.get_array(f"{name}.rows", "<i4", count=documents * WIDTH)
    keys = file.get_array(f"{name}.keys", "<u2", count=documents * len(STARTS))
    order = file.get_array(f"{name}.order", "<i4", count=documents * len(STARTS))
    shape = (len(STARTS), documents)
    return BandIndex(rows.reshape(documents, WIDTH), keys.reshape(shape), order.reshape(shape))


def read_text_column(name: str, file: ArrayFile, documents: int) -> TextColumn:
    """Read a text column of a segment with so many documents."""
    blob = file.get_array(f"{name}.blob", "|u1")
    return TextColumn(blob, file.get_offsets(f"{name}.starts", documents, len(blob)))


def read_value_column(name: str, file: ArrayFile, documents: int) -> ValueColumn:
    """Read a column of values of a segment with so many documents.

    Raises:
        DamageError: an array is missing, out of range or not UTF-8.
    """
    blob = file.get_array(f"{name}.blob", "|u1")
    bounds = file.get_array(f"{name}.bounds", "<i8")
    ids = file.get_array(f"{name}.ids", "<i4")
    texts = TextColumn(blob, file.get_offsets(f"{name}.bounds", len(bounds) - 1, len(blob)))
    if len(ids) and not 0 <= ids.min() <= ids.max() < len(texts):
        raise make_damage_error(file.path, f"ids of {name!r} are out of range")
    try:
        values = tuple(texts)
    except UnicodeDecodeError as exc:
        raise make_damage_error(file.path, f"a value of {name!r} is not UTF-8") from exc
    return ValueColumn(values, file.get_offsets(f"{name}.starts", documents, len(ids)), ids)


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of one term, or of a merged group of terms, in one field of one segment.

    Attributes:
        documents: int32, shape (n,), ascending document numbers of the segment, deleted included.
        frequencies: int32, shape (n,), occurrences in each document.
        starts: int64, shape (n + 1,); positions of document i are positions[starts[i]:starts[i+1]].
        positions: int32, ascending within a document; the first token of a field is 0.
    """

    documents: NDArray[np.int32]
    frequencies: NDArray[np.int32]
    starts: NDArray[np.int64]
    positions: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of any number of text values per document (sources, systems, authors ...).

    Attributes:
        values: the distinct values, sorted by code point.
        starts: int64, shape (documents + 1,); document d has ids[starts[d]:starts[d+1]].
        ids: int32 indexes into `values`, in the order of the article.
    """

    values: tuple[str, ...]
    starts: NDArray[np.int64]
    ids: NDArray[np.int32]
