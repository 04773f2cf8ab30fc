"""chdb-serverless (PyPI), set up as its Dockerfile does, beside ours: start, first query, warm queries, memory.

It is ClickHouse inside a Python process behind FastAPI. One session answers all requests, in turn and without
isolation, so what it gives up is part of the comparison.
"""

import pathlib
import statistics
import subprocess
import tempfile
import time

from running import Server, free_port, memory_line, median_ms, ours, percentiles

COUNT = "SELECT l_returnflag, COUNT(*) AS n, SUM(l_quantity) AS q FROM {} GROUP BY l_returnflag ORDER BY l_returnflag"


def peer(args):
    if not args.chdb:
        print("chdb-serverless: not measured without --chdb")
        return
    python = pathlib.Path(args.chdb).resolve().with_name("python")
    version = "from importlib.metadata import version as v; print(v('chdb-serverless'), 'chdb', v('chdb'))"
    print("chdb-serverless", subprocess.check_output([python, "-c", version], text=True).strip())
    sides = {
        "polaroid": (lambda folder: ours(args), "lineitem"),
        "chdb-serverless": (lambda folder: theirs(args, folder), f"file('{args.tpch}/lineitem.parquet')"),
    }
    starts = {name: [] for name in sides}
    firsts = {name: [] for name in sides}
    for _ in range(args.runs):
        for name, (make, table) in sides.items():
            with tempfile.TemporaryDirectory() as folder, make(folder) as server:
                connection = server.ready()
                starts[name].append(time.perf_counter() - server.begun)
                firsts[name].append(connection.seconds({"sql": COUNT.format(table)}))
    for what, times in (("process start to the first answered SELECT 1", starts), ("first query of a file", firsts)):
        show(what, times, median_ms)

    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with sides["polaroid"][0](one) as a, sides["chdb-serverless"][0](other) as b:
            servers = {"polaroid": a, "chdb-serverless": b}
            connections = {name: server.ready() for name, server in servers.items()}
            for name, server in servers.items():
                print(f"after the first answer, {name}: {memory_line(server.memory())}")
            for what, sql, times in (("SELECT 1, warm", "SELECT 1", 10), ("group-by of lineitem, warm", COUNT, 1)):
                seconds = {name: [] for name in servers}
                for _ in range(max(1, args.requests * times // 10)):
                    for name, connection in connections.items():
                        seconds[name].append(connection.seconds({"sql": sql.format(sides[name][1])}))
                show(what, seconds, percentiles)
            for name, server in servers.items():
                print(f"after all queries, {name}: {memory_line(server.memory())}")


def show(what, times, form):
    for name, seconds in times.items():
        print(f"{what}, {name}: {form(seconds)}")
    ratio = statistics.median(times["polaroid"]) / statistics.median(times["chdb-serverless"])
    print(f"  ratio of medians {ratio:.2f}")


def theirs(args, folder):
    """Its own entry point, its default store, on a path of this run."""
    port = free_port()
    return Server([args.chdb], port, env={"PORT": str(port), "CHDB_STORE": f"local:{folder}/chdb"})
