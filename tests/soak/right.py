"""Queries with known answers, and how each kind of answer is held against them."""

from __future__ import annotations

import http.client
import json
import random
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from client import Client
from second_engine import SecondEngine

QUERIES = {
    "point": "SELECT o_orderkey, o_custkey, o_orderstatus FROM orders WHERE o_orderkey = {key} ORDER BY 1",
    "filter": "SELECT COUNT(*) AS n, SUM(l_orderkey) AS s FROM lineitem WHERE l_linenumber = {line} AND l_orderkey < {key}",
    "group": "SELECT l_returnflag, l_linestatus, COUNT(*) AS n FROM lineitem WHERE l_linenumber <= {line} "
             "GROUP BY l_returnflag, l_linestatus ORDER BY 1, 2",
    "join": "SELECT n_name, COUNT(*) AS n FROM customer JOIN nation ON c_nationkey = n_nationkey "
            "WHERE c_custkey < {key} GROUP BY n_name ORDER BY n_name",
    "sort": "SELECT p_partkey, p_name FROM part WHERE p_size = {line} ORDER BY p_name DESC, p_partkey LIMIT 50",
    "rows": "SELECT o_orderkey, o_comment FROM orders WHERE o_orderkey < {key} ORDER BY o_orderkey",
    "window": "SELECT s_suppkey, RANK() OVER (PARTITION BY s_nationkey ORDER BY s_suppkey) AS r FROM supplier "
              "WHERE s_suppkey < {key} ORDER BY s_suppkey",
    "text": "SELECT UPPER(r_name) || '!' AS s, LENGTH(r_comment) + {line} AS n FROM region ORDER BY 1",
}
VARIANTS = 6
BUSY = (429, 503)
LATE = 504


@dataclass(frozen=True)
class Found:
    outcome: str
    """For the table of outcomes."""
    fault: str | None = None
    right: bool = False
    """A query whose answer is known was answered so."""


@dataclass(frozen=True)
class Known:
    name: str
    sql: str
    rows: list[dict]

    def ask(self, server: Client, chance: random.Random) -> Found:
        """In a format by chance. Being refused or late under load is honest; being wrong is not."""
        format = chance.choice(list(READ))
        try:
            answer = server.sql(self.sql, format)
        except (http.client.IncompleteRead, ConnectionResetError):
            # the deadline came while rows were leaving
            return Found("right query: cut")
        if answer.status in BUSY or answer.status == LATE:
            return Found(f"right query: {answer.status}")
        if answer.status != 200:
            return Found("right query: refused", f"{answer.status} {answer.body[:300]!r}")
        rows = READ[format](answer.body)
        if rows != self.rows:
            return Found("right query: WRONG", f"{self.sql} as {format}: {rows[:3]} …, expected {self.rows[:3]} …")
        return Found("right query: right", right=True)


READ = {
    "json": lambda body: json.loads(body)["data"],
    "ndjson": lambda body: [json.loads(line) for line in body.splitlines()],
    "arrow": lambda body: pa.ipc.open_stream(body).read_all().to_pylist(),
}


def answers(root: Path) -> list[Known]:
    """By DuckDB, before the run."""
    second, chance = SecondEngine(root), random.Random(7)
    known = []
    for name, template in QUERIES.items():
        for _ in range(VARIANTS):
            sql = template.format(key=chance.randrange(1, 5_000), line=chance.randrange(1, 8))
            known.append(Known(name, sql, second.answer(sql).to_pylist()))
    return known
