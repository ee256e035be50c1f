"""Did you mean: the typed tree -> the query with its misspelt words corrected, or None.

A word is misspelt if the index has it very rarely and a similar word often. Similar words are the
terms of the index within one edit (two, for words of six letters or more that no article has), and
the one-word names of the lists that the index has under another name. Words in quotes are corrected
too. Designations, figures and short words never are, because one edit makes another thing of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from indexer.analysis import synonyms
from indexer.analysis.tokenizer import Token, tokenize
from indexer.query.ast import And, AtLeast, Field, Near, Node, Not, Or, Phrase, Word
from indexer.query.processor_time import check_processor_time
from indexer.query.render import render
from indexer.query.term_expansion import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.query.vocabulary import Vocabulary

MAX_MISSPELT_ARTICLES: Final = 1
"""Most articles that may contain a word which is still taken for misspelt."""

MIN_FREQUENCY_RATIO: Final = 20
"""How many times as often the better word occurs; a word that no article has needs 2 articles."""

_MIN_LETTERS: Final = 4
"""Fewest letters of a word that can be misspelt."""

_MIN_TWO_EDIT_LETTERS: Final = 6
"""Fewest letters of a word in which two edits are tried."""


def suggest_query(tree: Node, vocabulary: Vocabulary) -> str | None:
    """Return the query as text with its misspelt words corrected; None if no word is misspelt.

    Args:
        tree: as the parser made it, before widening.
        vocabulary: of title and body.
    """
    mended = _correct(tree, vocabulary)
    return None if mended == tree else render(mended)


def _correct(tree: Node, vocabulary: Vocabulary) -> Node:  # noqa: PLR0911  a case a node
    match tree:
        case Word(text):
            return Word(_correct_text(text, vocabulary))
        case Phrase(text):
            return Phrase(_correct_text(text, vocabulary))
        case And(children) | Or(children) | Near(children, _, _):
            return replace(tree, children=tuple(_correct(child, vocabulary) for child in children))
        case AtLeast(_, child):
            return replace(tree, child=_correct(child, vocabulary))
        case Field(name, child) if name in {"title", "lead", "body"}:
            return Field(name, _correct(child, vocabulary))
        case Not(child):
            return Not(_correct(child, vocabulary))
        case _:
            return tree


def _correct_text(text: str, vocabulary: Vocabulary) -> str:
    """Return the text with each misspelt word replaced in place."""
    mended = text
    for token in reversed(tokenize(text)):
        check_processor_time()
        better = _find_correction(token, vocabulary)
        if better:
            mended = mended[: token.start] + better + mended[token.end :]
    return mended


def _find_correction(token: Token, vocabulary: Vocabulary) -> str | None:
    """Return the word that a misspelt one means; None if the word is not misspelt."""
    term = token.term
    if len(term) < _MIN_LETTERS or not term.isalpha():
        return None
    held = _count_articles(term, vocabulary)
    if held > MAX_MISSPELT_ARTICLES or synonyms.find_synonyms((term,)):
        return None
    least = max(2, MIN_FREQUENCY_RATIO * held)
    edits = 2 if len(term) >= _MIN_TWO_EDIT_LETTERS and not held else 1
    for distance in range(1, edits + 1):
        found = [word for word in _find_similar_words(term, distance, vocabulary) if word != term]
        found = [word for word in found if _count_articles(word, vocabulary) >= least]
        if (
            distance == 2
        ):  # austin was corrected to putin; with two errors the first letter is still right
            found = [word for word in found if word[0] == term[0]]
        if found:
            return min(found, key=lambda word: _rank_correction(term, word, vocabulary))
    return None


def _rank_correction(term: str, word: str, vocabulary: Vocabulary) -> tuple[bool, int, int, str]:
    """Return a sort key of corrections: same first letter, then frequent by any name, then as
    spelt.
    """
    written = vocabulary.count_documents(word)
    return word[0] != term[0], -_count_articles(word, vocabulary), -written, word


def _count_articles(term: str, vocabulary: Vocabulary) -> int:
    """Return the number of articles with a word, by its most frequent form or other name."""
    check_processor_time()
    forms = {term, *expand(Word(term), vocabulary).terms}
    forms.update(
        form
        for reached in synonyms.find_synonyms((term,))
        for form in expand(Word(reached.form), vocabulary).terms
    )
    return max(map(vocabulary.count_documents, forms))


def _find_similar_words(term: str, edits: int, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the words of the index and of the lists that are at most `edits` away."""
    yield from (word for word in vocabulary.find_fuzzy_terms(term, edits) if word.isalpha())
    yield from (
        word
        for word in synonyms.list_single_words()
        if abs(len(word) - len(term)) <= edits and is_within_edits(term, word, edits)
    )


def is_within_edits(first: str, second: str, edits: int) -> bool:
    """Whether two words are at most `edits` single-character edits apart (Levenshtein).

    >>> is_within_edits("kyiv", "kiev", 2), is_within_edits("kyiv", "kiev", 1)
    (True, False)
    """
    row = list(range(len(second) + 1))
    for place, letter in enumerate(first, start=1):
        above, row[0] = row[0], place
        for column, other in enumerate(second, start=1):
            above, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, above + (letter != other)),
            )
        if min(row) > edits:
            return False
    return row[-1] <= edits
