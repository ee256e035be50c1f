"""The description of the JSON API (OpenAPI 3.1).

Filters and the schema of an article are drawn from `fields.TABLE`, the other answers from the
dataclasses of `indexer.models`, so that the description changes with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from importlib.metadata import version
from types import NoneType, UnionType
from typing import Any, Final, Literal, cast, get_args, get_origin, get_type_hints

from indexer.fields import ARTICLE_ROWS, FILTER_ROWS, ArticleField, FieldType
from indexer.models import (
    Article,
    Copy,
    FacetValue,
    Hit,
    Match,
    Notice,
    Results,
    Snippet,
    Sort,
    Span,
    Suggestion,
)
from indexer.output.as_json import OMITTED
from indexer.query.literals import LONGEST_TOKEN, MOST_CHARACTERS, MOST_DEPTH, MOST_TERMS
from indexer.search.suggestions import KINDS
from web.urls import SIZES

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
FLAG: Final[Schema] = {"type": "boolean"}
NUMBER: Final[Schema] = {"type": "number"}

QUERY: Final[Schema] = {
    "type": "string",
    "maxLength": MOST_CHARACTERS,
    "pattern": rf"""^[^\s()"]{{0,{LONGEST_TOKEN}}}([\s()"]+[^\s()"]{{0,{LONGEST_TOKEN}}})*$""",
}
"""A query within the limits that a pattern can tell: those of the whole and of a word."""

_LINKS: Final[Schema] = {
    "Results": {
        "article": {"operationId": "article", "parameters": {"id": "$response.body#/hits/0/id"}}
    }
}
"""Where what is given leads: a program that follows links reads the first hit of a search."""


def description() -> Schema:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dateline",
            "version": version("dateline-search"),
            "description": "Search in saved defense reporting. Everything is read with GET. A "
            "parameter value that makes no sense is not used, and a notice says so.",
        },
        "paths": {
            "/api/search": _get(
                "search", "The results of a search", "Results", _search_parameters(),
                refusals=(400, 503),
            ),
            "/api/article/{id}": _get(
                "article", "One article", "Article", [_parameter("id", TEXT, where="path")],
                refusals=(400, 404, 503),
            ),
            "/api/suggest": _get(
                "suggest", "Completions of what was typed", "Suggestions",
                [_parameter("q", TEXT, "What was typed; the first 100 characters count")],
                refusals=(400, 503),
            ),
            "/api/openapi.json": _get(
                "description", "This description", None, [], refusals=()
            ),
            "/healthz": _get("health", "The state of the index", "Health", [], refusals=(503,)),
        },
        "components": {"schemas": _schemas()},
    }  # fmt: skip


def _search_parameters() -> list[Schema]:
    several: Schema = {"type": "array", "items": TEXT}
    query = f"The query; see /help. Over {MOST_TERMS} terms or {MOST_DEPTH} parentheses deep is 400"
    day = "A day such as 2024-02-29, a month or a year; included"
    return [
        _parameter("q", QUERY, query, example="su-25 belarus"),
        _parameter("sort", _preferably(_typed(Sort))),
        _parameter("match", _preferably(_typed(Match)), "Whether all words must stand"),
        _parameter("exact", _preferably(_one_of("0", "1")), "1: only as typed, nothing widened"),
        _parameter("fresh", _preferably(_one_of("1", "0")), "0: no preference for the recent"),
        _parameter("from", TEXT, day),
        _parameter("to", TEXT, day),
        *(
            _parameter(row.name, several, f"Any of these {row.plural}, of at most 200 characters")
            for row in FILTER_ROWS
        ),
        _parameter("size", _preferably({"type": "integer", "enum": list(SIZES)}), "Hits a page"),
        _parameter("page", _preferably({"type": "integer", "minimum": 1})),
    ]


def _preferably(schema: Schema) -> Schema:
    """Any text is taken; what does not fit the schema is not used, and a notice says so."""
    return {"anyOf": [schema, {**TEXT, "description": "Not used; a notice says so"}]}


