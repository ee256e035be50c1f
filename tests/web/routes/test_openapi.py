"""Every answer of the API fits its description."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indexer.settings import Settings
from tests.support.server_process import run_server
from web import create_app
from web.routes import openapi

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from indexer.search.index import Index

KINDS = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None),
    "array": list, "object": dict,
}  # fmt: skip


@pytest.fixture(scope="module")
def app(sample: Index) -> Flask:
    return create_app(sample, Settings())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def check_schema(value: object, schema: dict) -> None:
    """Fail if a value does not fit a schema. Only the keywords that our schemas use are checked."""
    if "$ref" in schema:
        schema = openapi.build_document()["components"]["schemas"][
            schema["$ref"].rpartition("/")[2]
        ]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert any(isinstance(value, KINDS[kind]) for kind in kinds), (value, schema)
    assert "enum" not in schema or value in schema["enum"]
    if isinstance(value, list):
        for one in value:
            check_schema(one, schema["items"])
    elif isinstance(value, dict) and "properties" in schema:
        assert set(value) == set(schema["required"])
        for name, one in value.items():
            check_schema(one, schema["properties"][name])
    elif isinstance(value, dict) and "additionalProperties" in schema:
        for one in value.values():
            check_schema(one, schema["additionalProperties"])


def test_every_address_for_scripts_is_described_and_no_other(app: Flask, client: FlaskClient):
    rules = {rule.rule.replace("<article_id>", "{id}") for rule in app.url_map.iter_rules()}
    scripted = {rule for rule in rules if rule.startswith("/api/")} | {"/healthz"}
    assert set(client.get("/api/openapi.json").json["paths"]) == scripted


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/search", "/api/search?q=su-25&page=2&size=7"),
        ("/api/search", "/api/search?q=Baranovichi+Silistra"),
        ("/api/search", "/api/search"),
        ("/api/search", "/api/search?q=" + "a" * 1001),
        ("/api/article/{id}", "/api/article/gone"),
        ("/api/suggest", "/api/suggest?q=su"),
        ("/api/suggest", "/api/suggest?q=belar"),
        ("/api/suggest", "/api/suggest"),
        ("/healthz", "/healthz"),
    ],
)
def test_answers_are_as_described(client: FlaskClient, path: str, address: str):
    response = client.get(address)
    answers = openapi.build_document()["paths"][path]["get"]["responses"]
    described = answers[str(response.status_code)]["content"]["application/json"]
    check_schema(response.json, described["schema"])


def test_an_article_is_as_described(client: FlaskClient, sample: Index):
    for hit in sample.search("missile", limit=10).hits:
        check_schema(
            client.get(f"/api/article/{hit.id}").json, {"$ref": "#/components/schemas/Article"}
        )


@pytest.mark.slow
def test_schemathesis_finds_no_fault(sample_index: Path, tmp_path: Path):
    """The extra `api` brings it; a run by hand takes `--max-examples 100`.

    All checks but that malformed values are rejected: ours are answered, with a notice
    ("What you can type" in README.md).
    """
    beside = Path(sys.executable).with_name("schemathesis")
    command = shutil.which("schemathesis") or shutil.which(beside)
    if not command:
        pytest.skip("no schemathesis; pip install -e '.[api]'")
    with run_server(sample_index) as server:
        arguments = ["--checks", "all", "--exclude-checks", "negative_data_rejection"]
        arguments += ["--max-examples", "10", "--seed", "1"]
        run = subprocess.run(
            [command, "run", f"{server.address}/api/openapi.json", *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert run.returncode == 0, run.stdout


def test_every_reference_leads_to_a_schema():
    text = repr(openapi.build_document())
    named = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert named == set(openapi.build_document()["components"]["schemas"])


def test_suggestions_complete_what_was_typed(client: FlaskClient):
    found = client.get("/api/suggest?q=su2").json
    assert (found[0]["kind"], found[0]["text"], found[0]["id"]) == ("system", "Su-25", None)
