"""Dateline's tokenizer as a Whoosh analyzer, for query parsers and highlighters.

In: a text. Out: Whoosh tokens, one for each term of `analysis.tokenizer.tokenize`, with the
positions and offsets of the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from whoosh.analysis.acore import Token
from whoosh.analysis.tokenizers import Tokenizer

from indexer.analysis.normalization import APOSTROPHES, HYPHENS, fold
from indexer.analysis.tokenizer import extract_terms, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINERS: Final = frozenset(APOSTROPHES + HYPHENS.replace("\\", ""))


class ArticleTokenizer(Tokenizer):
    """Cuts and folds text as the index was: `Belarus’` is belarus, `Su-25` is su25."""

    def __call__(  # noqa: PLR0913  the keywords that Whoosh's callers give
        self,
        value: str,
        *,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **kwargs: Any,  # noqa: ANN401  Whoosh's tokens take any attribute
    ) -> Iterator[Token]:
        """Yield the tokens of a text; the one token is changed and yielded again, as Whoosh does.

        Args:
            value: the text.
            tokenize: False for text that is one term or a part of it, as before the star of a
                prefix; it is folded whole.
            positions, chars, keeporiginal, removestops, start_pos, start_char, mode: Whoosh's.
        """
        token = Token(positions, chars, removestops=removestops, mode=mode, **kwargs)
        for term, start, end, position in _tokenize(value) if tokenize else _fold_whole(value):
            token.text = term
            token.boost = 1.0
            token.stopped = False
            if keeporiginal:
                token.original = value[start:end]  # type: ignore[attr-defined]
            if positions:
                token.pos = start_pos + position
            if chars:
                token.startchar = start_char + start
                token.endchar = start_char + end
            yield token


def _tokenize(text: str) -> Iterator[tuple[str, int, int, int]]:
    return ((one.term, one.start, one.end, one.position) for one in tokenize(text))


def _fold_whole(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Fold the text as one term; a word or designation is folded by the rules of the index.

    It is lowercased first, since `US*` is the beginning of a word and not the country.
    """
    is_word = all(one.isalnum() or one in _JOINERS for one in text)
    terms = extract_terms(text.lower()) if is_word else ()
    yield (terms[0] if len(terms) == 1 else fold(text)), 0, len(text), 0
