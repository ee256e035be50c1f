"""Stemming: Snowball's English stems, split where they join words of different meaning.

In: folded terms. Out: the stem of a term, or the terms of a vocabulary that share one. The index
holds no stems: a typed word is expanded to its stem group at query time, so a change here needs no
rebuild.

Splits were reviewed by hand: every Snowball group of two families that occurred in 6 or more of
28,000 news and defense texts (1,158 groups) was read, and the groups whose families name different
things are listed. Words that mean nearly the same (`deploy`, `deployment`) stay together, because
joining them helps ranking.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import Stemmer

from indexer.analysis.normalization import parse_word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

STEMMER: Final = f"snowball-english {version('PyStemmer')} cuts 2"
"""Name and version of the stemmer; recorded in an index, whose stem groups hold only for it."""

_CUTS: Final = """
accession
accountable accountability accountably
accountant accountants
active actively
activity activities
activism
aide aides
airliner airliners
apartment apartments
appendices
assistant assistants
attache attaches
attachment attachments
authority authorities
authorize authorizes authorized authorizing authorization authorizations
berliner berliners
brookings
browning
business businesses
capitalism
chang
claus
commandant commandants
companion companions companionship
compassion
competent competence
conservative conservatives conservatively
container containers
containment
conversation conversations
conversion conversions
conversely
cooper coopers
corporal corporals
corps
crossing crossings
cummings
customer customers
davis
defendant defendants
denis
department departments departmental
designate designates designated designating designation designations
destroyer destroyers
directive directives
director directors
directorate directorates
diversion diversions
doe
emerald
emirates emirate
empirical
engine engines
evening evenings
evidently evident
executive executives
experiment experiments
federation federations
ferris
finlandization
fleeting
footing
foreigner foreigners
france
general generals generally
harris
hastings
hospitality
humane humanely
humanity humanities
identical identically
identity identities
important importantly importance
informal informally
initiative initiatives
integral
integrity
intelligence
intelligent intelligently
ironic ironically
jennings
laborer laborers
levine
liberal liberals liberalism
liberalize liberalization
liquidate liquidated liquidates liquidating liquidation
main mainly
maine
majority majorities
marine marines
mariner mariners
masse
medication medications
medic medics
memorial memorials
miner miners
mineral minerals
minority minorities
moral morally morality morals
morale
national nationally nationals
nationality nationalities
naturalize naturalized naturalization
negative
news
nominal nominally
object objects objected objecting objection objections
objective objectives objectively
occupant occupants
occupational
offense offenses
offensive offensives offensively
officer officers
paris
patriotic patriotically
patriotism
personal personally personalized
personality personalities
phillips
policed policing police
polite politely
politics
positive positively
premiere premieres
principality principalities
prisoner prisoners
prospective
provident providence
publication publications
publicity
range ranges ranged ranging
ration rations rationed rationing
rational rationally
recession recessions
relative relatives relatively
reservation reservations
respective respectively
responsible responsibility responsibilities responsibly
revs
serious seriously seriousness
several
severance
siege sieges
societe
suite suites
succession successions
successive successively
terminal terminals
underlying
unite unites united uniting
utility utilities
"""
"""One family per line: these words share a stem with each other and with no other word."""

_FAMILY_OF: Final = {
    word: f"{line.split()[0]}." for line in _CUTS.strip().splitlines() for word in line.split()
}
"""The stem of a family ends in a full stop, which no Snowball stem does."""

_FAMILY_LETTERS: Final = 4
"""Letters that all words of a family have in common at the beginning, unless its shortest has
fewer."""

_NO_MEN: Final = parse_word_set(
    "abdomen acumen amen bremen examen hymen lumen omen ramen regimen semen specimen stamen "
    "turkmen yemen"
)
"""Words in -men that are not the plural of a word in -man."""

_SHORT_WORD_LETTERS: Final = 3
"""Most letters of a short word, which is its own stem unless it ends in y (ied, uas)."""

_NO_VOWEL: Final = re.compile(r"[b-df-hj-np-tv-xz]+s")
_MADE_VERB: Final = re.compile(
    r"(?:\w{2,}al|\w*modern|\w*mobil|\w*privat|civil|optim|fertil|steril|immun|winter|weather|weapon)"
    r"iz(?:e[drs]?|ers|ing|ations?|ational)"
)
"""Verbs made of adjectives and nouns (`national`, `mobile`) that mean something else."""

_VERB_MARK: Final = ".iz"

_snowball: Final = Stemmer.Stemmer("english")
_snowball.maxCacheSize = 0


def stem(term: str) -> str:
    """Return the stem that a term shares with its inflections and related words.

    The stem of a designation, a figure or any term with a digit or a full stop is the term itself.

    >>> stem("missiles") == stem("missile"), stem("news") == stem("new"), stem("f16s")
    (True, False, 'f16s')
    """
    if not term.isalpha():
        return term
    family = _FAMILY_OF.get(term)
    if family is not None:
        return family
    return _stem_forms([term])[0]


def find_stem_group(term: str, prefixed: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Return the terms of a vocabulary that share a term's stem, the term itself too if it is
    there.

    All words of a stem begin with the stem but for its last one or two letters. So only terms with
    that prefix are stemmed, not the whole vocabulary: of 66,657 words, half need at most 3, and one
    in twenty more than 126.

    Args:
        term: folded.
        prefixed: returns the terms of the vocabulary that begin with a prefix, in any order.

    Returns:
        The terms in the order given; empty for a designation or a figure.
    """
    if not term.isalpha():
        return ()
    key = stem(term)
    words = [word for word in prefixed(_find_common_letters(key)) if word.isalpha()]
    family = [word for word in words if _FAMILY_OF.get(word) == key]
    plain = [word for word in words if word not in _FAMILY_OF]
    stems = zip(plain, _stem_forms(plain), strict=True)
    return tuple(family or (word for word, found in stems if found == key))