def _schemas() -> dict[str, Schema]:
    answers = (Results, Hit, Snippet, Copy, FacetValue, Notice, Suggestion)
    return {
        "Error": _object({"error": TEXT}),
        "Article": _object({
            row.attribute: _field(row)
            for row in ARTICLE_ROWS
            if row.attribute not in OMITTED[Article]
        }),
        **{answer.__name__: _derived(answer) for answer in answers},
        "Suggestions": _list(_ref("Suggestion")),
        "Health": _object({
            "status": TEXT, "generation": TEXT, "articles": COUNT, "built": TEXT, "age_s": NUMBER,
        }),
    }  # fmt: skip


_FIELD_TYPES: Final[dict[FieldType, Schema]] = {
    "text": TEXT,
    "texts": {"type": "array", "items": TEXT},
    "date": {**TEXT, "description": "ISO 8601 as printed: a day, or a day and a time"},
    "notes": {"type": "object", "additionalProperties": TEXT},
}

_SCALARS: Final[dict[Any, Schema]] = {
    str: TEXT,
    int: COUNT,
    float: NUMBER,
    bool: FLAG,
    Span: {
        "type": "array", "items": COUNT, "minItems": 2, "maxItems": 2,
        "description": "Offsets in code points into the text beside it, end exclusive",
    },
}  # fmt: skip


def _field(row: ArticleField) -> Schema:
    """The schema of a field of an article."""
    schema = _FIELD_TYPES[row.type]
    return _nullable(schema) if row.optional else schema


def _derived(answer: type) -> Schema:
    """The schema of a dataclass as `wire` writes it."""
    hints = get_type_hints(answer, localns={"Mapping": Mapping})
    left_out = OMITTED.get(answer, frozenset())
    return _object({
        name: _WRITTEN.get((answer, name)) or _typed(hint)
        for name, hint in hints.items()
        if name not in left_out
    })  # fmt: skip


def _typed(hint: Any) -> Schema:  # noqa: ANN401  an annotation
    """The schema of values with an annotation.

    >>> _typed(tuple[str, ...])
    {'type': 'array', 'items': {'type': 'string'}}
    """
    if hint in _SCALARS:
        return _SCALARS[hint]
    if is_dataclass(hint):
        return _ref(cast("type", hint).__name__)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _one_of(*arguments)
    if origin is tuple:
        return _list(_typed(arguments[0]))
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _typed(arguments[1])}
    if origin is UnionType and arguments[1:] == (NoneType,):
        return _nullable(_typed(arguments[0]))
    raise TypeError(f"no schema for values of type {hint}")


def _nullable(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _get(
    name: str,
    summary: str,
    gives: str | None,
    parameters: list[Schema],
    refusals: tuple[int, ...],
) -> Schema:
    said = {
        400: "Over a limit, or no host name of this server",
        404: "Not in the index",
        503: "The index cannot be searched now, or the search took too long",
    }
    answers = {"200": _answer(summary, _ref(gives) if gives else {"type": "object"})}
    if gives in _LINKS:
        answers["200"]["links"] = _LINKS[gives]
    answers |= {str(status): _answer(said[status], _ref("Error")) for status in refusals}
    return {
        "get": {
            "operationId": name, "summary": summary, "parameters": parameters,
            "responses": answers,
        }
    }  # fmt: skip


def _answer(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _parameter(
    name: str, schema: Schema, text: str = "", where: str = "query", example: str = ""
) -> Schema:
    return {
        "name": name, "in": where, "required": where == "path", "schema": schema,
        **({"description": text} if text else {}), **({"example": example} if example else {}),
    }  # fmt: skip


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _object(properties: Schema) -> Schema:
    return {
        "type": "object", "properties": properties, "required": list(properties),
        "additionalProperties": False,
    }  # fmt: skip


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_WRITTEN: Final[dict[tuple[type, str], Schema]] = {
    (Results, "query"): TEXT,
    (Results, "months"): _list(_object({"month": TEXT, "count": COUNT})),
    (Suggestion, "kind"): _one_of(*KINDS, "title"),
}
"""Attributes that `wire` writes in another form than the dataclass has, or that take fewer values
than their annotation says."""
