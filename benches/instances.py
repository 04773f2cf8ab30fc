"""What an aggregate over many rows would take if its files were split over several instances and the parts merged: the
prototype that decision 19 is about. The client does here what the host would have to do."""

import concurrent.futures
import math
import os
import statistics
import time

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

import data
from running import ours

PARTS = 2
QUESTIONS = {
    "filtered sum": ([], ["s"], "SELECT SUM(amount) AS s FROM {} WHERE k > 50000 AND g10 < 5"),
    "by g10": (["g10"], ["s", "n"], "SELECT g10, SUM(price) AS s, COUNT(*) AS n FROM {} GROUP BY g10"),
    "by g10k": (["g10k"], ["s", "n"], "SELECT g10k, SUM(amount) AS s, COUNT(*) AS n FROM {} GROUP BY g10k"),
    "by g1m": (["g1m"], ["s", "n"], "SELECT g1m, SUM(amount) AS s, COUNT(*) AS n FROM {} GROUP BY g1m"),
}
"""Keys, what is summed over the parts, and the SQL, which is the same for a part and for the whole."""


def instances(args):
    """Ten million rows in files of equal size, by one instance and by one a file."""
    if not args.tables:
        print("instances: not measured without --tables")
        return
    folder = args.tables.resolve()
    data.make(folder)
    parts = split(folder)
    print(f"\n{data.ROWS:,} rows in {PARTS} files, {os.cpu_count()} cores: medians of {args.repeat}, milliseconds")
    print(f"{'':16}{'one instance':>16}{PARTS:>5} instances{'ratio':>8}{'of that merging':>18}")
    with ours(args, "--timeout", "0s", "--memory", "2GiB", dir=parts) as server:
        connections = [server.ready() for _ in range(PARTS)]
        for name, question in QUESTIONS.items():
            runs = [run(connections, *question) for _ in range(args.repeat)]
            whole, parted, merging = (statistics.median(times) * 1e3 for times in zip(*runs))
            print(f"{name:16}{whole:16.1f}{parted:15.1f}{parted / whole:8.2f}{merging:18.1f}", flush=True)


def split(folder):
    """The rows of `rows.parquet` in files of equal size."""
    parts = folder / "parts"
    parts.mkdir(exist_ok=True)
    assert data.ROWS % PARTS == 0
    rows = data.ROWS // PARTS
    for part in range(PARTS):
        sql = f"FROM '{folder}/rows.parquet' WHERE id BETWEEN {part * rows} AND {(part + 1) * rows - 1}"
        data.write(duckdb, sql, parts / f"part{part}.parquet", data.FORMATS["parquet"])
    return parts


def run(connections, keys, sums, sql):
    """Seconds of the whole by one instance, of the parts by one each, and of merging these."""
    begin = time.perf_counter()
    whole = table(connections[0], sql.format("'*.parquet'"))
    parting = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(PARTS) as pool:
        asked = [
            pool.submit(table, connection, sql.format(f"'part{part}.parquet'"))
            for part, connection in enumerate(connections)
        ]
        tables = [one.result() for one in asked]
    merging = time.perf_counter()
    aggregates = [(name, "sum") for name in sums]
    merged = pa.concat_tables(tables).group_by(keys, use_threads=False).aggregate(aggregates)
    end = time.perf_counter()
    assert merged.num_rows == whole.num_rows
    for name in sums:
        assert math.isclose(pc.sum(merged[f"{name}_sum"]).as_py(), pc.sum(whole[name]).as_py(), rel_tol=1e-9)
    return parting - begin, end - parting, end - merging


def table(connection, sql):
    status, body = connection.post({"sql": sql, "format": "arrow"})
    if status != 200:
        raise RuntimeError(body.decode())
    return pa.ipc.open_stream(body).read_all()
