"""What the elements around a printed date make of it: an update, a teaser, something elsewhere."""

from itertools import islice
from typing import Final

from bs4 import Tag

from indexer.clean.blocks import names_of
from indexer.clean.selectors import NOT_BYLINE_NAMES, UPDATED_NAMES
from indexer.clean.stamps import UPDATED

ENTRY_CLASSES: Final = frozenset({"entry-date", "published"})
"""Classes of the element that prints the date of a post, in the themes of WordPress."""

BESIDE_NAMES: Final = NOT_BYLINE_NAMES - {"sidebar"}
"""Names of elements where a date means something else even with a label or beside the headline."""


def is_marked(tag: Tag) -> bool:
    """Tell whether an element is marked as the day of publication."""
    return tag.attrs.get("itemprop") == "datePublished"


def is_update(tag: Tag) -> bool:
    """Tell whether an element holds the date of an update, by its marks or the words before it."""
    names = names_of(tag)
    if tag.get("itemprop") == "dateModified":
        return True
    if is_marked(tag) or "published" in names:
        return False
    if names_update(tag):
        return True
    before = tag.previous_sibling
    label = str(before) if isinstance(before, str) else ""
    parent = tag.parent
    return bool(UPDATED.search(label)) or (parent is not None and names_update(parent))


def names_update(tag: Tag) -> bool:
    """Tell whether an element is named as the date of an update.

    The microformat hAtom has every entry name a date `updated`; where the same element is called
    the entry's date or that of publication, that is what it prints.
    """
    return not UPDATED_NAMES.isdisjoint(names_of(tag)) and ENTRY_CLASSES.isdisjoint(
        tag.attrs.get("class") or ()
    )


def is_teaser(tag: Tag, around: frozenset[int] = frozenset()) -> bool:
    """Tell whether a date stands in a comment or a teaser.

    `around` are the ids of the elements that hold the headline: templates name a
    whole page after a part of it (`has-sidebar`, `comments-open`).
    """
    for parent in islice((tag, *tag.parents), 8):
        if id(parent) in around:
            return False
        if not BESIDE_NAMES.isdisjoint(names_of(parent)):
            return True
    return False


def is_elsewhere(tag: Tag) -> bool:
    """Tell whether a date stands in a comment, a teaser or furniture."""
    for parent in islice((tag, *tag.parents), 8):
        if parent.name in {"body", "html"}:
            return False
        if parent.name in {"nav", "footer", "aside"}:
            return True
        if not NOT_BYLINE_NAMES.isdisjoint(names_of(parent)):
            return True
    return False
