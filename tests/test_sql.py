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
    host = servers.HOSTS[0]
    options = ["--timeout=0s"] if host == "polaroid" else []
    with servers.serve_datasets(host, root, {"POLARS_IDEAL_MORSEL_SIZE": str(request.param)}, options) as client:
        yield client, request.param


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_same_answer_by_morsels(morsels: tuple[Client, int], second: SecondEngine, case: cases.Case):
    server, rows = morsels
    if rows == 1 and "large" in case.flags:
        pytest.skip("so many rows, one at a time")
    check(server, second, case, case.formats[0])


@pytest.fixture(scope="module")
def spilling(root: Path, tmp_path_factory: pytest.TempPathFactory):
    """A server whose queries may hold nothing in memory: all goes to disk, and joins are merged where they can be."""
    if "polaroid" not in servers.HOSTS:
        pytest.skip("only its --scratch")
    scratch = tmp_path_factory.mktemp("scratch")
    options = ["--timeout=0s", f"--scratch={scratch}"]
    with servers.serve_datasets("polaroid", root, {"POLARS_OOC_MEMORY_BUDGET_MB": "0"}, options) as client:
        yield client


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_same_answer_from_disk(spilling: Client, second: SecondEngine, case: cases.Case):
    check(spilling, second, case, case.formats[0])


@pytest.mark.parametrize("sql", [
    "SELECT COUNT(*) AS n FROM {people} AS p JOIN {purchases} AS u ON p.id = u.person_id",
    "SELECT COUNT(*) AS n FROM {people} AS p RIGHT JOIN {cities} AS c ON p.city = c.city",
])  # fmt: skip
def test_joins_are_merged_from_disk(spilling: Client, sql: str):
    """So that the test before this one is about them."""
    tables = {name: f"'parquet/{name}.parquet'" for name in ("people", "purchases", "cities")}
    assert "SORT BY" in str(spilling.rows(f"EXPLAIN {sql.format(**tables)}"))


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
