"""Addresses of OpenSearch servers: read as written, refused in a sentence, silent on passwords."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.engines.opensearch.address import parse_address
from indexer.errors import SettingError
from indexer.search.open import hide_password, open_engine


def test_an_address_names_host_port_and_index():
    address = parse_address("opensearch://search.example:9201/news", {"XDG_STATE_HOME": "/s"})
    assert (address.host, address.port, address.name) == ("search.example", 9201, "news")
    assert (address.is_secure, address.shards, address.user) == (False, 1, "")
    assert address.state == Path("/s/dateline/opensearch/search.example_9201/news")
    assert str(address) == "opensearch://search.example:9201/news"


@pytest.mark.parametrize(
    ("typed", "port", "secure"),
    [
        ("opensearch://h/news", 9200, False),
        ("opensearch+https://h/news", 443, True),
        ("opensearch://[::1]/news", 9200, False),
    ],
)
def test_ports_have_defaults(typed, port, secure):
    address = parse_address(typed, {})
    assert (address.port, address.is_secure) == (port, secure)


def test_shards_are_asked_for_in_the_address():
    assert parse_address("opensearch://h/news?shards=6", {}).shards == 6


def test_login_comes_from_the_address_else_the_environment():
    environ = {"DATELINE_OPENSEARCH_USER": "ann", "DATELINE_OPENSEARCH_PASSWORD": "secret"}
    address = parse_address("opensearch://h/news", environ)
    assert (address.user, address.password) == ("ann", "secret")
    address = parse_address("opensearch://bob:p%40ss@h/news", environ)
    assert (address.user, address.password) == ("bob", "p@ss")


def test_the_password_is_never_shown():
    typed = "opensearch+https://bob:hunter2@h/news"
    address = parse_address(typed, {})
    for told in (str(address), repr(address), hide_password(typed), str(address.state)):
        assert "hunter2" not in told
        assert "bob" not in told
    with pytest.raises(SettingError) as refused:
        parse_address("opensearch://bob:hunter2@h/NEWS", {})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "typed",
    [
        "opensearch://h",
        "opensearch://h/",
        "opensearch:///news",
        "opensearch://h/News",
        "opensearch://h/_all",
        "opensearch://h/a/b",
        "opensearch://h/*",
        "opensearch://h:port/news",
        "opensearch://h:99999/news",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(typed):
    with pytest.raises(SettingError, match=r"opensearch://127\.0\.0\.1:9200/news"):
        parse_address(typed, {})


@pytest.mark.parametrize("query", ["shards=0", "shards=x", "shards=", "replicas=1", "x"])
def test_only_shards_may_be_asked_for(query):
    with pytest.raises(SettingError, match=r"\?shards=N"):
        parse_address(f"opensearch://h/news?{query}", {})


def test_other_kinds_of_address_are_refused():
    with pytest.raises(SettingError, match="No engine for solr:// addresses"):
        open_engine("solr://h/news")


def test_a_folder_is_shown_as_typed():
    assert hide_password("./data") == "./data"
