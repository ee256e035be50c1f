"""Why an article matches: each word's score and occurrences there, asked of the server at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indexer.engines.base import Explanation, Leaf, Part
from indexer.engines.opensearch.compile import any_of, mentions
from indexer.engines.opensearch.groups import Group
from indexer.query.nodes import (
    And,
    AtLeast,
    Field,
    Fuzzy,
    Near,
    Node,
    Or,
    Phrase,
    Prefix,
    Widened,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from indexer.engines.opensearch.groups import Reading
    from indexer.engines.opensearch.weighing import Weighing


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What one search was made of.

    Attributes:
        query: compiled, without the preference for the recent.
        close: words that gain by standing close to each other.
        factor: the preference for the recent, from the day published (0 = undated).
    """

    tree: Node
    reading: Reading
    weighing: Weighing
    query: dict[str, Any]
    close: tuple[Group, ...]
    factor: Callable[[int], float]


def explained(
    matter: Matter,
    article_id: str,
    search_each: Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]],
) -> Explanation:
    """What makes up the score of one article; see `base.Explanation`.

    Args:
        search_each: asks several searches of the server.
    """
    words = [
        (node, matter.reading.groups[node, field])
        for node, field in dict.fromkeys(_searched(matter.tree, ""))
    ]
    counted = [(node, name) for node, group in words for name in _counted_fields(group)]
    groups = dict(words)
    asked = [
        matter.query,
        any_of(matter.weighing.closeness(matter.close)),
        *(matter.weighing.weigh(group) for _, group in words),
        *(mentions(_in_field(groups[node], name)) for node, name in counted),
    ]
    found = search_each([_of_one(query, article_id) for query in asked])
    hits = [one["hits"]["hits"] for one in found]
    if not hits[0]:
        return Explanation(matches=False, parts=())
    base, near, *scores = [one[0]["_score"] if one else 0.0 for one in hits]
    frequencies: dict[Node, dict[str, int]] = {node: {} for node, _ in words}
    for (node, name), count in zip(counted, scores[len(words) :], strict=True):
        if count:
            frequencies[node][name] = round(count)
    parts = tuple(
        Part(
            node,
            Leaf(matter.reading.expansions[node], matter.weighing.held(group)),
            frequencies[node],
            score,
        )
        for (node, group), score in zip(words, scores, strict=False)
    )
    day = int(hits[0][0].get("fields", {}).get("published", [0])[0])
    return Explanation(
        matches=True,
        parts=parts,
        closeness=near,
        freshness=(base + near) * (matter.factor(day) - 1),
        rest=base - sum(part.score for part in parts),
    )


def _of_one(query: dict[str, Any], article_id: str) -> dict[str, Any]:
    own = {"term": {"id": article_id}}
    return {
        "query": {"bool": {"must": [query], "filter": [own]}},
        "size": 1,
        "_source": False,
        "docvalue_fields": ["published"],
    }


def _counted_fields(group: Group) -> tuple[str, ...]:
    """Fields that occurrences are told of: for words of title and body, of the lead too."""
    names = tuple(name for name, _ in group.fields)
    return (*names, "lead") if len(names) > 1 else names


def _in_field(group: Group, name: str) -> Group:
    return Group(((name, 1.0),), group.words, group.sequences)


def _searched(node: Node, field: str) -> Iterator[tuple[Node, str]]:
    """The leaves that score, each with its field; what is excluded is left out."""
    match node:
        case Word() | Phrase() | Prefix() | Fuzzy() | Widened():
            yield node, field
        case And(children) | Or(children) | Near(children, _, _):
            for child in children:
                yield from _searched(child, field)
        case AtLeast(_, child):
            yield from _searched(child, field)
        case Field(name, child):
            yield from _searched(child, name)
        case _:
            return
