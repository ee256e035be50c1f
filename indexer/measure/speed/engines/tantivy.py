"""tantivy with its English stemmer, title boosted at query time; one writer thread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import tantivy
from tantivy import FieldType, Occur, Query, SnippetGenerator

from indexer.measure.speed.engines import (
    KINDS,
    SIZE,
    TITLE_BOOST,
    Question,
    Reply,
    compute_day,
    compute_year,
    encode_other_fields,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from indexer.models import Article

_HEAP_BYTES = 128_000_000  # Whoosh's own default bound, so that both flush alike
_TEXTS = {"title": float(TITLE_BOOST), "body": 1.0}


class Tantivy:
    """Days, years and sources are fast fields; ids are read from the stored fields."""

    kinds: ClassVar[frozenset[str]] = frozenset(KINDS)

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    @classmethod
    def build(cls, folder: Path, articles: Iterable[Article]) -> None:
        """Write with one thread and one commit, and wait for the merges."""
        writer = tantivy.Index(_schema(), path=str(folder)).writer(_HEAP_BYTES, 1)
        for one in articles:
            writer.add_document(_document(one))
        writer.commit()
        writer.wait_merging_threads()

    def update(self, articles: Sequence[Article]) -> None:
        """Write with one thread and one commit, and wait for the merges."""
        writer = self._index.writer(_HEAP_BYTES, 1)
        for one in articles:
            writer.delete_documents_by_term("id", one.id)
            writer.add_document(_document(one))
        writer.commit()
        writer.wait_merging_threads()

    def ask(self, question: Question, size: int = SIZE) -> Reply:
        """Find and count the hits in one search; count facets by an aggregation."""
        query = self._query(question)
        order = "day" if question.kind == "newest" else None
        found: Any = self._searcher.search(query, size, order_by_field=order)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        ids = [str(document["id"][0]) for document in documents]
        facets = self._counts(query, size) if question.kind == "facets" else {}
        snippets = self._render_snippets(query, documents) if question.kind == "snippets" else []
        return Reply(found.count, ids, facets, snippets)

    def _query(self, question: Question) -> Any:  # noqa: ANN401  the library is untyped
        schema, words = self._index.schema, question.words
        match question.kind:
            case "prefix":
                pattern = re.escape(words[0]) + ".*"
                return _either(Query.regex_query(schema, name, pattern) for name in _TEXTS)
            case "fuzzy":
                return _either(
                    Query.boost_query(Query.fuzzy_term_query(schema, name, words[0], 1, False), by)
                    for name, by in _TEXTS.items()
                )
            case "phrase" | "common phrase":
                return self._parse(f'"{" ".join(words)}"')
            case "and":
                return self._parse(" AND ".join(words))
            case "newest":
                bounds = (question.first, question.last)
                days = Query.range_query(schema, "day", FieldType.Integer, *bounds)
                return Query.boolean_query(
                    [(Occur.Must, self._parse(words[0])), (Occur.Must, days)]
                )
            case _:
                return self._parse(" ".join(words))

    def _parse(self, text: str) -> Any:  # noqa: ANN401
        return self._index.parse_query(text, list(_TEXTS), field_boosts={"title": _TEXTS["title"]})

    def _counts(self, query: Any, size: int) -> dict[str, dict[str, int]]:  # noqa: ANN401
        wanted = {name: {"terms": {"field": name, "size": size}} for name in ("source", "year")}
        counted = self._searcher.aggregate(query, wanted)
        return {
            name: {str(row["key"]): row["doc_count"] for row in counted[name]["buckets"]}
            for name in wanted
        }

    def _render_snippets(self, query: Any, documents: list[Any]) -> list[str]:  # noqa: ANN401
        generator = SnippetGenerator.create(self._searcher, query, self._index.schema, "body")
        generator.set_max_num_chars(240)
        return [generator.snippet_from_doc(document).to_html() for document in documents]


def _schema() -> Any:  # noqa: ANN401
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in _TEXTS:
        schema.add_text_field(name, stored=True, tokenizer_name="en_stem")
    schema.add_json_field("rest", stored=True)
    schema.add_text_field("source", tokenizer_name="raw", fast=True)
    schema.add_integer_field("day", fast=True)
    schema.add_integer_field("year", fast=True)
    return schema.build()


def _document(one: Article) -> Any:  # noqa: ANN401
    return tantivy.Document(
        id=one.id,
        title=one.title,
        body=one.body,
        rest=encode_other_fields(one),
        source=one.source or "",
        day=compute_day(one),
        year=compute_year(one),
    )


def _either(queries: Iterable[Any]) -> Any:  # noqa: ANN401
    return Query.boolean_query([(Occur.Should, query) for query in queries])
