"""What an index holds: the indexed fields of a Whoosh schema, and the columns beside them."""

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
    """Everything a writer and a reader must agree on; it comes from code, never from the index.

    Attributes:
        schema: fields with a format are indexed; with positions where the format has them, and
            each term once a document where the format is Whoosh's `Existence`.
        columns: kind of each column; a column that shares its name with a sortable field of the
            schema is what Whoosh's searchers sort that field by.
        version: another one whenever schema, columns or tokenizer change their meaning.
        key: the indexed field that names a document for `delete`.
    """

    schema: Schema
    columns: Mapping[str, ColumnKind]
    version: int | str
    key: str = "id"

    def list_indexed_fields(self) -> tuple[str, ...]:
        """Names of the fields that have terms, sorted."""
        return tuple(sorted(name for name, field in self.schema.items() if field.format))

    def has_positions(self, field: str) -> bool:
        """Whether postings of the field hold positions."""
        format_ = self.schema[field].format
        return format_ is not None and format_.supports("positions")

    def has_frequencies(self, field: str) -> bool:
        """Whether a term is counted each time (False: once a document)."""
        return not isinstance(self.schema[field].format, Existence)