def _find_common_letters(key: str) -> str:
    """Return a prefix that all words of a stem have.

    The last letter of a stem may differ in its words (`countri`, `us(e)`), and two at the end of
    `airman` (airmen), `die` (dying); a stem of two letters never differs. Of 66,657 words of news
    and defense texts none is an exception.
    """
    if key.endswith("."):
        return key.removesuffix(".")[:_FAMILY_LETTERS]
    letters = key.removesuffix(_VERB_MARK)
    if len(letters) <= 2:
        return letters
    return letters[:-2] if letters.endswith(("man", "ie")) else letters[:-1]


@lru_cache(maxsize=16_384)
def list_plural_forms(term: str) -> tuple[str, ...]:
    """Return the words that may be the plural or the singular of this one in English, sorted.

    They need not exist. Each has the same stem as the term, so `news` never gives `new`.

    >>> list_plural_forms("country"), list_plural_forms("forces")
    (('countries', 'countrys'), ('forc', 'force'))
    """
    kin = {form for form in _list_number_forms(term) if len(form) > 2 and stem(form) == stem(term)}
    return tuple(sorted(kin - {term}))


def _list_number_forms(term: str) -> set[str]:
    """Return plural and singular forms by English spelling rules, some of them not words."""
    if not term.isalpha() or len(term) < 3:
        return set()
    forms = {term + "s"}
    if term.endswith(("s", "x", "z", "ch", "sh", "o")):
        forms.add(term + "es")
    if term.endswith("y"):
        forms.add(term[:-1] + "ies")
    if term.endswith("ies"):
        forms.add(term[:-3] + "y")
    if term.endswith("s") and not term.endswith("ss"):
        forms.add(term[:-1])
    if term.endswith("es"):
        forms.add(term[:-2])
    if term.endswith("man"):
        forms.add(term[:-3] + "men")
    if term.endswith("men"):
        forms.add(term[:-3] + "man")
    return forms


def _stem_forms(words: list[str]) -> list[str]:
    """Return Snowball's stems of words, corrected by rule for forms that it does not know."""
    forms = [_find_base_form(word) for word in words]
    stems: list[str] = _snowball.stemWords(forms)
    return [
        (form if len(form) <= _SHORT_WORD_LETTERS and form[-1] != "y" else stem)
        + _find_verb_mark(form)
        for form, stem in zip(forms, stems, strict=True)
    ]


def _find_base_form(word: str) -> str:
    """Return the form that Snowball stems: `airman` for `airmen`, `ied` for `ieds`, `slbm` for
    `slbms`.

    Snowball does not change plurals in -men, keeps the s of words without vowels, and takes short
    acronyms for inflections (ied, uas).
    """
    if word[-1] == "s" and (len(word) == _SHORT_WORD_LETTERS + 1 or _NO_VOWEL.fullmatch(word)):
        return word if word[-2] in "sui" else word[:-1]
    if word.endswith("men") and len(word) > _SHORT_WORD_LETTERS and word not in _NO_MEN:
        return word[:-2] + "an"
    return word


def _find_verb_mark(form: str) -> str:
    """Return the end of the stem that separates `modernize` and `modernization` from `modern`, or
    "".
    """
    return _VERB_MARK if "iz" in form and _MADE_VERB.fullmatch(form) else ""
