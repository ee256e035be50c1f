"""The worked examples of CONTRIBUTING, applied to a copy of the packages, do what they say."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.support.worked_examples import (
    CONTRIBUTING,
    ROOT,
    Hunk,
    apply_example,
    copy_product,
    read_examples,
    run_dateline,
    run_python,
)

if TYPE_CHECKING:
    from pathlib import Path

MOST_FILES = {"A field": 4, "A reader": 2, "An export format": 1, "A row of a word list": 1}
"""Files of code that each kind of change may touch."""

EXAMPLES = read_examples(CONTRIBUTING.read_text(encoding="utf-8"))

REBUILD = ("rebuild", "--quiet", "--workers", "1")

ASK_PROGRAM = """
import sys
from whoosh.query import Term
from indexer import open_index, open_whoosh
from indexer.engines.opensearch.mapping import make_mappings
from indexer.output import export
from web import create_app
from indexer.settings import Settings

index = open_index(sys.argv[1])
found = index.search("program:nimbus")
assert [hit.ref for hit in found.hits] == ["1"], found
assert [one.value for one in found.facets["program"]] == ["Nimbus Two"], found.facets
chosen = index.search("radar", program="Gust")
assert [hit.ref for hit in chosen.hits] == ["2"], chosen
head, *rows = export.as_csv(index.stream(chosen.query))
column = head.strip().split(",").index("program")
assert rows[0].split(",")[column] == "Gust", (head, rows)
assert "program" in make_mappings()["properties"]["named"]["properties"]
with open_whoosh(sys.argv[1]).searcher() as searcher:
    (hit,) = searcher.search(Term("program", "gust"))
    assert hit["program"] == "Gust", hit
client = create_app(index, Settings()).test_client()
page = client.get("/?q=radar&program=Gust").text
assert "<h2>Program</h2>" in page, page
help_page = client.get("/help").text
assert "program:sentinel" in help_page and "programs" in help_page
hit = client.get("/api/search?q=radar&program=Gust").json["hits"][0]
article = client.get("/api/article/" + hit["id"]).json
assert article["program"] == "Gust" and article["notes"]["program"] == "record", article
assert "<h2>Programs</h2>" in client.get("/article/" + hit["id"]).text
described = client.get("/api/openapi.json").json
assert "program" in described["components"]["schemas"]["Article"]["properties"]
assert "program" in {one["name"] for one in described["paths"]["/api/search"]["get"]["parameters"]}
"""

ASK_MARKDOWN = """
import sys
from indexer import open_index
from indexer.settings import Settings
from web import create_app

client = create_app(open_index(sys.argv[1]), Settings()).test_client()
answer = client.get("/export.md?q=radar")
assert answer.mimetype == "text/markdown", answer.mimetype
assert "/export.md?q=radar" in client.get("/?q=radar").text
sys.stdout.write(answer.text)
"""


@pytest.fixture
def product(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder with a copy of both packages, changed by the example that a test names."""
    copy_product(tmp_path)
    apply_example(EXAMPLES[request.param], tmp_path)
    return tmp_path


def write_records(folder: Path, *records: dict[str, str]) -> str:
    """Write records to a file of JSON Lines; returns its name."""
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return "rows.jsonl"


def test_there_is_an_example_of_each_kind():
    assert set(EXAMPLES) == set(MOST_FILES)


@pytest.mark.parametrize("name", MOST_FILES)
def test_an_example_touches_as_many_files_as_it_says(name: str):
    example = EXAMPLES[name]
    assert len(example.changes) == example.file_count <= MOST_FILES[name]
    assert all(path.startswith(("indexer/", "web/")) for path in example.changes)


def test_a_block_is_read():
    text = "### A b (2 files of code)\nSo.\n```diff\n+++ a/b.py\n@@\n one\n-two\n+2\n"
    text += "@@\n three\n+++ c.py\n@@\n+new\n```\n"
    example = read_examples(text)["A b"]
    assert example.file_count == 2
    assert example.changes == {
        "a/b.py": [Hunk("one\ntwo\n", "one\n2\n"), Hunk("three\n", "three\n")],
        "c.py": [Hunk("", "new\n")],
    }


