"""`/metrics` in both formats, read back by the parsers of prometheus-client."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from indexer.errors import NoIndex
from indexer.settings import Settings
from web import create_app
from web.monitoring.access_log import RequestRecord
from web.monitoring.request_counters import BUCKETS_S, RequestCounters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.testing import FlaskClient
    from prometheus_client import Metric

    from indexer.search.index import Index

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"

PROMETHEUS_ACCEPTS = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)


@pytest.fixture
def client(sample: Index) -> FlaskClient:
    return create_app(sample, Settings()).test_client()


def map_samples(families: Iterable[Metric]) -> dict[tuple[str, ...], float]:
    """Return the values of samples by name and labels; labels are in the order of their names."""
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in families
        for sample in family.samples
    }


def read_samples(client: FlaskClient) -> dict[tuple[str, ...], float]:
    return map_samples(text_string_to_metric_families(client.get("/metrics").text))


def test_index_and_answers_are_told(client: FlaskClient, sample: Index):
    for address in ("/?q=a", "/?q=b", "/nowhere", "/api/article/gone"):
        client.get(address).close()
    found = read_samples(client)
    stats = sample.read_stats()
    assert found["dateline_index_up",] == 1
    assert found["dateline_articles",] == stats.articles
    assert found["dateline_index_bytes",] == stats.bytes
    assert found["dateline_generation",] == int(stats.generation)
    assert found["dateline_age_seconds",] > 0
    assert found["dateline_built_timestamp_seconds",] < found["dateline_started_timestamp_seconds",]
    assert found["dateline_requests_total", "/", "200"] == 2
    assert found["dateline_requests_total", "none", "404"] == 1
    assert found["dateline_requests_total", "/api/article/<article_id>", "404"] == 1
    assert found["dateline_request_seconds_count", "/"] == 2
    assert found["dateline_requests_under_way",] == 1
    assert found["dateline_exports_under_way",] == 0
    assert found["dateline_log_lines_lost_total",] == 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")
def test_memory_processor_time_and_files_of_the_process_are_told(client: FlaskClient):
    found = read_samples(client)
    assert found["dateline_resident_memory_bytes",] > 1_000_000
    assert found["process_resident_memory_bytes",] > 1_000_000
    assert found["process_cpu_seconds_total",] > 0
    assert found["process_max_fds",] > found["process_open_fds",] > 2


def test_two_applications_of_one_process_count_apart(sample: Index):
    first, second = (create_app(sample, Settings()).test_client() for _ in range(2))
    first.get("/help").close()
    assert read_samples(first)["dateline_requests_total", "/help", "200"] == 1
    assert ("dateline_requests_total", "/help", "200") not in read_samples(second)


def test_latencies_fall_into_buckets_by_route():
    counters = RequestCounters()
    for seconds in (0.001, 0.005, 0.3, 99.0):
        counters.add(RequestRecord("127.0.0.1", "GET", "/", 200, 100, seconds))
    counters.add(RequestRecord("127.0.0.1", "GET", "/help", 500, 100, 0.0))
    found = map_samples(counters.registry.collect())
    assert found["dateline_requests_total", "/", "200"] == 4
    assert found["dateline_requests_total", "/help", "500"] == 1
    assert found["dateline_response_bytes_total", "/"] == 400
    ends = [*map(str, BUCKETS_S), "+Inf"]
    within = [found["dateline_request_seconds_bucket", end, "/"] for end in ends]
    assert within == [2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4]
    assert found["dateline_request_seconds_sum", "/"] == pytest.approx(99.306)
    assert found["dateline_request_seconds_count", "/"] == 4


def test_index_that_cannot_be_opened_is_told_not_an_error():
    class MissingIndex:
        def read_stats(self):
            raise NoIndex("No index in data/")

    client = create_app(MissingIndex(), Settings()).test_client()
    assert client.get("/metrics").status_code == 200
    found = read_samples(client)
    assert found["dateline_index_up",] == 0
    assert ("dateline_articles",) not in found


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, TEXT),
        ("*/*", TEXT),
        ("text/plain", TEXT),
        ("text/html,application/xhtml+xml,*/*;q=0.8", TEXT),
        ("text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.5", TEXT),
        ("application/openmetrics-text;q=0, text/plain;q=0.1", TEXT),
        ("application/openmetrics-text", OPENMETRICS),
        ("text/plain;q=0.5, application/openmetrics-text; version=1.0.0", OPENMETRICS),
        ("application/openmetrics-text;version=no-number", OPENMETRICS),
        (PROMETHEUS_ACCEPTS, OPENMETRICS),
    ],
)
def test_format_is_the_one_that_the_request_prefers(client: FlaskClient, accept, content_type):
    client.get("/help").close()
    response = client.get("/metrics", headers={"Accept": accept} if accept else {})
    assert response.headers["Content-Type"] == content_type
    assert response.vary.find("Accept") >= 0
    families = (
        openmetrics.text_string_to_metric_families(response.text)
        if content_type == OPENMETRICS
        else text_string_to_metric_families(response.text)
    )
    assert map_samples(families)["dateline_requests_total", "/help", "200"] == 1
    assert response.text.endswith("# EOF\n") is (content_type == OPENMETRICS)
