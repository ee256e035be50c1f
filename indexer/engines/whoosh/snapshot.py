"""One generation of the embedded engine, open for reading.

In: a query tree and options, or ids. Out: hits, explanations, documents, copies, counts.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from whoosh.query.compound import AndMaybe, Or

from indexer.analysis.tokenizer import extract_terms
from indexer.engines.bm25 import Freshness
from indexer.engines.interface import Answer, Document, EngineHit, SearchOptions
from indexer.engines.search_request import make_request
from indexer.engines.storage.files import OriginalLocation, digest_file
from indexer.engines.stored_document import decode_document
from indexer.engines.whoosh import schema
from indexer.engines.whoosh.collapse import CopyGroups
from indexer.engines.whoosh.copy_groups import GROUPS_NAME, read_groups
from indexer.engines.whoosh.index.table_of_contents import open_column_index
from indexer.engines.whoosh.search import relevance_feedback
from indexer.engines.whoosh.search.compiler import compile_filters, compile_query, compile_word
from indexer.engines.whoosh.search.executor import QueryExecutor, refuse_costly_nearness
from indexer.engines.whoosh.search.explain import explain_document
from indexer.engines.whoosh.search.facets import find_most_frequent
from indexer.engines.whoosh.search.index_arrays import IndexArrays
from indexer.engines.whoosh.search.match_positions import locate_terms
from indexer.engines.whoosh.search.queries import WordGroupQuery
from indexer.engines.whoosh.search.searcher import execute_search
from indexer.engines.whoosh.search.vocabulary import FieldVocabulary
from indexer.errors import DamageError, NoArticle
from indexer.fields import TEXT_WEIGHTS
from indexer.models import Stats
from indexer.query.plan import collect_terms, plan_query
from indexer.query.processor_time import limit_processor_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.engines.explanation import Explanation
    from indexer.engines.storage.generations import Generations
    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.engines.whoosh.search.searcher import DocHit, Request
    from indexer.query.ast import Node
    from indexer.query.plan import QueryPlan
    from indexer.query.vocabulary import Vocabulary

T = TypeVar("T")


class WhooshSnapshot:
    """One generation, open for reading; see `interface.Snapshot`. Threads may share it.

    Args:
        generations: those of the index.
        name: of the generation.
        known: open segments, of this generation or an earlier one, to be shared.
    """

    def __init__(
        self, generations: Generations, name: str, known: Sequence[ColumnSegment] = ()
    ) -> None:
        self._generations = generations
        self._manifest = generations.load_manifest(name)
        self.index = open_column_index(generations.locate_generation(name), schema.LAYOUT, known)
        self._vocabularies: dict[str, FieldVocabulary] = {}
        self._arrays = IndexArrays(self.index)
        self._copies = CopyGroups(read_groups(self.index))
        self._executor = QueryExecutor(self._arrays)
        self._hit_numbers: dict[str, int] = {}

    @property
    def generation(self) -> str:
        """Name of the generation."""
        return self._manifest.generation

    def list_files(self) -> list[str]:
        """List the names of the files in the folder of the generation, without the manifest."""
        prefix = f"generations/{self.generation}/"
        files = self._manifest.files
        return [name.removeprefix(prefix) for name in files if name.startswith(prefix)]

    def ask_vocabulary(self, question: Callable[[Vocabulary], T]) -> T:
        """Answer a question about the terms of title and body; see `interface.Snapshot`."""
        return question(self._get_vocabulary(""))

    def _get_vocabulary(self, field: str) -> FieldVocabulary:
        if field not in self._vocabularies:
            names = (field,) if field else tuple(name for name, _ in TEXT_WEIGHTS)
            self._vocabularies[field] = FieldVocabulary(self._arrays, names)
        return self._vocabularies[field]

    @contextlib.contextmanager
    def _name_damage(self) -> Iterator[None]:
        """Name the damaged file if arrays contradict each other; else the error is raised as it is.

        Raises:
            DamageError: a file of the generation, all of them read, is not as published.
        """
        try:
            yield
        except (IndexError, ValueError) as exc:
            for sentence in self._generations.find_damage(self.generation):
                raise DamageError(sentence) from exc
            raise

    def search(self, tree: Node, options: SearchOptions) -> Answer:
        """Find the articles that match; see `interface.Snapshot`."""
        with self._name_damage(), limit_processor_time(options.processor_s):
            return self._search(tree, options)

    def _search(self, tree: Node, options: SearchOptions) -> Answer:
        plan = plan_query(tree, self._get_vocabulary, exact=options.exact)
        request = make_request(
            options,
            compile_query(plan),
            filters=compile_filters(options),
            close=_list_close_words(plan),
        )
        if options.feedback:
            request = self._add_feedback(request)
        listed = execute_search(self._executor, request, self._copies)
        rows = self._make_hits(listed.hits)
        if options.locate:
            rows = self._add_positions(rows, listed.hits, collect_terms(plan))
        counts = {
            clause: self._executor.leaves[compile_word(leaf.group)].documents.count
            for clause, leaf in plan.leaves.items()
        }
        return Answer(listed.matching.count, listed.listed, rows, plan, counts, listed.facets)

    def _make_hits(self, rows: Sequence[DocHit]) -> tuple[EngineHit, ...]:
        ids = [self._arrays.get_id(row.document) for row in rows]
        self._hit_numbers = dict(zip(ids, (row.document for row in rows), strict=True))
        return tuple(
            EngineHit(article_id, row.score, self._order_by_day(row.copies) if row.copies else ())
            for article_id, row in zip(ids, rows, strict=True)
        )

    def _add_positions(
        self, found: Sequence[EngineHit], rows: Sequence[DocHit], terms: frozenset[str]
    ) -> tuple[EngineHit, ...]:
        places = locate_terms(self._arrays, [row.document for row in rows], sorted(terms))
        return tuple(
            replace(one, located=located) for one, located in zip(found, places, strict=True)
        )

    def explain(self, tree: Node, options: SearchOptions, article_id: str) -> Explanation:
        """Explain why an article matches; see `interface.Snapshot`."""
        with self._name_damage(), limit_processor_time(options.processor_s):
            return self._explain(tree, options, article_id)

    def _explain(self, tree: Node, options: SearchOptions, article_id: str) -> Explanation:
        plan = plan_query(tree, self._get_vocabulary, exact=options.exact)
        query = compile_query(plan)
        refuse_costly_nearness(self._executor.leaves, query)
        found = self._executor.find(query)
        return explain_document(
            self._executor.leaves,
            plan,
            found,
            self._find_number(article_id),
            close=() if options.exact else _list_close_words(plan),
            fresh=Freshness() if options.fresh and options.sort == "relevance" else None,
        )

    def _add_feedback(self, request: Request) -> Request:
        """Return the request with the words of its first documents added to its query."""
        few = replace(request, offset=0, size=relevance_feedback.DOCUMENTS, facets=())
        first = execute_search(self._executor, few, self._copies)
        samples = [self._read_sample(row.document) for row in first.hits]
        words = relevance_feedback.add_words(
            self._arrays, request.close, samples, self._make_stem_group
        )
        asked = {replace(group, boost=1.0) for group in request.close}
        typed = [group for group in words if replace(group, boost=1.0) in asked]
        added = [group for group in words if replace(group, boost=1.0) not in asked]
        if not typed or not added:
            return request
        return replace(request, query=AndMaybe(Or(typed), Or(added)))

    def _read_sample(self, number: int) -> list[str]:
        """Return the index terms of a document, those of the title as often as it weighs."""
        place = self._arrays.find_address(number)
        article = decode_document(
            self.index.segments[place.segment].read_stored(place.document)
        ).article
        weight = round(dict(TEXT_WEIGHTS)["title"])
        return extract_terms(article.title) * weight + extract_terms(article.body)

    def _make_stem_group(self, term: str) -> WordGroupQuery:
        """Make the group of a word and its inflections.

        To expand it in every way took ten times as long and ranked alike.
        """
        return WordGroupQuery(
            TEXT_WEIGHTS, tuple(self._get_vocabulary("").find_stem_group(term)) or (term,)
        )

    def _order_by_day(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Return ids of documents, the first published first, the undated last, ties by id."""
        days = self._arrays.get_int_column("published")
        found = [
            (int(days[number]) or date.max.toordinal(), self._arrays.get_id(number))
            for number in numbers
        ]
        return tuple(article_id for _, article_id in sorted(found))

    def read_document(self, article_id: str) -> Document:
        """Return the document of an id; see `interface.Snapshot`."""
        place = self._arrays.find_address(self._find_number(article_id))
        return decode_document(self.index.segments[place.segment].read_stored(place.document))

    def read_documents(self, article_ids: Iterable[str]) -> Iterator[Document]:
        """Return the document of each id, in their order; see `interface.Snapshot`."""
        return map(self.read_document, article_ids)

    def find_copies(self, article_id: str) -> tuple[str, ...]:
        """Find the other articles with the same text; see `interface.Snapshot`."""
        number = self._find_number(article_id)
        return self._order_by_day(
            self._copies.find_others(number, self._arrays.live_documents).tolist()
        )

    def has_intact_groups(self) -> bool:
        """Whether the file of groups of copies is as published; reads all of it."""
        path = self.index.directory / GROUPS_NAME
        record = self._manifest.files[f"generations/{self.generation}/{GROUPS_NAME}"]
        return digest_file(path) == record.digest

    def _find_number(self, article_id: str) -> int:
        listed = self._hit_numbers.get(article_id)  # hits are usually fetched next
        if listed is not None:
            return listed
        for base, segment in zip(self._arrays.bases, self.index.segments, strict=False):
            term = segment.get_terms("id").find(article_id)
            if term < 0:
                continue
            for place in segment.read_documents_and_frequencies("id", term).documents.tolist():
                if segment.live is None or segment.live[place]:
                    return int(base + place)
        raise NoArticle(
            f"No article {article_id} in this index; it may have gone with an update. Search for it"
        )

    def count_values(self, name: str) -> tuple[tuple[str, int], ...]:
        """Count the articles of every value of a filter; see `interface.Snapshot`."""
        every = self._arrays.live_documents
        size = len(self._arrays.get_value_column(name).values)
        return self._arrays.get_or_make(
            ("counted", name), lambda: find_most_frequent(self._arrays, name, every, size)
        )

    def read_original(self, place: OriginalLocation) -> bytes:
        """Return the saved bytes of a page; see `interface.Snapshot`."""
        return self._generations.read_original(place)

    def read_stats(self) -> Stats:
        """Return counts and dates, from the manifest."""
        facts = self._manifest.facts
        return Stats(
            articles=self._manifest.articles,
            generation=self.generation,
            built=self._manifest.built,
            bytes=sum(record.size for record in self._manifest.files.values()),
            oldest=facts["oldest"],
            newest=facts["newest"],
            sources=facts["sources"],
        )


def _list_close_words(plan: QueryPlan) -> tuple[WordGroupQuery, ...]:
    return tuple(map(compile_word, plan.list_typed_words()))
