"""Bind parameters: values beside the statement, which nothing in them can change."""

from __future__ import annotations

import urllib.parse

import pytest

import problems
from client import Client


@pytest.mark.parametrize("sql, params, row", [
    ("SELECT $1 AS a, $2 AS b", [1, "x"], {"a": 1, "b": "x"}),
    ("SELECT ? AS a, ? AS b", [None, True], {"a": None, "b": True}),
    ("SELECT $a AS a, $b AS b", {"a": 9223372036854775807, "b": "y"}, {"a": 9223372036854775807, "b": "y"}),
    ("SELECT :a AS a", {"a": "z"}, {"a": "z"}),
    ("SELECT $1 + 1 AS a", [{"type": "date", "value": "2024-02-29"}], None),
    ("SELECT CAST($1 AS VARCHAR) AS a", [{"type": "date", "value": "2024-02-29"}], {"a": "2024-02-29"}),
    ("SELECT $1 AS a", [{"type": "decimal", "value": "1.50"}], {"a": 1.5}),
    ("SELECT COUNT(*) AS n FROM people WHERE id < $1 AND name LIKE $2", [10, "Person%"], {"n": 9}),
])
def test_values_take_their_places(server: Client, sql: str, params, row: dict | None):
    answer = server.post({"sql": sql, "params": params})
    if row is not None:
        assert answer.status == 200, answer.body
        assert answer.json()["data"] == [row]
    else:
        assert answer.status in (200, 400), answer.body


@pytest.mark.parametrize("value", ["'", "''", "\\", "\\'", "'; DROP TABLE people; --", "/*", "$1", "\x00x", "\u2028", "日本"])
def test_a_value_stays_a_value(server: Client, value: str):
    answer = server.post({"sql": "SELECT $1 AS a, $1 = $1 AS same", "params": [value]})
    assert answer.json()["data"] == [{"a": value, "same": True}]


def test_the_url_takes_json(server: Client):
    query = urllib.parse.urlencode({"sql": "SELECT $1 AS a", "params": '["x"]'})
    assert server.get(f"/query?{query}").json()["data"] == [{"a": "x"}]


@pytest.mark.parametrize("sql, params", [
    ("SELECT $1", []), ("SELECT $2", [1]), ("SELECT $1", [1, 2]), ("SELECT 1", [1]), ("SELECT $a", {"b": 1}),
    ("SELECT $1 AS a, ? AS b", [1, 2]), ("SELECT $1", {"a": 1}), ("SELECT ?", None),
])
def test_values_that_do_not_fit(server: Client, sql: str, params):
    problems.check(server.post({"sql": sql, "params": params}), "invalid_parameter")


@pytest.mark.parametrize("params", [1, "x", [[1]], [{"type": "nope", "value": "1"}], [{"type": "date", "value": "x"}],
                                    [{"type": "date"}]])
def test_values_that_are_none(server: Client, params):
    answer = server.post({"sql": "SELECT $1", "params": params})
    assert (answer.status, answer.json()["code"]) in ((400, "invalid_json"), (400, "invalid_parameter")), answer.body


def test_describe(server: Client):
    rows = server.rows("DESCRIBE SELECT 1 AS a, 'x' AS b")
    assert [(row["column_name"], row["column_type"]) for row in rows] == [("a", "INTEGER"), ("b", "VARCHAR")]
    assert [row["column_name"] for row in server.rows("DESCRIBE people")][:2] == ["id", "name"]


@pytest.mark.parametrize("name, near", [("sumn", "sum"), ("lenght", "length"), ("nothing_like_it_at_all", None)])
def test_unknown_functions_are_named(server: Client, name: str, near: str | None):
    answer = server.post({"sql": f"SELECT\n {name}(id) FROM people"})
    problem = answer.json()
    assert (answer.status, problem["code"], problem["line"], problem["column"]) == (400, "unsupported_sql", 2, 2)
    assert name in problem["detail"] and (near is None or near in problem["detail"])
