"""Runs cases on the native build of the engine and on DuckDB: `python tests/native.py [PART_OF_A_NAME]…`.

For writing a case in a second, without a server, and for telling a failure of ours from one of Polars.
File names after FROM and JOIN become `read_…('…')` calls, as the component does it.
"""

from __future__ import annotations

import os
import re
import sys

import polars as pl

import cases
import datasets
from compare import difference
from second_engine import SecondEngine

READERS = {"parquet": "read_parquet", "csv": "read_csv", "ndjson": "read_ndjson", "arrow": "read_ipc"}
FILE = re.compile(r"(\bFROM|\bJOIN|,)\s+'([^']+\.(\w+))'", re.IGNORECASE)


def main(parts: list[str]) -> int:
    root = datasets.ensure()
    second = SecondEngine(root)
    os.chdir(root / "data")
    context = pl.SQLContext({name: pl.scan_parquet(f"{name}.parquet") for name in datasets.small.TABLES})
    failed = 0
    for case in cases.all_cases():
        if parts and not any(part in case.name for part in parts):
            continue
        for format in [f for f in case.formats if f != "ipc"]:  # natively, IPC streams cannot be scanned
            problem = run(context, second, case, format)
            failed += problem is not None
            print(f"{case.name} [{format}]: {problem or 'ok'}")
    return failed


def run(context: pl.SQLContext, second: SecondEngine, case: cases.Case, format: str) -> str | None:
    sql = FILE.sub(lambda m: f"{m[1]} {READERS.get(m[3], 'read_unknown')}('{m[2]}')", case.text(format))
    try:
        want = second.answer(case.duckdb_text())
        got = context.execute(sql).collect(engine="streaming").to_arrow()
    except Exception as error:  # any error of the engine is the case's result
        return f"{type(error).__module__} {type(error).__name__}: {error}"
    return difference(got, want, ordered="ordered" in case.flags, approx="approx" in case.flags, types=case.types)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
