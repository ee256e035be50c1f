"""Terms and postings of a segment for Whoosh's readers; terms are bytes.

In: the terms of each field. Out: Whoosh's term reader and cursor, and matchers.
"""

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
"""The name of a field, and a term in bytes."""


class ColumnTermsReader(base.TermsReader):
    """Reads terms, their statistics and their postings.

    Args:
        fields: the terms of each field, by name, sorted.
    """

    def __init__(self, fields: Mapping[str, FieldTerms]) -> None:
        self._fields = fields

    def __contains__(self, term: Term) -> bool:
        return self._find_number(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        """Return the names of the fields with a term, sorted."""
        return [name for name, terms in self._fields.items() if len(terms)]

    def cursor(self, fieldname: str, fieldobj: FieldType) -> TermCursor:
        """Return a cursor at the first term of a field."""
        return TermCursor(self._fields[fieldname], fieldobj)

    def terms(self) -> Iterator[Term]:
        """Yield all terms of all fields, in order."""
        return (
            (name, terms.get_encoded(number))
            for name, terms in self._fields.items()
            for number in range(len(terms))
        )

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Yield the terms from (field, prefix) on, of this field and those that follow."""
        for name, terms in self._fields.items():
            if name >= fieldname:
                first = terms.bisect(prefix) if name == fieldname else 0
                yield from (
                    (name, terms.get_encoded(number)) for number in range(first, len(terms))
                )

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Yield all terms with the statistics of each."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """Yield the terms from (field, prefix) on with the statistics of each."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return the statistics of a term, deleted documents included.

        Raises:
            KeyError: the field lacks the term.
        """
        number = self._find_number(fieldname, text)
        if number < 0:
            raise KeyError((fieldname, text))
        return self._fields[fieldname].make_term_info(number)

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return the summed weight of a term; KeyError if the field lacks it."""
        return self.term_info(fieldname, text).weight()

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Count the documents with a term, deleted ones too; KeyError if the field lacks it."""
        number = self._find_number(fieldname, text)
        if number < 0:
            raise KeyError((fieldname, text))
        return self._fields[fieldname].count_documents(number)

    def matcher(
        self, fieldname: str, text: bytes, format_: Format, scorer: BaseScorer | None = None
    ) -> ColumnMatcher:
        """Return a matcher of the postings of a term.

        Raises:
            TermNotFound: the field lacks the term, as in Whoosh's own codec.
        """
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
        """Go back to the first term and return it; None if the field has no terms."""
        self._number = 0
        return self.text()

    def find(self, string: str | bytes) -> Any:  # noqa: ANN401
        """Go to the first term not below `string` and return it; None if all are below."""
        encoded = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._number = self._terms.bisect(encoded)
        return self.text()

    def next(self) -> Any:  # noqa: ANN401
        """Go to the next term and return it; None after the last."""
        self._number = min(self._number + 1, len(self._terms))
        return self.text()

    def text(self) -> Any:  # noqa: ANN401
        """Return the term as the field decodes it; None after the last."""
        if not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._terms.get_encoded(self._number))

    def term(self) -> Any:  # noqa: ANN401
        """Return the same; MultiReader's cursor calls it by this name."""
        return self.text()

    def term_info(self) -> TermInfo | None:
        """Return the statistics of the term; None after the last."""
        return self._terms.make_term_info(self._number) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether the cursor is at a term."""
        return self._number < len(self._terms)
