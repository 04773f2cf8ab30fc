"""What it takes to begin: whole processes, and a server until its first answer."""

import shutil
import statistics
import subprocess
import sys
import time

from running import median_ms, ours


def start(args):
    """`SELECT 1` on the command line, in turn with DuckDB's; then a server until its first answered request."""
    commands = {
        "polaroid": [args.polaroid, "query", "--component", str(args.wasm), "SELECT 1"],
        "duckdb": [shutil.which("duckdb") or sys.exit("duckdb-cli is not installed"), "-c", "select 1"],
    }
    times = {name: [] for name in commands}
    subprocess.run(commands["polaroid"], check=True, capture_output=True)
    for _ in range(args.runs):
        for name, command in commands.items():
            begin = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times[name].append(time.perf_counter() - begin)
    ratio = statistics.median(a / b for a, b in zip(times["polaroid"], times["duckdb"]))
    for name, seconds in times.items():
        print(f"SELECT 1, process start to end, {name}: {median_ms(seconds)}")
    print(f"  ratio {ratio:.2f}")

    firsts = [first_answer(args) for _ in range(args.runs)]
    print(f"process start to the first answered request, SELECT 1 over HTTP: {median_ms(firsts)}")


def first_answer(args):
    with ours(args) as server:
        server.ready()
        return time.perf_counter() - server.begun
