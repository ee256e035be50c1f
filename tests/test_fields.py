"""Every list of fields in the product is drawn from `fields.TABLE`, and the index version too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_type_hints

import pytest
from click import Context
from click.testing import CliRunner
from werkzeug.datastructures import MultiDict

from indexer import fields
from indexer.cli import main
from indexer.engines.opensearch import mapping
from indexer.engines.whoosh import schema
from indexer.engines.whoosh.index.table_of_contents import _describe_layout
from indexer.errors import SettingError
from indexer.fields import TABLE, ArticleField, compute_digest, compute_index_version
from indexer.models import Article
from indexer.output import export
from indexer.query import lexer, parser
from indexer.query.ast import Field, Word
from indexer.query.examples import EXAMPLES
from web import urls
from web.routes import openapi

if TYPE_CHECKING:
    from indexer.search.index import Index

ROOT = Path(__file__).parent.parent

ARTICLE = Article(
    name="a.html", id="a1", ref="a1", title="Title", body="Body", authors=("Ann Lee", "Bo Li"),
    published="2024-02-29T10:00:00+01:00", section="Europe", systems=("Su-25",), lang="en",
)  # fmt: skip


def row(name: str) -> ArticleField:
    return next(one for one in TABLE if one.name == name)


def changed(name: str, /, **changes: object) -> tuple[ArticleField, ...]:
    """The table with one row changed."""
    return tuple(replace(one, **changes) if one.name == name else one for one in TABLE)


# The table itself


def test_a_name_is_in_the_table_once():
    names = [one.name for one in TABLE]
    assert sorted(set(names)) == sorted(names)


def test_every_attribute_of_an_article_has_a_row_of_its_type():
    hints = get_type_hints(Article, localns={"Mapping": dict})
    types = {
        "text": (str, str | None), "date": (str, str | None), "texts": (tuple[str, ...],),
        "notes": (dict[str, str],),
    }  # fmt: skip
    assert sorted(hints) == sorted(one.attribute for one in fields.ARTICLE_ROWS)
    for one in fields.ARTICLE_ROWS:
        assert hints[one.attribute] in types[one.type], one.name
        assert (hints[one.attribute] == (str | None)) == one.optional, one.name


def test_places_in_a_list_are_distinct():
    for place in ("filter", "csv", "help"):
        given = [getattr(one, place) for one in TABLE if getattr(one, place)]
        assert len(set(given)) == len(given), place


def test_a_field_of_names_has_a_column_and_a_filter_its_label():
    for one in TABLE:
        assert one.name not in fields.NAME_FIELDS or one.column == "values"
        assert not one.filter or (one.label and one.plural)
        assert not (one.facet or one.listed) or one.filter


def test_orders_are_those_of_the_page_and_the_exports():
    assert fields.FILTERS == (
        "source", "section", "place", "author", "system", "country", "tag", "year"
    )  # fmt: skip
    assert fields.FACETS == (
        "source", "section", "place", "author", "system", "country", "year", "month"
    )  # fmt: skip
    assert fields.CSV_COLUMNS == (
        "id", "title", "source", "published", "updated", "authors", "place", "section", "url",
        "systems", "countries", "tags", "lang", "lead",
    )  # fmt: skip
    assert lexer.FIELD_LIST == (
        "title:, lead:, body:, author:, place:, section:, source:, tag:, system:, country: "
        "and date:"
    )


def test_values_of_a_row():
    assert row("author").get_values(ARTICLE) == ("Ann Lee", "Bo Li")
    assert row("section").get_values(ARTICLE) == ("Europe",)
    assert row("place").get_values(ARTICLE) == ()


# What is drawn from it


def test_schema_has_every_searched_field_and_column():
    layout = schema.LAYOUT
    searched = {one.name for one in TABLE if one.search}
    assert set(layout.list_indexed_fields()) == searched | {"id", "compound"}
    kinds = {one.name: "values" for one in TABLE if one.column == "values"}
    assert {name: kind for name, kind in layout.columns.items() if kind == "values"} == kinds
    assert [one.name for one in TABLE if one.column == "day"] == [
        name for name, kind in layout.columns.items() if kind == "int" and name != "pack"
    ]


def test_mapping_has_every_searched_field_and_value():
    properties = mapping.make_mappings()["properties"]
    searched = [one.name for one in TABLE if one.search]
    assert [name for name, kind in properties.items() if kind.get("type") == "text"] == searched
    named = {one.name for one in TABLE if one.column in {"values", "year"}}
    assert set(properties["named"]["properties"]) == named | {fields.MONTH}


@pytest.mark.parametrize("name", [one.name for one in TABLE if one.search])
def test_parser_knows_every_searched_field(name: str):
    assert parser.parse(f"{name}:a").tree == Field(name, Word("a"))


def test_parser_knows_no_other_field():
    for one in TABLE:
        if not one.search:
            assert not isinstance(parser.parse(f"{one.name}:a").tree, Field)


@pytest.mark.parametrize("name", [one.name for one in TABLE if one.filter])
def test_filters_are_options_parameters_and_arguments(name: str, sample: Index):
    command = main.get_command(Context(main), "search")
    option = {one.name: one for one in command.params}[name]
    assert option.opts == [f"--{name}"]
    asked = urls.read_query(MultiDict([(name, "2024")])).query
    assert asked.filters == {name: ("2024",)}
    assert urls.build_search_url(asked) == f"/?{name}=2024"
    assert sample.search("a", **{name: "2024"}).query.filters == asked.filters


def test_a_field_without_a_filter_is_no_argument(sample: Index):
    with pytest.raises(SettingError, match="a filter cannot be 'lang'"):
        sample.search("a", lang="en")


def test_options_of_the_help_are_in_the_order_of_the_page():
    text = CliRunner().invoke(main, ["search", "--help"]).output
    places = [text.index(f"--{one.name} ") for one in fields.FILTER_ROWS]
    assert places == sorted(places)


def test_csv_has_a_column_for_each_place():
    head, cells = export.as_csv([ARTICLE])
    placed = sorted((one for one in TABLE if one.csv), key=lambda one: one.csv)
    assert head.strip().split(",") == [one.attribute for one in placed]
    assert cells.strip().split(",")[5] == "Ann Lee; Bo Li"


def test_help_shows_the_example_of_every_searched_field():
    shown = [(one.query, one.meaning) for one in EXAMPLES]
    placed = sorted((one for one in TABLE if one.help), key=lambda one: one.help)
    assert {one.name for one in placed} == {one.name for one in TABLE if one.search}
    begin = shown.index((placed[0].example, placed[0].meaning))
    assert shown[begin : begin + len(placed)] == [(one.example, one.meaning) for one in placed]


def test_openapi_names_every_filter_and_attribute():
    described = openapi.build_document()
    given = [one["name"] for one in described["paths"]["/api/search"]["get"]["parameters"]]
    assert [name for name in given if name in fields.FILTERS] == list(fields.FILTERS)
    properties = described["components"]["schemas"]["Article"]["properties"]
    assert set(properties) == {one.attribute for one in fields.ARTICLE_ROWS} - {"saved"}


# The version of an index


def test_the_digest_of_the_table_is_the_one_written_here():
    """Fails with every change that needs a rebuild: write the new digest here, and CHANGELOG."""
    assert compute_digest() == "3482134ba294830b"
    assert (schema.VERSION, mapping.VERSION) == (4, 2)
    assert mapping.make_mappings()["_meta"] == {"dateline": 2}


def test_the_first_table_stays_the_first():
    assert fields.FIRST_DIGEST == "3482134ba294830b"


def test_the_newest_index_says_of_itself_what_is_written_here():
    """Written out, so that an index of another table is never read as one of this."""
    assert _describe_layout(schema.LAYOUT) == {
        "format": 1, "version": 4,
        "fields": ["author", "body", "compound", "country", "id", "lead", "place", "section",
                   "source", "system", "tag", "title"],
        "columns": {
            "author": "values", "country": "values", "id": "text", "lang": "values",
            "lines": "text", "pack": "int", "place": "values", "published": "int",
            "section": "values", "signature": "signature", "source": "values",
            "system": "values", "tag": "values",
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"label": "Outlet"}, {"plural": "outlets"}, {"listed": True},
        {"help": 5, "example": "source:x"},
        {"csv": 0}, {"filter": 0, "facet": False}, {"keys": ("outlet",)}, {"weight": 2.0},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_what_only_people_see_needs_no_rebuild(changes: dict[str, object]):
    table = changed("source", **changes)
    assert table != TABLE
    assert compute_digest(table) == compute_digest()
    assert compute_index_version(4, table) == compute_index_version(4)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "outlet"}, {"attribute": "section"}, {"type": "texts"}, {"search": "text"},
        {"search": None}, {"column": None},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_another_name_type_or_tokenization_needs_a_rebuild(changes: dict[str, object]):
    table = changed("source", **changes)
    assert (
        compute_index_version(4, table) == f"4-{compute_digest(table)}" != compute_index_version(4)
    )


def test_other_terms_of_a_text_need_a_rebuild():
    assert compute_digest(tokenization=fields.TOKENIZATION_VERSION + 1) != compute_digest()


def test_a_field_that_is_only_stored_needs_no_rebuild():
    table = (*TABLE, ArticleField(name="editor", attribute="editor", csv=65))
    assert compute_digest(table) == compute_digest()
