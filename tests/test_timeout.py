"""`timeout_ms`: the end that a request sets for its own query, on both hosts."""

from __future__ import annotations

import http.client
import json

import pytest

import problems
from client import Client
from test_http import quote

SHORT = 300
"""Milliseconds. The queries below need minutes."""

ENDLESS = {
    "aggregate": "SELECT SUM(a.l_orderkey * b.l_partkey) AS s FROM lineitem AS a CROSS JOIN lineitem AS b",
    "group": "SELECT a.l_suppkey, COUNT(*) AS n FROM lineitem AS a CROSS JOIN lineitem AS b GROUP BY a.l_suppkey",
    "filter": "SELECT a.l_orderkey FROM lineitem AS a CROSS JOIN lineitem AS b WHERE a.l_orderkey + b.l_partkey < 0",
    "recursive": "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 40000) SELECT MAX(n) FROM t",
}


@pytest.mark.parametrize("query", ENDLESS)
def test_no_batch_in_time(server: Client, alive, query: str):
    answer = server.post({"sql": ENDLESS[query], "timeout_ms": SHORT})
    detail = problems.check(answer, "deadline_exceeded")["detail"]
    assert str(SHORT) in detail


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow"])
def test_late_after_the_first_rows(server: Client, alive, format: str):
    """The answer has no end. Whether NDJSON still says why depends on who was first: a batch, or the host."""
    rows = "SELECT a.l_comment, b.l_comment AS other FROM lineitem AS a CROSS JOIN lineitem AS b"
    with pytest.raises(http.client.IncompleteRead) as cut:
        server.post({"sql": rows, "format": format, "timeout_ms": 1500})
    assert len(cut.value.partial) > 10_000


@pytest.mark.parametrize("sql", [
    "SELECT COUNT(*) AS n FROM lineitem",
    "SELECT COUNT(*) AS n FROM 'bad/plain_named.csv.gz'",
    "SELECT COUNT(DISTINCT l_comment) AS n FROM lineitem",
    "PIVOT people ON city USING COUNT(*) ORDER BY id",
])
def test_time_enough(server: Client, sql: str):
    """A timer beside the query changes nothing about its rows."""
    with_time = server.post({"sql": sql, "timeout_ms": 600_000})
    without = server.sql(sql)
    assert (with_time.status, with_time.json()["data"]) == (without.status, without.json()["data"])


@pytest.mark.parametrize("value", [0, -1, 1.5, "100", True, [], 1 << 64])
def test_a_value_that_is_no_time(server: Client, value: object):
    detail = problems.check(server.post({"sql": "SELECT 1 AS x", "timeout_ms": value}), "invalid_option")["detail"]
    assert "timeout_ms" in detail


@pytest.mark.parametrize("value", ["0", "-1", "1s", "", "1.5", "%31e3"])
def test_a_value_in_the_url_that_is_no_time(server: Client, value: str):
    detail = problems.check(server.get(f"/query?sql=SELECT+1+AS+x&timeout_ms={value}"), "invalid_option")["detail"]
    assert "timeout_ms" in detail


def test_the_body_wins_over_the_url(server: Client):
    answer = server.request(
        "POST", "/query?timeout_ms=1", json.dumps({"sql": "SELECT 1 AS x", "timeout_ms": 600_000}),
        {"Content-Type": "application/json"},
    )
    assert answer.status == 200


def test_in_the_url(server: Client, alive):
    answer = server.get(f"/query?sql={quote(ENDLESS['aggregate'])}&timeout_ms={SHORT}")
    problems.check(answer, "deadline_exceeded")
