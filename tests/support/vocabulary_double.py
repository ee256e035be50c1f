"""A vocabulary over a few texts in memory, for rules that need one but no engine."""

from indexer.analysis import stemming
from indexer.analysis.tokenizer import hyphen_pairs, index_terms
from indexer.query.did_you_mean import is_within


class MemoryVocabulary:
    """The `Vocabulary` of some texts, each an article."""

    def __init__(self, *texts):
        self._articles = [frozenset(index_terms(text)) for text in texts]
        self._terms = sorted(frozenset().union(*self._articles))
        self._pairs = {pair for text in texts for pair in hyphen_pairs(text)}

    def frequency(self, term):
        return sum(term in article for article in self._articles)

    def prefixed(self, prefix):
        return [term for term in self._terms if term.startswith(prefix)]

    def stem_group(self, term):
        return stemming.stem_group(term, self.prefixed)

    def within(self, term, edits):
        return [other for other in self._terms if is_within(term, other, edits)]

    def hyphenated(self, first, second):
        return (first, second) in self._pairs

    def remember(self, key, make):
        return make()
