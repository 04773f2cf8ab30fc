"""`/metrics` as a Prometheus client library reads it: what was asked is what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse

import servers
import wire
from client import Answer, Client
from process import within

ENDLESS = "SELECT SUM(a.l_quantity * b.l_quantity) AS s FROM lineitem AS a CROSS JOIN lineitem AS b"
BOMB = "SELECT REPEAT('x', 200000000) AS s"


@dataclass
class Served:
    queries: Client
    admin: Client

    def counts(self) -> "Counts":
        return Counts(self.admin.get("/metrics"))

    def until(self, name: str, value: float, **labels: str) -> "Counts":
        """A request is counted when all of it is over, which is a little after its last byte."""
        assert within(30, lambda: self.counts().of(name, **labels) == value), (
            f"{name}{labels} is {self.counts().of(name, **labels)}, expected {value}"
        )
        return self.counts()


class Counts:
    """One scrape."""

    def __init__(self, answer: Answer):
        assert answer.status == 200 and answer.type == "application/openmetrics-text"
        self.text = answer.body.decode()
        self.samples = [sample for family in parse(self.text) for sample in family.samples]

    def of(self, name: str, **labels: str) -> float:
        """The sum over the series that have these labels; 0 without any."""
        return sum(
            sample.value for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def of_query(self, status: int) -> float:
        return self.of(
            "http_server_request_duration_seconds_count", http_route="/query", http_response_status_code=str(status)
        )


@pytest.fixture
def served(root: Path) -> Iterator[Served]:
    options = ["--admin-addr=127.0.0.1:0", "--memory=128MiB", "--timeout=2s", "--max-concurrency=1", "--queue=1"]
    with servers.serve("polaroid", {"tpch": root / "tpch"}, options=options) as client:
        yield Served(client, servers.admin(client))


def test_everything_begins_at_zero(served: Served):
    counts = served.counts()
    for name in ("polaroid_traps_total", "polaroid_cut_answers_total", "polaroid_refused_requests_total"):
        series = [sample for sample in counts.samples if sample.name == name]
        assert series and all(sample.value == 0 and sample.labels["cause"] for sample in series), name
    assert counts.of("polaroid_build_info") == 1
    assert counts.of("process_resident_memory_bytes") > 1 << 20 and counts.of("process_open_fds") > 3


def test_a_query(served: Served):
    answer = served.queries.sql("SELECT l_orderkey FROM lineitem LIMIT 7", "csv")
    assert answer.status == 200
    counts = served.until("http_server_request_duration_seconds_count", 1, http_route="/query")
    assert counts.of_query(200) == 1
    assert counts.of("polaroid_returned_rows_total") == 7
    assert counts.of("polaroid_sent_bytes_total") == len(answer.body)
    assert counts.of("polaroid_read_bytes_total") > 0 and counts.of("polaroid_read_ranges_total") > 0
    assert counts.of("polaroid_instance_starts_total", kind="fresh") == 1
    assert counts.of("polaroid_cold_starts_total") == 1
    for histogram in ("polaroid_first_byte_seconds", "polaroid_queue_wait_seconds", "polaroid_instantiate_seconds",
                      "polaroid_guest_memory_peak_bytes"):
        assert counts.of(f"{histogram}_count") == 1, histogram
    assert 1 << 20 < counts.of("polaroid_guest_memory_peak_bytes_sum") <= 128 << 20
    assert counts.of("http_server_active_requests") == counts.of("polaroid_queue_length") == 0


def test_queries_that_fail(served: Served):
    assert served.queries.sql("SELECT nope FROM lineitem").status == 400
    assert served.queries.sql(BOMB).status == 507
    assert served.queries.sql(ENDLESS).status == 504
    counts = served.until("http_server_request_duration_seconds_count", 3, http_route="/query")
    assert [counts.of_query(status) for status in (200, 400, 504, 507)] == [0, 1, 1, 1]
    assert counts.of("polaroid_traps_total", cause="deadline") == 1
    assert counts.of("polaroid_guest_cpu_seconds_total") > 0


def test_an_answer_that_is_cut(served: Served):
    sql = f"SELECT l_comment FROM lineitem UNION ALL SELECT CAST(s AS VARCHAR) FROM ({ENDLESS}) AS t"
    with wire.asked(served.queries, wire.query(sql)) as (connection,):
        assert not wire.is_whole(wire.rest(connection))
    served.until("polaroid_cut_answers_total", 1, cause="deadline")


def test_a_client_that_leaves(served: Served):
    with wire.asked(served.queries, wire.query("SELECT * FROM lineitem"), receive_buffer=1 << 14) as (connection,):
        assert connection.recv(1 << 10).startswith(b"HTTP/1.1 200")
    served.until("polaroid_clients_gone_total", 1)


def test_a_query_that_is_refused(served: Served):
    """One runs and one waits: the third finds no place."""
    with wire.asked(served.queries, wire.query(ENDLESS)):
        served.until("http_server_active_requests", 1)
        waiting = wire.ask(served.queries, wire.query("SELECT 1 AS x"))
        served.until("polaroid_queue_length", 1)
        assert served.queries.sql("SELECT 1 AS x").status == 503
        waiting.close()
    assert served.until("polaroid_refused_requests_total", 1, cause="queue_full").of_query(503) == 1


def test_labels_are_few(served: Served):
    """Whatever clients send, the number of series does not grow."""
    for n in range(3):
        served.queries.get(f"/tables/t{n}")
        served.queries.get(f"/{n}")
        served.queries.request(f"VERB{n}", "/query")
    served.until("http_server_request_duration_seconds_count", 9)
    size = len(served.counts().samples)
    for n in range(3, 20):
        served.queries.get(f"/tables/t{n}")
        served.queries.get(f"/{n}")
        served.queries.request(f"VERB{n}", "/query")
    assert len(served.until("http_server_request_duration_seconds_count", 60).samples) == size
    assert "t3" not in served.counts().text and "VERB3" not in served.counts().text
