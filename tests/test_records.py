"""The records on standard output (docs/http.md), on the host that shows what a component prints there.

Our own host reads them itself: what it makes of them is tested beside its code.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from pathlib import Path

import pytest

import problems
import servers
from client import Client
from test_http import quote, receive

pytestmark = pytest.mark.skipif("wasmtime" not in servers.HOSTS, reason="wasmtime serve is left out")

PATIENCE = 20.0
"""Seconds to wait for a record: it comes after the answer."""


def serve(root: Path, *variables: str, options=()):
    dirs = {"data": root / "data", "tpch": root / "tpch", "odd": root / "odd"}
    return servers.serve("wasmtime", dirs, dict(variable.split("=") for variable in variables), options)


@pytest.fixture(scope="module")
def told(root: Path):
    with serve(root, "POLAROID_RECORDS=stdout") as client:
        yield client


def records(client: Client) -> list[dict]:
    """All that was printed on standard output. `wasmtime serve` puts a name before each line."""
    return [json.loads(line) for line in re.findall(r"^stdout \[\d+\] :: (.*)$", client.process.log(), re.MULTILINE)]


def ended(client: Client, before: int) -> list[dict]:
    """What was told since there were `before` records, once it says that the answer is over."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        new = records(client)[before:]
        if new and new[-1]["event"] == "answered":
            return new
        time.sleep(0.02)
    raise TimeoutError(f"no record of the end; there are {new}")


def told_of(client: Client, ask) -> list[dict]:
    before = len(records(client))
    ask()
    return ended(client, before)


def test_an_answer(told: Client):
    sql = "SELECT name FROM people LIMIT 5"
    accepted, answered = told_of(told, lambda: told.post({"sql": sql, "timeout_ms": 60_000}))
    assert accepted == {
        "event": "accepted", "timeout_ms": 60_000, "sql_hash": hashlib.sha256(sql.encode()).hexdigest()[:16],
    }
    stages = answered.pop("stages")
    assert answered.pop("bytes_read") > 0 and answered.pop("ranges_read") > 0
    assert answered == {"event": "answered", "status": 200, "rows": 5}
    assert set(stages) == {"receive_ms", "parse_ms", "plan_ms", "first_batch_ms", "send_ms", "total_ms"}
    assert sum(took for name, took in stages.items() if name != "send_ms" and name != "total_ms") <= stages["total_ms"]


def test_rows_are_those_that_were_sent(told: Client):
    _, answered = told_of(told, lambda: told.post({"sql": "SELECT * FROM people", "max_rows": 3}))
    assert answered["rows"] == 3


def test_a_query_that_cannot_be_planned(told: Client):
    accepted, answered = told_of(told, lambda: told.sql("SELECT * FROM nowhere"))
    assert accepted["event"] == "accepted" and "timeout_ms" not in accepted
    assert (answered["status"], answered["code"], answered["rows"]) == (404, "unknown_table", 0)
    assert "plan_ms" not in answered["stages"]


@pytest.mark.parametrize("path, status, code", [
    ("/tables", 200, None), ("/healthz", 200, None), ("/nope", 404, "not_found"), ("/query?x=1", 400, "invalid_option"),
])
def test_what_is_no_query(told: Client, path: str, status: int, code: str | None):
    """There is the record of the end alone, and no rows are spoken of."""
    (answered,) = told_of(told, lambda: told.get(path))
    assert (answered["status"], answered.get("code")) == (status, code)
    assert "rows" not in answered


def test_an_answer_that_is_cut(told: Client):
    sql = quote("SELECT * FROM 'bad/breaks_late.parquet'")
    _, answered = told_of(told, lambda: list(receive(told, f"/query?sql={sql}&format=csv")))
    assert (answered["status"], answered["code"]) == (200, "invalid_file")
    assert answered["rows"] > 0


def test_a_client_that_leaves(told: Client):
    def leave():
        answer = receive(told, f"/query?sql={quote('SELECT * FROM lineitem')}&format=csv")
        next(answer)
        answer.close()

    _, answered = told_of(told, leave)
    assert (answered["status"], answered["code"]) == (200, "client_gone")


def test_a_query_that_is_too_late(told: Client):
    sql = "SELECT SUM(a.l_orderkey * b.l_partkey) AS s FROM lineitem AS a CROSS JOIN lineitem AS b"
    _, answered = told_of(told, lambda: told.post({"sql": sql, "timeout_ms": 300}))
    assert (answered["status"], answered["code"]) == (504, "deadline_exceeded")


@pytest.mark.parametrize("sql, status", [
    ("SELECT STRING_AGG(l_comment || l_comment || l_comment || l_comment, ',') AS s FROM lineitem", 507),
    ("SELECT l_comment FROM lineitem UNION ALL "
     "SELECT STRING_AGG(l_comment || l_comment || l_comment || l_comment, ',') AS s FROM lineitem", 200),
])
def test_memory_that_is_refused(root: Path, sql: str, status: int):
    """The last word: nothing can be allocated, and the record still comes."""
    with serve(root, "POLAROID_RECORDS=stdout", options=["-W", f"max-memory-size={256 << 20}"]) as client:
        path = f"/query?sql={quote(sql)}&format=csv"
        _, answered = told_of(client, lambda: list(receive(client, path)))
        assert (answered["status"], answered["code"]) == (status, "memory_exceeded")


def test_the_text_of_the_query_only_if_asked(root: Path):
    sql = "SELECT '\"\n\\ä' AS x -- \t"
    with serve(root, "POLAROID_RECORDS=stdout", "POLAROID_RECORD_SQL=1") as client:
        accepted, _ = told_of(client, lambda: client.sql(sql))
        assert accepted["sql"] == sql
        long = "SELECT 1 AS x -- " + "long " * 2000
        # more than one write, of which the host may make lines of its own: the answer is what counts
        assert client.sql(long).status == 200


def test_silent_unless_asked(root: Path):
    with serve(root) as client:
        assert client.sql("SELECT 1 AS x").status == 200
        assert client.get("/healthz").status == 200
        assert records(client) == []


@pytest.mark.parametrize("variable", ["POLAROID_RECORDS=stderr", "POLAROID_RECORDS=1", "POLAROID_RECORD_SQL=yes"])
def test_a_value_that_is_not_valid(root: Path, variable: str):
    with serve(root, variable) as client:
        detail = problems.check(client.sql("SELECT 1 AS x"), "invalid_configuration")["detail"]
        assert variable.split("=")[0] in detail
        assert records(client) == []
