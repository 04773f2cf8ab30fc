"""Queries that want all memory, all time, or the stack."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import problems
import wire
from conftest import SLOTS

PAIRS = "lineitem AS a CROSS JOIN lineitem AS b"
BOMBS = {
    "cross_join": f"SELECT a.l_comment, b.l_comment AS c FROM {PAIRS} ORDER BY b.l_comment, a.l_comment",
    "groups": "SELECT l_comment, l_orderkey, r_name, COUNT(*) AS n FROM lineitem CROSS JOIN region "
              "GROUP BY l_comment, l_orderkey, r_name",
    "long_text": "SELECT REPEAT('x', 200000000) AS s",
    "long_texts": "SELECT MAX(REPEAT(l_comment, 1000)) AS s FROM lineitem",
    "one_value": "SELECT STRING_AGG(l_comment || l_comment || l_comment || l_comment, ',') AS s FROM lineitem",
}
ENDLESS = {
    "aggregate": f"SELECT SUM(a.l_quantity * b.l_quantity) AS s FROM {PAIRS}",
    "compare": "SELECT COUNT(*) AS n FROM lineitem AS a, lineitem AS b WHERE a.l_comment < b.l_comment",
    "one_call": "SELECT LEVENSHTEIN(REPEAT('abcd', 1000000), REPEAT('bcda', 1000000)) AS n",
}
DEEP = {
    "parentheses": f"SELECT {'(' * 20_000}1{')' * 20_000} AS x",
    "subqueries": "SELECT * FROM (" * 5_000 + "SELECT 1 AS x" + ")" * 5_000,
    "operators": "SELECT " + " + ".join(["1"] * 20_000) + " AS x",
    "unary": "SELECT " + "NOT " * 50_000 + "TRUE AS x",
    "recursion": "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT MAX(n) AS m FROM t",
}


@pytest.mark.parametrize("query", BOMBS)
def test_memory_bomb(patient, query: str):
    problems.check(patient.sql(BOMBS[query]), "memory_exceeded")


def test_memory_bombs_in_every_slot(patient):
    """Four sandboxes at their limit stay below four times the limit, and what the process needs itself."""
    bombs = list(BOMBS.values())[:4]
    with ThreadPoolExecutor(4) as pool:
        for answer in pool.map(patient.sql, bombs * 2):
            problems.check(answer, "memory_exceeded")
    assert patient.process.held().peak < 4 * (128 << 20) + (512 << 20)


@pytest.mark.parametrize("query", ENDLESS)
def test_endless_query(hurried, query: str):
    """The deadline cuts inside one operator, and the status line has not left."""
    problems.check(hurried.sql(ENDLESS[query]), "deadline_exceeded")


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow"])
def test_endless_query_after_the_first_rows(hurried, format: str):
    """Rows have left when the deadline comes: the answer has no end."""
    sql = f"SELECT l_comment FROM lineitem UNION ALL SELECT CAST(SUM(a.l_quantity * b.l_quantity) AS VARCHAR) FROM {PAIRS}"
    answer = wire.rest(wire.ask(hurried, wire.query(sql, format)))
    assert wire.status(answer) == 200 and len(answer) > 1_000_000 and not wire.is_whole(answer)


def test_memory_bomb_after_the_first_rows(patient):
    """The guest dies of it in mid-stream, and the answer has no end."""
    sql = f"SELECT l_comment FROM lineitem UNION ALL {BOMBS['one_value']}"
    for _ in range(2 * SLOTS):
        answer = wire.rest(wire.ask(patient, wire.query(sql)))
        assert wire.status(answer) == 200 and len(answer) > 1_000_000 and not wire.is_whole(answer)


@pytest.mark.parametrize("path", ["/trap-in-body", "/overflow-in-body", "/drop-body", "/leak-body"])
def test_trap_in_mid_stream(misbehaving, path: str):
    """Also where the component leaves without a trap."""
    for _ in range(2 * SLOTS):
        answer = wire.rest(wire.ask(misbehaving, wire.head("GET", path)))
        assert wire.status(answer) == 200
        assert wire.body(answer) == b"the beginning" and not wire.is_whole(answer), answer


@pytest.mark.parametrize("query", DEEP)
def test_deep_query(patient, query: str):
    answer = patient.sql(DEEP[query])
    problems.check(answer, "recursion_limit" if query == "recursion" else "query_too_deep")