def test_an_example_that_no_longer_fits_is_refused(tmp_path: Path):
    text = "### A b (1 file of code)\n```diff\n+++ a.py\n@@\n one\n+two\n```\n"
    (tmp_path / "a.py").write_text("one\none\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="has not once"):
        apply_example(read_examples(text)["A b"], tmp_path)


@pytest.mark.parametrize("product", ["A field", "A reader", "An export format"], indirect=True)
def test_an_example_passes_the_checks_of_style(product: Path, request: pytest.FixtureRequest):
    example = EXAMPLES[request.node.callspec.params["product"]]
    shutil.copyfile(ROOT / "pyproject.toml", product / "pyproject.toml")
    code = [path for path in example.changes if path.endswith(".py")]
    for check in (["check"], ["format", "--check"]):
        run_python(product, "-m", "ruff", *check, "--no-cache", *code)


@pytest.mark.parametrize("product", ["A field"], indirect=True)
def test_a_new_field_is_found_filtered_counted_and_exported(product: Path):
    rows = write_records(
        product,
        {"id": "1", "title": "Radar tested", "text": "It worked.", "program": "Nimbus Two"},
        {"id": "2", "title": "Radar delayed", "text": "It did not.", "programme": "Gust"},
        {"id": "3", "title": "Nimbus", "text": "A radar of no program."},
    )
    run_dateline(product, *REBUILD, rows)
    run_python(product, "-c", ASK_PROGRAM, "index")
    found = run_dateline(product, "search", "radar", "--program", "Nimbus Two")
    assert found.startswith("1 article ")
    table = next(product.glob("index/generations/*/toc.json")).read_text(encoding="utf-8")
    assert str(json.loads(table)["version"]).startswith("4-")


@pytest.mark.parametrize("product", ["A reader"], indirect=True)
def test_a_new_reader_reads_pages_of_folders_and_archives(product: Path):
    pages = product / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text(
        "Title: Himars moved\nDate: 2024-05-06\n\nTwo went east.\n\nOne stayed.\n",
        encoding="utf-8",
    )
    (pages / "b.txt").write_bytes(b"Title: Caf\xe9\n\nNot UTF-8.")
    with zipfile.ZipFile(pages / "c.zip", "w") as archive:
        archive.writestr("d.TXT", "Title: Jets\r\n\r\nThe Su-25 moved.")
    assert ".txt" in run_dateline(product, "rebuild", "--help")
    report = json.loads(run_dateline(product, *REBUILD, "--json", "pages"))
    assert (report["read"], report["indexed"]) == (3, 2)
    assert [bad["name"] for bad in report["quarantined"]] == ["b.txt"]
    (hit,) = json.loads(run_dateline(product, "search", "himars", "--json"))["hits"]
    assert (hit["title"], hit["published"]) == ("Himars moved", "2024-05-06")
    assert run_dateline(product, "search", "su25").startswith("1 article ")


@pytest.mark.parametrize("product", ["An export format"], indirect=True)
def test_a_new_format_is_exported_by_command_and_address(product: Path):
    rows = write_records(
        product,
        {"id": "1", "title": "Radar [tested]", "text": "It worked.", "source": "Northern Wire",
         "published": "2023-02-17"},
    )  # fmt: skip
    run_dateline(product, *REBUILD, rows)
    line = "- “Radar \\[tested\\]”, Northern Wire, 17 February 2023\n"
    assert run_dateline(product, "export", "radar", "--format", "markdown") == line
    assert run_python(product, "-c", ASK_MARKDOWN, "index") == line


@pytest.mark.parametrize("product", ["A row of a word list"], indirect=True)
def test_a_new_row_finds_the_other_writing(product: Path):
    rows = write_records(
        product,
        {"id": "1", "title": "Council adopts EDIRPA", "text": "It did."},
        {"id": "2", "title": "Council adopts an act", "text":
         "The European Defence Industry Reinforcement through Common Procurement Act passed."},
        {"id": "3", "title": "Council adopts nothing", "text": "An act on common procurement."},
    )  # fmt: skip
    run_dateline(product, *REBUILD, rows)
    found = json.loads(run_dateline(product, "search", "edirpa", "--json"))
    assert sorted(hit["ref"] for hit in found["hits"]) == ["1", "2"]
    typed = "European Defense Industry Reinforcement through Common Procurement Act"
    found = json.loads(run_dateline(product, "search", f'"{typed}"', "--json"))
    assert sorted(hit["ref"] for hit in found["hits"]) == ["1", "2"]


def test_set_up_and_recipes_are_those_of_the_house():
    text = CONTRIBUTING.read_text(encoding="utf-8")
    recipes = (ROOT / ".justfile").read_text(encoding="utf-8")
    for name in ("fast", "test", "lint", "serve", "bench"):
        assert f"`just {name}" in text
        assert f"\n{name}" in recipes
    assert "python3 -m venv .test-venv && .test-venv/bin/pip install -q -e '.[test]'" in recipes
