"""Statements that plan or read before they run: limits of recursions, PIVOT's values, EXPLAIN ANALYZE."""

from __future__ import annotations

import re
import time

import pytest

import problems
from client import Client

pytestmark = pytest.mark.usefixtures("alive")

ENDLESS = {
    "numbers": "WITH RECURSIVE r AS (SELECT 1::BIGINT AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "the same rows": "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n FROM r) SELECT count(*) FROM r",
    "new rows": "WITH RECURSIVE r AS (SELECT 1::BIGINT AS n UNION SELECT n + 1 FROM r) SELECT n FROM r",
    "twice as many": "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL (SELECT n FROM r UNION ALL SELECT n FROM r)) SELECT n FROM r",
    "long texts": "WITH RECURSIVE r AS (SELECT 'x' AS s UNION ALL SELECT s || s FROM r) SELECT length(s) FROM r",
    "an aggregate": "WITH RECURSIVE r AS (SELECT 1::BIGINT AS n UNION ALL SELECT count(*) FROM r) SELECT n FROM r",
    "a cycle": "WITH RECURSIVE r AS (SELECT 1 AS id UNION ALL SELECT 3 - id FROM r) SELECT id FROM r ORDER BY id",
    "a file": "WITH RECURSIVE r AS (SELECT 1::BIGINT AS id UNION ALL SELECT p.id FROM people AS p JOIN r ON p.id = r.id) SELECT * FROM r",
    "in a subquery": "SELECT id FROM people WHERE id IN (WITH RECURSIVE r AS (SELECT 1::BIGINT AS n UNION ALL SELECT n + 1 "
                     "FROM r) SELECT n FROM r)",
    "two": "WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a WHERE n < 9), "
           "b AS (SELECT 1 AS n UNION ALL SELECT b.n FROM a JOIN b ON a.n = b.n) SELECT * FROM b",
}


@pytest.mark.parametrize("sql", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_recursion_without_an_end_is_refused(server: Client, sql: str):
    started = time.monotonic()
    problem = problems.check(server.post({"sql": sql}), "recursion_limit")
    assert time.monotonic() - started < 60
    assert re.search(r'the recursive query "[abr]" has no end after (50000 rounds|10000000 rows|256 MiB)', problem["detail"])
    assert "WHERE" in problem["detail"]


@pytest.mark.parametrize("before", ["EXPLAIN", "DESCRIBE"])
def test_a_recursion_without_an_end_can_be_explained(server: Client, before: str):
    assert server.rows(f"{before} {ENDLESS['numbers']}")


def test_an_overflow_ends_a_recursion(server: Client):
    sql = "WITH RECURSIVE r AS (SELECT 1::TINYINT AS n UNION ALL SELECT n * 2 FROM r) SELECT n FROM r"
    problems.check(server.post({"sql": sql}), "execution_error")


@pytest.mark.parametrize("sql, text", [
    ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n, n FROM r) SELECT * FROM r", "as many"),
    ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r LIMIT 3) SELECT * FROM r", "LIMIT"),
    ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT m FROM r) SELECT * FROM r", "\"m\""),
    ("WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n FROM b), b AS (SELECT 1 AS n UNION ALL SELECT n FROM a) "
     "SELECT * FROM a", "'b'"),
])
def test_recursions_that_cannot_be_planned(server: Client, sql: str, text: str):
    answer = server.post({"sql": sql})
    problem = problems.check(answer, answer.json()["code"])
    assert answer.status in (400, 404) and text in problem["detail"]


def test_parameters_reach_every_part(server: Client):
    sql = "WITH RECURSIVE r(n) AS (SELECT $1 UNION ALL SELECT n + $2 FROM r WHERE n < $3) SELECT n FROM r"
    answer = server.post({"sql": sql, "params": [1, 2, 6]})
    assert [row["n"] for row in answer.json()["data"]] == [1, 3, 5, 7]
    sql = "PIVOT (SELECT * FROM purchases WHERE qty > $least) ON item IN ($item) USING count(*) GROUP BY paid"
    answer = server.post({"sql": sql, "params": {"least": 5, "item": "eggs"}})
    assert answer.json()["columns"] == ["paid", "eggs"]


def test_pivot_of_too_many_values(server: Client):
    problem = problems.check(server.post({"sql": "PIVOT events ON id USING count(*) GROUP BY kind"}), "unsupported_sql")
    assert "1000 values" in problem["detail"] and "IN (" in problem["detail"]


@pytest.mark.parametrize("sql", [
    "PIVOT '../outside/x.parquet' ON a", "UNPIVOT '/etc/passwd' ON a", "SUMMARIZE '../outside/x.parquet'",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n FROM r, '../outside/x.parquet') SELECT * FROM r",
    "EXPLAIN ANALYZE SELECT * FROM '../outside/x.parquet'",
])
def test_what_is_read_while_planning_stays_in_the_roots(server: Client, sql: str):
    problems.check(server.post({"sql": sql}), "path_not_allowed")


def test_unpivot_of_types_that_do_not_fit(server: Client):
    problem = problems.check(server.post({"sql": "UNPIVOT people ON age, city INTO NAME n VALUE v"}), "type_error")
    assert "BIGINT" in problem["detail"] and "VARCHAR" in problem["detail"]


def lines(server: Client, sql: str) -> list[str]:
    return [line for row in server.rows(sql) for line in row.values()]


def test_explain_analyze_says_what_was_measured(server: Client):
    sql = "SELECT kind, count(*) AS n FROM events WHERE value > 100 GROUP BY kind"
    text = "\n".join(lines(server, f"EXPLAIN ANALYZE {sql}"))
    assert re.search(r"^rows: 4$", text, re.M), text
    assert re.search(r"^time: \d+\.\d+ ms, and \d+\.\d+ ms of planning$", text, re.M), text
    read = re.search(r"^read: (\d+) bytes in (\d+) ranges", text, re.M)
    assert int(read[1]) > 10_000 and int(read[2]) >= 2, text
    assert float(re.search(r"^memory: ([\d.]+) MiB", text, re.M)[1]) > 1, text
    plan = text.split("plan:\n")[1]
    assert "value" in plan and "events.parquet" in plan


@pytest.mark.parametrize("sql", [
    "SELECT id, upper(city) AS c FROM people WHERE age > 30 ORDER BY c LIMIT 5",
    "SELECT city, count(*) AS n FROM people JOIN cities USING (city) GROUP BY city",
    "SELECT id, md5(name) AS m, strftime(DATE '2024-01-02', '%Y') AS y FROM people",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r",
    "SUMMARIZE people",
    "PIVOT purchases ON item USING sum(qty) GROUP BY paid",
])
def test_explain_is_for_people(server: Client, sql: str):
    text = "\n".join(lines(server, f"EXPLAIN {sql}"))
    for internal in ("Some(", "Arc", "0x", "PlSmallStr", "ANONYMOUS", "/root", "/home", "/tmp", "{ ", "__"):
        assert internal not in text, text


def test_show_a_table(server: Client):
    assert server.rows("SHOW people") == server.rows("DESCRIBE people")
    problems.check(server.post({"sql": "SHOW nothing_there"}), "unknown_table")
