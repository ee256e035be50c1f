"""Looks up the terms of a generation in their index on the server, in few requests.

A term is a document: `{"term": "missiles", "stem": "missil", "held": {"body": 12, "title": 3}}`,
where `held` is the number of articles by field. A hyphenated pair has its id (`cease-fire`) and its
count alone.

The terms that a query needs depend on earlier look-ups, and every request costs a round trip. So a
function of the vocabulary is called with the terms known so far. The look-ups it missed are fetched
in one request, and it is called again, until it misses none. Three rounds are usual.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from indexer.analysis import stemming
from indexer.engines.lru_cache import LruCache
from indexer.engines.opensearch.mapping import PAIR_FIELD
from indexer.fields import TEXT_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from indexer.engines.opensearch.client import ServerClient
    from indexer.query.vocabulary import S, Vocabulary

T = TypeVar("T")

CACHED_LOOKUPS: Final = 20_000
"""Look-ups in the cache: some megabytes."""

BATCH_SIZE: Final = 2_000
"""Terms looked up in one request."""

MAX_LISTED: Final = 10_000
"""Terms of one page of a list, the most a server gives."""


WAIT_S: Final = 5.0
"""Longest wait for a look-up, seconds."""


class TermEntry(NamedTuple):
    """A term, and the number of articles that have it, by field."""

    term: str
    held: Mapping[str, int]


class TermLookup(NamedTuple):
    """One look-up.

    Attributes:
        kind: `term`, `prefix`, `stem` or `near`.
        text: the term, prefix or stem.
        edits: most Levenshtein edits, for `near`.
    """

    kind: str
    text: str
    edits: int = 0


TermEntries = tuple[TermEntry, ...]


class TermIndex:
    """The terms of one generation, which never changes; safe for threads.

    Args:
        server: client of the server.
        index: name of the index of terms.
    """

    def __init__(self, server: ServerClient, index: str) -> None:
        self._server = server
        self._index = index
        self._cache: LruCache[TermLookup, TermEntries] = LruCache(CACHED_LOOKUPS)

    def resolve(self, question: Callable[[Callable[[str], Vocabulary]], T]) -> T:
        """Call a function with the vocabularies of the fields, and return its result.

        Args:
            question: takes a function from the name of a field ("" for title and body) to its
                vocabulary; it must depend on nothing else, and is called several times.
        """
        known: dict[TermLookup, TermEntries] = {}
        while True:
            missing: dict[TermLookup, None] = {}

            def vocabulary(field: str, missing: dict[TermLookup, None] = missing) -> Vocabulary:
                return ServerVocabulary(field, lambda asked: self._look_up(asked, known, missing))

            answer = question(vocabulary)
            if not missing:
                return answer
            known.update(self._fetch(list(missing)))

    def _look_up(
        self,
        asked: TermLookup,
        known: dict[TermLookup, TermEntries],
        missing: dict[TermLookup, None],
    ) -> TermEntries:
        """Look up terms known for this question or cached; else note that they are missing."""
        if asked not in known:
            entries = self._cache.get(asked)
            if entries is None:
                missing[asked] = None
                return ()
            known[asked] = entries
        return known[asked]

    def _fetch(self, missing: list[TermLookup]) -> dict[TermLookup, TermEntries]:
        terms = [asked for asked in missing if asked.kind == "term"]
        lists = [asked for asked in missing if asked.kind != "term"]
        found: dict[TermLookup, TermEntries] = {}
        for start in range(0, len(terms), BATCH_SIZE):
            found.update(self._fetch_terms(terms[start : start + BATCH_SIZE]))
        found.update(zip(lists, self._fetch_lists(lists), strict=True))
        for entry in chain.from_iterable(found[asked] for asked in lists):
            found.setdefault(TermLookup("term", entry.term), (entry,))
        self._cache.update(found)
        return found

    def _fetch_terms(self, asked: Sequence[TermLookup]) -> dict[TermLookup, TermEntries]:
        ids = [one.text for one in asked if 0 < len(one.text.encode(errors="replace")) <= 512]
        body = {"query": {"ids": {"values": ids}}, "size": len(ids), "_source": "held"}
        answer = self._server.search(self._index, body, WAIT_S) if ids else {"hits": {"hits": []}}
        held = {hit["_id"]: hit["_source"]["held"] for hit in answer["hits"]["hits"]}
        return {
            one: (TermEntry(one.text, held[one.text]),) if one.text in held else () for one in asked
        }

    def _fetch_lists(self, asked: Sequence[TermLookup]) -> list[TermEntries]:
        bodies = [_build_list_request(one) for one in asked]
        answers = self._server.search_many(self._index, bodies, WAIT_S)
        return [
            self._fetch_pages(body, answer) for body, answer in zip(bodies, answers, strict=True)
        ]

    def _fetch_pages(self, body: dict[str, Any], answer: dict[str, Any]) -> TermEntries:
        """Fetch all pages of a list, of which the first is given."""
        entries: list[TermEntry] = []
        while True:
            hits = answer["hits"]["hits"]
            entries += (TermEntry(hit["_source"]["term"], hit["_source"]["held"]) for hit in hits)
            if len(hits) < MAX_LISTED:
                return tuple(entries)
            after = {**body, "search_after": hits[-1]["sort"]}
            answer = self._server.search(self._index, after, WAIT_S)


def _build_list_request(asked: TermLookup) -> dict[str, Any]:
    match asked:
        case TermLookup("prefix", text):
            query: dict[str, Any] = {"prefix": {"term": {"value": text}}}
        case TermLookup("stem", text):
            query = {"term": {"stem": {"value": text}}}
        case TermLookup(_, text, edits):
            near = {
                "value": text,
                "fuzziness": edits,
                "transpositions": False,
                "rewrite": "constant_score",  # every term: the usual way keeps the 50 best
            }
            query = {"fuzzy": {"term": near}}
    return {
        "query": {"constant_score": {"filter": query}} if asked.kind != "near" else query,
        "size": MAX_LISTED,
        "sort": [{"term": "asc"}],
        "_source": ["term", "held"],
        "track_total_hits": False,
    }


class ServerVocabulary:
    """`query.vocabulary.Vocabulary` of one field, or of title and body together ("")."""

    def __init__(self, field: str, answer: Callable[[TermLookup], TermEntries]) -> None:
        self._fields = (field,) if field else tuple(name for name, _ in TEXT_WEIGHTS)
        self._look_up = answer

    def count_documents(self, term: str) -> int:
        """Articles of the field that holds it most often."""
        for entry in self._look_up(TermLookup("term", term)):
            return max(entry.held.get(name, 0) for name in self._fields)
        return 0

    def find_prefix_terms(self, prefix: str) -> list[str]:
        """Every term that begins with the prefix, sorted."""
        return self._filter_by_field(self._look_up(TermLookup("prefix", prefix)))

    def find_stem_group(self, term: str) -> list[str]:
        """Every term that shares the stem of this one, sorted."""
        if not term.isalpha():
            return []
        return self._filter_by_field(self._look_up(TermLookup("stem", stemming.stem(term))))

    def find_fuzzy_terms(self, term: str, edits: int) -> list[str]:
        """Every term at most `edits` Levenshtein edits away, sorted."""
        return self._filter_by_field(self._look_up(TermLookup("near", term, edits)))

    def is_hyphenated(self, first: str, second: str) -> bool:
        """Whether some article writes the two terms as one hyphenated word."""
        entries = self._look_up(TermLookup("term", f"{first}-{second}"))
        return any(entry.held.get(PAIR_FIELD, 0) for entry in entries)

    def get_or_make(self, key: Hashable, make: Callable[[], S]) -> S:  # noqa: ARG002  see below
        """What `make` returns, anew: a round whose terms are not all known answers wrongly."""
        return make()

    def _filter_by_field(self, entries: Iterable[TermEntry]) -> list[str]:
        return [entry.term for entry in entries if any(map(entry.held.get, self._fields))]
