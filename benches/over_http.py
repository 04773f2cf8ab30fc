"""One query over HTTP: a fresh instance a request beside a reused one, and ten users at once."""

import contextlib
import pathlib
import statistics
import sys
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq

from running import has_option, ours, percentiles

GROUPED = 10_000
BLOCK = 50
"""Requests to one server before it is the other's turn."""


def over_http(args):
    """`SELECT 1` and a group-by, in turn on a server of each kind; one connection each."""
    isolations = ["request", "reuse"] if has_option(args, "--isolation") else [None]
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pq.write_table(
            pa.table({"k": [n % 100 for n in range(GROUPED)], "v": [n * 0.5 for n in range(GROUPED)]}),
            folder / "grouped.parquet",
        )
        connections = {}
        for isolation in isolations:
            options = ["--isolation", isolation] if isolation else []
            connections[isolation] = stack.enter_context(ours(args, *options, dir=folder)).ready()
        for name, sql in {
            "SELECT 1": "SELECT 1",
            f"group-by of {GROUPED:,} rows": "SELECT k, SUM(v) AS s, COUNT(*) AS n FROM grouped GROUP BY k ORDER BY k",
        }.items():
            times = {isolation: [] for isolation in isolations}
            for isolation in isolations:
                for _ in range(BLOCK):
                    connections[isolation].seconds({"sql": sql})
            while min(map(len, times.values())) < args.requests:
                for isolation in isolations:
                    times[isolation] += [connections[isolation].seconds({"sql": sql}) for _ in range(BLOCK)]
            for isolation, seconds in times.items():
                kind = "a reused instance" if isolation == "reuse" else "a fresh instance"
                rate = len(seconds) / sum(seconds)
                print(f"{name} over HTTP, {kind}: {percentiles(seconds)}, {rate:,.0f} requests/s")
            if "reuse" in times:
                ratio = statistics.fmean(times["reuse"]) / statistics.fmean(times["request"])
                print(f"  requests/s, fresh beside reused: ratio {ratio:.2f}")
            else:
                print("  reused instances: not measured, this build has no --isolation")


def k6(args):
    """The load script of ten users; see tests/load."""
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
    import load

    with tempfile.TemporaryDirectory() as folder:
        pq.write_table(load.table(), pathlib.Path(folder) / "test.parquet", row_group_size=10_000)
        with ours(args, dir=folder) as server:
            server.ready()
            found = load.attack(f"http://127.0.0.1:{server.port}", args.seconds, threshold_ms=0)
    print(
        f"ten users, LIMIT 100 of 100,000 rows, {args.seconds} s of k6: p50 {found.p50_ms:.2f} ms, "
        f"p95 {found.p95_ms:.2f} ms, p99 {found.p99_ms:.2f} ms, {found.per_second:,.0f} requests/s, "
        f"{'every answer right' if found.passed else 'WITH WRONG ANSWERS'}"
    )
