"""All 22 TPC-H queries at scale 0.1, equal to DuckDB's answers to the last digit."""

from __future__ import annotations

import pytest

import known
from client import Client
from compare import difference
from second_engine import SecondEngine


@pytest.mark.parametrize("number", range(1, 23))
def test_query(server: Client, second: SecondEngine, number: int):
    sql = second.tpch_queries()[number]
    want = second.answer(sql)

    def run() -> str | None:
        # Decimals are compared exactly all the same. `approx` is for Q1's averages, which are doubles in both
        # engines; DuckDB calls sum(x) "sum(x)", and its quotient of two decimals is a double.
        return difference(server.table(sql), want, ordered=True, approx=True, names=False, types=False)

    known.check(f"tpch/q{number:02d}", "parquet", run)
