"""Speakers in an article: full names beside a verb of saying and a quotation. English only.

In: the text of an article. Out: the full names of the people it quotes. A name is taken from
`“…,” said Vice Admiral Harry Bell`, `“…,” Foreign Minister Ana Ruiz told …`, and
`Helmut Koch, a ministry official, said: “…”`. A surname alone (`“…,” Koch said`) means the only
full name earlier in the text that ends in it. Precision comes first: a name that may be an office,
a ministry or a newspaper is left out, and so is a person whose words are only reported.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SPEAKERS: Final = 12
"""Most speakers of one article; a transcript of a panel has more than a reader wants listed."""

VERBS: Final = (
    "said", "says", "told", "added", "adds", "explained", "explains", "warned", "warns", "noted",
    "notes", "argued", "argues", "stated", "insisted", "wrote", "writes", "recalled", "stressed",
    "testified", "commented", "replied", "asked", "continued", "concluded", "tweeted", "posted",
)  # fmt: skip

TITLES: Final = frozenset((
    "Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Professor", "Sir", "Dame", "Lord", "Lady",
    "Baroness", "Rev", "King", "Queen", "Prince", "Princess", "President", "Vice", "Prime",
    "Minister", "Chancellor", "Premier", "Secretary", "Under", "Undersecretary", "Assistant",
    "Deputy", "Acting", "Former", "First", "Second", "Principal", "Chief", "Chairman",
    "Chairwoman", "Chair", "Director", "Executive", "Officer", "Commissioner", "Ambassador",
    "Envoy", "Special", "Speaker", "Senator", "Sen", "Representative", "Rep", "Congressman",
    "Congresswoman", "Governor", "Gov", "Mayor", "Councilman", "Judge", "Justice", "Attorney",
    "General", "Gen", "Lieutenant", "Lt", "Major", "Maj", "Brigadier", "Brig", "Colonel", "Col",
    "Captain", "Capt", "Commander", "Cmdr", "Cdr", "Lieut", "Admiral", "Adm", "Rear",
    "Commodore", "Sergeant", "Sgt", "Staff", "Master", "Gunnery", "Command", "Corporal", "Cpl",
    "Lance", "Private", "Pvt", "Specialist", "Spc", "Warrant", "Petty", "Seaman", "Airman",
    "Senior", "Technical", "Tech", "Ensign", "Marshal", "Field", "Air", "Spokesman",
    "Spokeswoman", "Spokesperson", "Defense", "Defence", "Foreign", "Interior", "Finance",
    "Energy", "Trade", "State", "Class", "Treasury", "Army", "Navy", "Marine", "Corps", "Force",
    "Analyst", "Reporter", "Journalist", "Pope", "Cardinal", "Bishop", "Democrat", "Republican",
    "Secretaries", "Presidents", "Ministers", "Generals", "Senators", "Agent", "Coach",
    "Founder", "Owner", "Manager", "Editor", "Author", "Researcher", "Vendor", "SSG", "SFC",
    "MSG", "SGM", "CSM", "LTC", "COL", "MAJ", "CPT", "LT", "GEN", "BG", "MG", "LTG", "ADM",
    "VADM", "RADM", "CAPT", "CDR", "LCDR", "CW2", "CW3", "CW4",
))  # fmt: skip
"""Capitalised words before a name that are not part of it, or that name an office alone."""

NO_NAMES: Final = frozenset((
    "Ministry", "Department", "Agency", "Office", "Bureau", "Committee", "Commission",
    "Council", "Court", "Congress", "Senate", "House", "Parliament", "Government",
    "Administration", "Union", "Nations", "Alliance", "Organization", "Association",
    "Institute", "University", "College", "School", "Center", "Centre", "Foundation", "Group",
    "Company", "Corporation", "Inc", "Ltd", "Party", "Front", "Movement", "Command", "Division",
    "Brigade", "Regiment", "Squadron", "Battalion", "Wing", "Fleet", "Guard", "Police", "Cross",
    "Amnesty", "Bank", "Watch", "News",
    "Times", "Post", "Journal", "Press", "Television", "Radio", "Magazine", "Review", "Reuters",
    "Pentagon", "Kremlin", "NATO", "Street", "Avenue", "City", "County", "Republic", "Kingdom",
    "States", "America", "Europe", "Russia", "Ukraine", "China", "Iran", "Israel", "Sea",
    "Gulf", "Island", "Islands", "River", "Base", "Port", "Airport", "Project", "Program",
    "Report", "Act", "Bill", "Treaty", "Agreement", "Statement", "January", "February", "March",
    "April", "May", "June", "July", "August", "September", "October", "November", "December",
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "He", "She",
    "They", "It", "We", "You", "I", "The", "This", "That", "These", "Those", "There", "But",
    "And", "Yet", "Still", "When", "While", "After", "Before", "As", "In", "On", "At", "For",
    "From", "With", "By", "If", "So", "Now", "Then", "Both", "One", "Another", "Some", "Many",
    "Most", "Others", "Officials", "Analysts", "Experts", "Sources", "Critics", "Soldiers",
    "Troops", "Leaders", "Lawmakers", "North", "South", "East", "West", "Northern", "Southern",
    "Eastern", "Western", "Central", "New", "Great", "United", "American", "British", "French",
    "German", "Russian", "Ukrainian", "Chinese", "Japanese", "Israeli", "Iranian", "European",
    "Soviet", "White",
))  # fmt: skip
"""Words of institutions, places, days and of beginnings of sentences: no name contains one."""

SUFFIXES: Final = frozenset({"Jr.", "Sr.", "Jr", "Sr", "II", "III", "IV"})

MOST_WORDS: Final = 4

_CAPITAL = "[" + "".join(chr(code) for code in range(0x41, 0x250) if chr(code).isupper()) + "]"
# An initial, an abbreviation of up to four letters, or a word.
_WORD = rf"(?:{_CAPITAL}[^\W\d_]{{0,3}}\.|{_CAPITAL}(?:[^\W\d_]|['’-](?=\w))+)"
PARTICLES: Final = frozenset((
    "de", "da", "del", "della", "di", "du", "van", "von", "der", "den", "ten", "la", "le",
    "bin", "al", "el", "ben", "zu",
))  # fmt: skip

_LINK = rf"(?:(?:{'|'.join(sorted(PARTICLES))})\ )"
_NAME = rf"{_WORD}(?:\ (?:\d(?:st|nd|rd|th)?\ )?{_LINK}{{0,2}}{_WORD}){{0,7}}"
_SAY = rf"(?:{'|'.join(VERBS)})\b"
_THE = r"(?:(?:the|its|his|her|their|a)\ (?:[a-z][\w’'-]*\ ){0,4})?"
_ASIDE = r"(?:,[^,“”\"\n]{1,90},)?"
_BEHIND = r"(?:[,.?!…]['’]?[”\"]|[”\"],)"

_QUOTATIONS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_BEHIND}\ {_SAY}\ {_THE}(?P<name>{_NAME})",
        rf"{_BEHIND}\ {_THE}(?P<name>{_NAME}){_ASIDE}\ {_SAY}",
        rf"(?:^|(?<=[.!?”\"]\ ))(?P<name>{_NAME}){_ASIDE}\ {_SAY}[^.“”\"\n]{{0,80}}[,:]?\ [“\"]\w",
    )
)
_NAMED: Final = re.compile(_NAME)


def find_speakers(text: str) -> tuple[str, ...]:
    """Return the full names of the people who are quoted, without title or rank, most quoted first.

    Args:
        text: paragraphs joined by one blank line.

    Returns:
        At most MOST_SPEAKERS names; empty if nobody is quoted by name.

    >>> find_speakers("“We will hold the line,” said Vice Admiral Harry Bell.")
    ('Harry Bell',)
    """
    named = [(found.start(), _strip_titles(found[0])) for found in _NAMED.finditer(text)]
    full = [(place, name) for place, name in named if name and not _is_surname(name)]
    counts: Counter[str] = Counter()
    for place, said in sorted(_find_quoted_names(text)):
        name = _strip_titles(said)
        if name and _is_surname(name):
            ends = {one for at, one in full if at < place and one.endswith(f" {name}")}
            # A surname that two people share names nobody.
            name = ends.pop() if len(ends) == 1 else ""
        if name:
            counts[name] += 1
    return tuple(name for name, _ in counts.most_common(MOST_SPEAKERS))


def _find_quoted_names(text: str) -> Iterator[tuple[int, str]]:
    """Yield the offset and the text of each name beside a verb of saying."""
    for pattern in _QUOTATIONS:
        for found in pattern.finditer(text):
            yield found.start("name"), found["name"]


def _strip_titles(said: str) -> str:
    """Return the name without titles and ranks; "" if it may not be the name of a person."""
    words = said.removesuffix("’s").removesuffix("'s").split()
    if words[-1] not in SUFFIXES:
        words[-1] = words[-1].rstrip(".")
    last = max((place for place, word in enumerate(words) if _is_office(word)), default=-1)
    words = words[last + 1 :]
    stops = [word for word in words if word.endswith(".") and word not in SUFFIXES]
    doubtful = NO_NAMES.intersection(words) or any(len(word) > 2 for word in stops)
    return "" if doubtful or len(words) > MOST_WORDS else " ".join(words)


def _is_office(word: str) -> bool:
    """Whether a word is a rank, office or employer (`CEO`, `USIP's`), not part of the name."""
    letters = word[1:2].isupper() and word not in SUFFIXES
    return letters or word.endswith(("’s", "'s")) or word[0].isdigit() or word.rstrip(".") in TITLES


def _is_surname(name: str) -> bool:
    """Whether a name is one word, or one word after `van der` and the like."""
    return all(word.lower() in PARTICLES for word in name.split()[:-1])
