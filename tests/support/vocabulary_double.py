"""A vocabulary of a few texts in memory, for tests of rules that need no engine."""

from indexer.analysis import stemming
from indexer.analysis.tokenizer import extract_terms, find_hyphen_pairs
from indexer.query.did_you_mean import is_within_edits


class MemoryVocabulary:
    """A `Vocabulary` of texts. Each text counts as one article."""

    def __init__(self, *texts):
        self._articles = [frozenset(extract_terms(text)) for text in texts]
        self._terms = sorted(frozenset().union(*self._articles))
        self._pairs = {pair for text in texts for pair in find_hyphen_pairs(text)}

    def count_documents(self, term):
        return sum(term in article for article in self._articles)

    def find_prefix_terms(self, prefix):
        return [term for term in self._terms if term.startswith(prefix)]

    def find_stem_group(self, term):
        return stemming.find_stem_group(term, self.find_prefix_terms)

    def find_fuzzy_terms(self, term, edits):
        return [other for other in self._terms if is_within_edits(term, other, edits)]

    def is_hyphenated(self, first, second):
        return (first, second) in self._pairs

    def get_or_make(self, key, make):
        return make()
