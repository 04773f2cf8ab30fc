"""The 22 queries of TPC-H over HTTP, in turn with DuckDB on one thread over the same files."""

import importlib.metadata
import statistics
import time

import duckdb

from running import ours

RUNS = 3


def tpch(args):
    connection = duckdb.connect(config={"threads": 1, "allow_unsigned_extensions": "true"})
    load_tpch(connection)
    queries = [row[1] for row in connection.execute("FROM tpch_queries()").fetchall()]
    for file in args.tpch.glob("*.parquet"):
        connection.execute(f"CREATE VIEW {file.stem} AS FROM read_parquet('{file}')")
    total = {"polaroid": 0.0, "duckdb": 0.0}
    with ours(args) as server:
        client = server.ready()
        for number, sql in enumerate(queries, 1):
            times = {"polaroid": [], "duckdb": []}
            for _ in range(RUNS):
                begin = time.perf_counter()
                client.size(sql.rstrip().rstrip(";"), "arrow")
                times["polaroid"].append(time.perf_counter() - begin)
                begin = time.perf_counter()
                connection.execute(sql).fetch_arrow_table()
                times["duckdb"].append(time.perf_counter() - begin)
            medians = {name: statistics.median(seconds) for name, seconds in times.items()}
            for name, seconds in medians.items():
                total[name] += seconds
            ratio = medians["polaroid"] / medians["duckdb"]
            print(
                f"TPC-H Q{number:02}: polaroid {medians['polaroid']:.3f} s, "
                f"duckdb (1 thread) {medians['duckdb']:.3f} s, ratio {ratio:.2f}"
            )
    ratio = total["polaroid"] / total["duckdb"]
    print(
        f"TPC-H, sum of medians of {RUNS}: polaroid {total['polaroid']:.2f} s, "
        f"duckdb (1 thread) {total['duckdb']:.2f} s, ratio {ratio:.2f}"
    )


def load_tpch(connection):
    """The extension from PyPI, which lies beside no other installed one."""
    files = importlib.metadata.files("duckdb-ext-tpch")
    extension = next(file for file in files if file.name == "tpch.duckdb_extension").locate()
    connection.execute(f"LOAD '{extension}'")
