"""Questions about terms that a server keeps: answered as from memory, in few and short requests.

The server is scripted: it answers the look-ups of terms, prefixes and stems from a few texts.
"""

from __future__ import annotations

from collections import Counter

import pytest

from indexer.analysis.stemming import stem
from indexer.analysis.tokenizer import extract_terms, find_hyphen_pairs
from indexer.engines.opensearch.mapping import PAIR_FIELD
from indexer.engines.opensearch.term_index import TermIndex
from indexer.query.ast import Phrase, Word
from indexer.query.synonym_expansion import widen
from indexer.query.term_expansion import expand
from tests.support.vocabulary_double import MemoryVocabulary

TEXTS = ("A cease-fire; F-16s, missiles and fires", "Kyiv, NATO: a fire", "Kiev, the F 16C missile")


class ScriptedServer:
    """Holds the terms of some texts and notes what is looked up."""

    def __init__(self, *texts: str) -> None:
        counts = Counter(term for text in texts for term in set(extract_terms(text)))
        self._held = {term: {"body": count} for term, count in counts.items()}
        pairs = Counter("-".join(pair) for text in texts for pair in find_hyphen_pairs(text))
        self._held.update({pair: {PAIR_FIELD: count} for pair, count in pairs.items()})
        self.looked_up: list[str] = []

    def search(self, index, body, seconds):
        wanted = body["query"]["ids"]["values"]
        self.looked_up += wanted
        known = [term for term in wanted if term in self._held]
        return {"hits": {"hits": [self._hit(term) for term in known]}}

    def search_many(self, index, bodies, seconds):
        return [self._listed(body["query"]["constant_score"]["filter"]) for body in bodies]

    def _listed(self, query):
        match query:
            case {"prefix": {"term": {"value": text}}}:
                found = [term for term in self._words() if term.startswith(text)]
            case {"term": {"stem": {"value": text}}}:
                found = [term for term in self._words() if term.isalpha() and stem(term) == text]
        return {"hits": {"hits": [self._hit(term) for term in sorted(found)]}}

    def _words(self) -> list[str]:
        return [term for term in self._held if PAIR_FIELD not in self._held[term]]

    def _hit(self, term: str):
        source = {"term": term, "held": self._held[term]}
        return {"_id": term, "_source": source, "sort": [term]}


@pytest.mark.parametrize(
    "leaf", [Word("ceasefire"), Word("F-16"), Word("missile"), Word("Kyiv"), Phrase("fire kyiv")]
)
def test_server_answers_as_memory_does_however_often_asked(leaf):
    memory = MemoryVocabulary(*TEXTS)
    dictionary = TermIndex(ScriptedServer(*TEXTS), "terms")

    def both(vocabulary):
        widened = widen(leaf, vocabulary)
        return widened, expand(widened, vocabulary)

    for _ in range(2):
        assert dictionary.resolve(lambda vocabulary: both(vocabulary(""))) == both(memory)


def test_halves_of_a_word_are_looked_up_only_where_some_article_hyphenates_it():
    server = ScriptedServer(*TEXTS)
    dictionary = TermIndex(server, "terms")
    dictionary.resolve(lambda vocabulary: expand(Word("missiles"), vocabulary("")))
    assert "miss-iles" in server.looked_up
    assert not {"miss", "iles", "iless", "mi", "ssiles"} & set(server.looked_up)
    found = dictionary.resolve(lambda vocabulary: expand(Word("ceasefire"), vocabulary("")))
    assert found.phrases == ((("cease",), ("fire", "fires")),)
    assert {"cease", "fire", "fires"} <= set(server.looked_up)
