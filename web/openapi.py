"""The description of the JSON API (OpenAPI 3.1), written from the names the code itself uses."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

from indexer.fields import FILTERS
from indexer.query.words import LONGEST_TOKEN, MOST_CHARACTERS, MOST_DEPTH, MOST_TERMS
from web.params import SIZES

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
FLAG: Final[Schema] = {"type": "boolean"}

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
        _parameter("sort", _preferably(_one_of("relevance", "newest", "oldest"))),
        _parameter("match", _preferably(_one_of("all", "any")), "Whether all words must stand"),
        _parameter("exact", _preferably(_one_of("0", "1")), "1: only as typed, nothing widened"),
        _parameter("fresh", _preferably(_one_of("1", "0")), "0: no preference for the recent"),
        _parameter("from", TEXT, day),
        _parameter("to", TEXT, day),
        *(
            _parameter(name, several, "Any of these values, of at most 200 characters")
            for name in FILTERS
        ),
        _parameter("size", _preferably({"type": "integer", "enum": list(SIZES)}), "Hits a page"),
        _parameter("page", _preferably({"type": "integer", "minimum": 1})),
    ]


def _preferably(schema: Schema) -> Schema:
    """Any text is taken; what does not fit the schema is not used, and a notice says so."""
    return {"anyOf": [schema, {**TEXT, "description": "Not used; a notice says so"}]}


def _schemas() -> dict[str, Schema]:
    null_text: Schema = {"type": ["string", "null"]}
    texts = _list(TEXT)
    marks = _list({"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2})
    named = {"id": TEXT, "source": null_text, "published": null_text}
    return {
        "Error": _object({"error": TEXT}),
        "Results": _object({
            "query": TEXT, "total": COUNT, "took_ms": {"type": "number"}, "hits": _list("Hit"),
            "facets": {"type": "object", "additionalProperties": _list("FacetValue")},
            "months": _list(_object({"month": TEXT, "count": COUNT})),
            "searched": {"type": "object", "additionalProperties": texts},
            "notices": _list(_object({"kind": TEXT, "text": TEXT})),
            "suggestion": null_text, "instead": _list("Hit"),
        }),
        "Hit": _object({
            **named, "ref": TEXT, "title": TEXT, "title_marks": marks, "url": null_text,
            "authors": texts, "place": null_text, "section": null_text,
            "score": {"type": "number"}, "copies": _list(_object(named)),
            "snippets": _list(_object({"text": TEXT, "marks": marks})),
        }),
        "FacetValue": _object({"value": TEXT, "count": COUNT, "selected": FLAG}),
        "Article": _object({
            **named, "name": TEXT, "ref": TEXT, "title": TEXT, "url": null_text,
            "authors": texts, "updated": null_text, "dateline": null_text, "place": null_text,
            "section": null_text, "tags": texts, "systems": texts, "countries": texts,
            "lang": null_text, "lead": TEXT, "body": TEXT,
            "notes": {"type": "object", "additionalProperties": TEXT},
        }),
        "Suggestions": _list(_object({
            "kind": _one_of("system", "author", "place", "source", "title"),
            "text": TEXT, "count": COUNT, "id": null_text,
        })),
        "Health": _object({
            "status": TEXT, "generation": TEXT, "articles": COUNT, "built": TEXT,
            "age_s": {"type": "number"},
        }),
    }  # fmt: skip


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


def _list(items: Schema | str) -> Schema:
    return {"type": "array", "items": _ref(items) if isinstance(items, str) else items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
