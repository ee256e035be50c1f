"""Terms and postings of a segment as Whoosh's readers ask for them: terms are bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.codec import base
from whoosh.reading import TermNotFound

from indexer.engines.whoosh.compat.field_terms import find_term
from indexer.engines.whoosh.compat.matcher import ColumnMatcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from whoosh.fields import FieldType
    from whoosh.formats import Format
    from whoosh.reading import TermInfo
    from whoosh.scoring import BaseScorer

    from indexer.engines.whoosh.compat.field_terms import FieldTerms

Term = tuple[str, bytes]
"""Field and encoded term."""


class ColumnTermsReader(base.TermsReader):
    """Terms, their statistics and their postings.

    Args:
        fields: the terms of each field, by name, sorted.
    """

    def __init__(self, fields: Mapping[str, FieldTerms]) -> None:
        self._fields = fields

    def __contains__(self, term: Term) -> bool:
        return self._find_number(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        """Fields that have a term, sorted."""
        return [name for name, terms in self._fields.items() if len(terms)]

    def cursor(self, fieldname: str, fieldobj: FieldType) -> TermCursor:
        """A cursor at the first term of a field."""
        return TermCursor(self._fields[fieldname], fieldobj)

    def terms(self) -> Iterator[Term]:
        """All terms of all fields, in order."""
        return (
            (name, terms.get_encoded(number))
            for name, terms in self._fields.items()
            for number in range(len(terms))
        )

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """The terms from (field, prefix) on, of this field and those that follow."""
        for name, terms in self._fields.items():
            if name >= fieldname:
                first = terms.bisect(prefix) if name == fieldname else 0
                yield from (
                    (name, terms.get_encoded(number)) for number in range(first, len(terms))
                )

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """All terms with the statistics of each."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """The same from (field, prefix) on."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Statistics of a term, deleted documents included; KeyError if the field lacks it."""
        number = self._find_number(fieldname, text)
        if number < 0:
            raise KeyError((fieldname, text))
        return self._fields[fieldname].make_term_info(number)

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Summed weight of a term; KeyError if the field lacks it."""
        return self.term_info(fieldname, text).weight()

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Documents that hold a term, deleted ones included; KeyError if the field lacks it."""
        number = self._find_number(fieldname, text)
        if number < 0:
            raise KeyError((fieldname, text))
        return self._fields[fieldname].count_documents(number)

    def matcher(
        self, fieldname: str, text: bytes, format_: Format, scorer: BaseScorer | None = None
    ) -> ColumnMatcher:
        """The postings of a term; TermNotFound, as of Whoosh's own codec, if there are none."""
        number = self._find_number(fieldname, text)
        if number < 0:
            raise TermNotFound((fieldname, text))
        postings = self._fields[fieldname].read_postings(number)
        return ColumnMatcher(postings, format_, (fieldname, text), scorer)

    def _find_number(self, field: str, text: bytes) -> int:
        terms = self._fields.get(field)
        return -1 if terms is None else find_term(terms, text)


class TermCursor(base.FieldCursor):
    """Walks the terms of one field, as Whoosh's automata do."""

    def __init__(self, terms: FieldTerms, fieldobj: FieldType) -> None:
        self._terms = terms
        self._fieldobj = fieldobj
        self._number = 0

    def first(self) -> Any:  # noqa: ANN401  (what the field makes of a term)
        """Back to the first term; returns it, None if the field has no terms."""
        self._number = 0
        return self.text()

    def find(self, string: str | bytes) -> Any:  # noqa: ANN401
        """On to the first term not below `string`; returns it, None if all are below."""
        encoded = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._number = self._terms.bisect(encoded)
        return self.text()

    def next(self) -> Any:  # noqa: ANN401
        """On to the next term; returns it, None after the last."""
        self._number = min(self._number + 1, len(self._terms))
        return self.text()

    def text(self) -> Any:  # noqa: ANN401
        """The term as the field reads it, None after the last."""
        if not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._terms.get_encoded(self._number))

    def term(self) -> Any:  # noqa: ANN401
        """The same under the name MultiReader's cursor asks for."""
        return self.text()

    def term_info(self) -> TermInfo | None:
        """Statistics of the term, None after the last."""
        return self._terms.make_term_info(self._number) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether the cursor is at a term."""
        return self._number < len(self._terms)
