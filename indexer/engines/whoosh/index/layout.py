"""The layout of an index: the indexed fields of a Whoosh schema, and the columns.

In: a schema and the kind of each column, both from code. Out: an `IndexLayout`, which writer and
reader share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from whoosh.formats import Existence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whoosh.fields import Schema

ColumnKind = Literal["int", "text", "values", "signature"]
"""int: one int32 a document. text: one string. values: any number of strings from a shared set.
signature: the bytes of `near_duplicates.minhash`, looked up by their bands."""


@dataclass(frozen=True, slots=True)
class IndexLayout:
    """The fields and columns of an index. It comes from code and is never read from the index.

    Attributes:
        schema: fields with a format are indexed, with positions if the format has them; a term
            counts once per document if the format is Whoosh's `Existence`.
        columns: kind of each column; Whoosh's searchers sort a sortable field of the schema by
            the column of the same name.
        version: changes whenever schema, columns or tokenizer change their meaning.
        key: the indexed field that names a document for `delete`.
    """

    schema: Schema
    columns: Mapping[str, ColumnKind]
    version: int | str
    key: str = "id"

    def list_indexed_fields(self) -> tuple[str, ...]:
        """Return the names of the fields that have terms, sorted."""
        return tuple(sorted(name for name, field in self.schema.items() if field.format))

    def has_positions(self, field: str) -> bool:
        """Whether postings of the field have positions."""
        format_ = self.schema[field].format
        return format_ is not None and format_.supports("positions")

    def has_frequencies(self, field: str) -> bool:
        """Whether postings of the field count every occurrence; if not, a term counts once."""
        return not isinstance(self.schema[field].format, Existence)
