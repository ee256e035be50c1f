"""Describe the JSON API in OpenAPI 3.1.

Filters and the schema of an article are derived from `fields.TABLE`, the other schemas from the
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
"""A query within the limits that a pattern can express: length of the query and of a word."""

_RESPONSE_LINKS: Final[Schema] = {
    "Results": {
        "article": {"operationId": "article", "parameters": {"id": "$response.body#/hits/0/id"}}
    }
}
"""OpenAPI links by schema: a program that follows links reads the first hit of a search."""


def build_document() -> Schema:
    """Return the OpenAPI document.

    >>> build_document()["openapi"]
    '3.1.0'
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dateline",
            "version": version("dateline-search"),
            "description": "Search in saved defense reporting. Everything is read with GET. A "
            "parameter value that makes no sense is not used, and a notice says so.",
        },
        "paths": {
            "/api/search": _describe_get(
                "search", "The results of a search", "Results", _list_search_parameters(),
                refusals=(400, 503),
            ),
            "/api/article/{id}": _describe_get(
                "article", "One article", "Article",
                [_describe_parameter("id", TEXT, where="path")],
                refusals=(400, 404, 503),
            ),
            "/api/suggest": _describe_get(
                "suggest", "Completions of what was typed", "Suggestions",
                [_describe_parameter("q", TEXT, "What was typed; the first 100 characters count")],
                refusals=(400, 503),
            ),
            "/api/openapi.json": _describe_get(
                "description", "This description", None, [], refusals=()
            ),
            "/healthz": _describe_get(
                "health", "The state of the index", "Health", [], refusals=(503,)
            ),
        },
        "components": {"schemas": _build_schemas()},
    }  # fmt: skip


def _list_search_parameters() -> list[Schema]:
    several: Schema = {"type": "array", "items": TEXT}
    query = f"The query; see /help. Over {MOST_TERMS} terms or {MOST_DEPTH} parentheses deep is 400"
    day = "A day such as 2024-02-29, a month or a year; included"
    return [
        _describe_parameter("q", QUERY, query, example="su-25 belarus"),
        _describe_parameter("sort", _accept_any_text(_derive_type_schema(Sort))),
        _describe_parameter(
            "match", _accept_any_text(_derive_type_schema(Match)), "Whether all words must stand"
        ),
        _describe_parameter(
            "exact", _accept_any_text(_make_enum("0", "1")), "1: only as typed, nothing widened"
        ),
        _describe_parameter(
            "fresh", _accept_any_text(_make_enum("1", "0")), "0: no preference for the recent"
        ),
        _describe_parameter("from", TEXT, day),
        _describe_parameter("to", TEXT, day),
        *(
            _describe_parameter(
                row.name, several, f"Any of these {row.plural}, of at most 200 characters"
            )
            for row in FILTER_ROWS
        ),
        _describe_parameter(
            "size", _accept_any_text({"type": "integer", "enum": list(SIZES)}), "Hits a page"
        ),
        _describe_parameter("page", _accept_any_text({"type": "integer", "minimum": 1})),
    ]


def _accept_any_text(schema: Schema) -> Schema:
    """Return a schema that also accepts any other text, which is not used and causes a notice."""
    return {"anyOf": [schema, {**TEXT, "description": "Not used; a notice says so"}]}


def _build_schemas() -> dict[str, Schema]:
    answers = (Results, Hit, Snippet, Copy, FacetValue, Notice, Suggestion)
    return {
        "Error": _make_object({"error": TEXT}),
        "Article": _make_object({
            row.attribute: _derive_field_schema(row)
            for row in ARTICLE_ROWS
            if row.attribute not in OMITTED[Article]
        }),
        **{answer.__name__: _derive_schema(answer) for answer in answers},
        "Suggestions": _make_array(_make_reference("Suggestion")),
        "Health": _make_object({
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


def _derive_field_schema(row: ArticleField) -> Schema:
    """Return the schema of a field of an article."""
    schema = _FIELD_TYPES[row.type]
    return _make_nullable(schema) if row.optional else schema


def _derive_schema(answer: type) -> Schema:
    """Return the schema of a dataclass as `as_json` writes it."""
    hints = get_type_hints(answer, localns={"Mapping": Mapping})
    left_out = OMITTED.get(answer, frozenset())
    return _make_object({
        name: _SCHEMA_OVERRIDES.get((answer, name)) or _derive_type_schema(hint)
        for name, hint in hints.items()
        if name not in left_out
    })  # fmt: skip


def _derive_type_schema(hint: Any) -> Schema:  # noqa: ANN401  an annotation
    """Return the schema of values with a type annotation.

    >>> _derive_type_schema(tuple[str, ...])
    {'type': 'array', 'items': {'type': 'string'}}
    """
    if hint in _SCALARS:
        return _SCALARS[hint]
    if is_dataclass(hint):
        return _make_reference(cast("type", hint).__name__)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _make_enum(*arguments)
    if origin is tuple:
        return _make_array(_derive_type_schema(arguments[0]))
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _derive_type_schema(arguments[1])}
    if origin is UnionType and arguments[1:] == (NoneType,):
        return _make_nullable(_derive_type_schema(arguments[0]))
    raise TypeError(f"no schema for values of type {hint}")


def _make_nullable(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _describe_get(
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
    answers = {
        "200": _describe_response(summary, _make_reference(gives) if gives else {"type": "object"})
    }
    if gives in _RESPONSE_LINKS:
        answers["200"]["links"] = _RESPONSE_LINKS[gives]
    answers |= {
        str(status): _describe_response(said[status], _make_reference("Error"))
        for status in refusals
    }
    return {
        "get": {
            "operationId": name, "summary": summary, "parameters": parameters,
            "responses": answers,
        }
    }  # fmt: skip


def _describe_response(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _describe_parameter(
    name: str, schema: Schema, text: str = "", where: str = "query", example: str = ""
) -> Schema:
    return {
        "name": name, "in": where, "required": where == "path", "schema": schema,
        **({"description": text} if text else {}), **({"example": example} if example else {}),
    }  # fmt: skip


def _make_enum(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _make_object(properties: Schema) -> Schema:
    return {
        "type": "object", "properties": properties, "required": list(properties),
        "additionalProperties": False,
    }  # fmt: skip


def _make_array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _make_reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_SCHEMA_OVERRIDES: Final[dict[tuple[type, str], Schema]] = {
    (Results, "query"): TEXT,
    (Results, "months"): _make_array(_make_object({"month": TEXT, "count": COUNT})),
    (Suggestion, "kind"): _make_enum(*KINDS, "title"),
}
"""Schemas of attributes that `as_json` writes in another form than the dataclass has, or that have
fewer values than their annotation allows."""
