"""The figures of a release: see benches/README.md."""

import argparse
import http.client
import importlib.metadata
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb

ROOT = pathlib.Path(__file__).parent.parent
RUNS = 3


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tpch", type=pathlib.Path, required=True, help="TPC-H as Parquet")
    parser.add_argument("--polaroid", default="polaroid", help="the binary")
    parser.add_argument("--wasm", type=pathlib.Path, default=ROOT / "target/component/polaroid.wasm")
    parser.add_argument("--wasmtime", help="the wasmtime binary: measures linear memory")
    parser.add_argument("--only", help="one of: start, http, tpch, memory")
    args = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, DuckDB {duckdb.__version__}")
    print(f"component {args.wasm.stat().st_size / 1e6:.1f} MB")
    for figure in (start, over_http, tpch, memory):
        if args.only in (None, figure.__name__.removeprefix("over_")):
            figure(args)


def start(args):
    """Whole processes, in turn."""
    ours = [args.polaroid, "query", "--component", str(args.wasm), "SELECT 1"]
    theirs = [shutil.which("duckdb") or sys.exit("duckdb-cli is not installed"), "-c", "select 1"]
    times = {"polaroid": [], "duckdb": []}
    subprocess.run(ours, check=True, capture_output=True)
    for _ in range(21):
        for name, command in (("polaroid", ours), ("duckdb", theirs)):
            begin = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times[name].append(time.perf_counter() - begin)
    ratio = statistics.median(a / b for a, b in zip(times["polaroid"], times["duckdb"]))
    for name, seconds in times.items():
        print(f"SELECT 1, process start to end, {name}: {median_ms(seconds)}")
    print(f"  ratio {ratio:.2f}")


def over_http(args):
    with Server(args) as server:
        for _ in range(20):
            server.query("SELECT 1", "json")
        seconds = []
        for _ in range(500):
            begin = time.perf_counter()
            server.query("SELECT 1", "json")
            seconds.append(time.perf_counter() - begin)
        seconds.sort()
        print(
            f"SELECT 1 over HTTP, fresh instance: p50 {seconds[250] * 1e3:.2f} ms, "
            f"p99 {seconds[495] * 1e3:.2f} ms"
        )


def tpch(args):
    connection = duckdb.connect(config={"threads": 1, "allow_unsigned_extensions": "true"})
    load_tpch(connection)
    queries = [row[1] for row in connection.execute("FROM tpch_queries()").fetchall()]
    for file in args.tpch.glob("*.parquet"):
        connection.execute(f"CREATE VIEW {file.stem} AS FROM read_parquet('{file}')")
    total = {"polaroid": 0.0, "duckdb": 0.0}
    with Server(args) as server:
        print(f"idle server: {server.resident_mb():.0f} MB resident")
        for number, sql in enumerate(queries, 1):
            times = {"polaroid": [], "duckdb": []}
            for _ in range(RUNS):
                begin = time.perf_counter()
                server.query(sql.rstrip().rstrip(";"), "arrow")
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
        print(f"server after the queries: {server.resident_mb():.0f} MB resident")
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


def memory(args):
    """The smallest cap on linear memory under which the largest answer still streams."""
    if not args.wasmtime:
        print("memory: not measured without --wasmtime")
        return
    with tempfile.TemporaryDirectory() as folder:
        compiled = pathlib.Path(folder) / "polaroid.cwasm"
        subprocess.run([args.wasmtime, "compile", "-o", compiled, args.wasm], check=True)
        low, high = 16, 1024
        while high - low > 8:
            middle = (low + high) // 2
            if fits(args, compiled, middle << 20):
                high = middle
            else:
                low = middle
        print(f"SELECT * FROM lineitem to Arrow fits in {high} MB of linear memory")


def fits(args, compiled, cap):
    command = [
        args.wasmtime, "serve", "--addr", "127.0.0.1:0", "-S", "cli=y", "-O", "pooling-allocator=n",
        "-W", f"max-memory-size={cap}", "--dir", f"{args.tpch}::/data", "--allow-precompiled", compiled,
    ]  # fmt: skip
    with Server(args, command) as server:
        try:
            server.query("SELECT * FROM lineitem", "arrow")
            return True
        except (http.client.HTTPException, ConnectionError, RuntimeError):
            return False


class Server:
    """A server on a free port, stopped by its process id."""

    def __init__(self, args, command=None):
        self.command = command or [
            args.polaroid, "serve", "--dir", str(args.tpch), "--addr", "127.0.0.1:0",
            "--component", str(args.wasm),
        ]  # fmt: skip

    def __enter__(self):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(self.command, stderr=self.log, stdout=self.log)
        for _ in range(6000):
            self.log.seek(0)
            found = re.search(r"http://(127\.0\.0\.1:\d+)", self.log.read())
            if found:
                self.connection = http.client.HTTPConnection(found[1], timeout=600)
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"{self.command[0]} did not start")

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def query(self, sql, format):
        self.connection.request(
            "POST", "/query", json.dumps({"sql": sql, "format": format}), {"content-type": "application/json"}
        )
        answer = self.connection.getresponse()
        size = 0
        body = b""
        while part := answer.read(1 << 20):
            size += len(part)
            body = body or part
        if answer.status != 200:
            raise RuntimeError(body.decode())
        return size

    def resident_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def median_ms(seconds):
    return f"median {statistics.median(seconds) * 1e3:.1f} ms"


if __name__ == "__main__":
    main()
