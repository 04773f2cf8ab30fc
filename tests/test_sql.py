"""Every file under sql/, over every format, on both hosts, against DuckDB."""

from __future__ import annotations

import functools
from pathlib import Path

import pyarrow as pa
import pytest

import cases
import known
import servers
from client import Client
from compare import difference
from second_engine import SecondEngine

CASES = cases.all_cases()
RUNS = [pytest.param(case, format, id=f"{case.name}[{format}]") for case in CASES for format in case.formats]


@functools.cache
def expected(second: SecondEngine, sql: str) -> pa.Table:
    return second.answer(sql)


@pytest.mark.parametrize("case, format", RUNS)
def test_same_answer(server: Client, second: SecondEngine, case: cases.Case, format: str):
    check(server, second, case, format)


@pytest.fixture(scope="module", params=[1, 7, 1000])
def morsels(request: pytest.FixtureRequest, root: Path):
    """A server whose operators hand on so many rows at a time, and that number."""
    dirs = {"data": root / "data", "tpch": root / "tpch", "odd": root / "odd"}
    with servers.serve(servers.HOSTS[0], dirs, {"POLARS_IDEAL_MORSEL_SIZE": str(request.param)}) as client:
        yield client, request.param


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_same_answer_by_morsels(morsels: tuple[Client, int], second: SecondEngine, case: cases.Case):
    server, rows = morsels
    if rows == 1 and "large" in case.flags:
        pytest.skip("so many rows, one at a time")
    check(server, second, case, case.formats[0])


def check(server: Client, second: SecondEngine, case: cases.Case, format: str):
    want = expected(second, case.duckdb_text())

    def run() -> str | None:
        return difference(server.table(case.text(format)), want, ordered="ordered" in case.flags,
                          approx="approx" in case.flags, types=case.types)

    known.check(case.name, format, run)


def test_there_are_enough_cases():
    assert len(CASES) >= 500


def test_known_failures_name_cases():
    names = {(case.name, format) for case in CASES for format in case.formats}
    names |= {(f"tpch/q{n:02d}", "parquet") for n in range(1, 23)}
    for entry in known.ENTRIES:
        formats = entry.get("formats") or [f for name, f in names if name == entry["name"]]
        assert formats, f"{entry['name']} is no case"
        assert all((entry["name"], f) in names for f in formats), f"{entry['name']} does not run over {formats}"
