"""The figures of a release: see benches/README.md."""

import argparse
import importlib.metadata
import os
import pathlib
import platform
import re

import duckdb

from engine import rows, small, text, tpch
from instances import instances
from memory import memory
from over_http import k6, over_http
from peer import peer
from start import start
from streams import streams

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIGURES = {
    "start": start, "http": over_http, "k6": k6, "memory": memory, "peer": peer, "streams": streams,
    "tpch": tpch, "rows": rows, "text": text, "small": small, "instances": instances,
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tpch", type=pathlib.Path, required=True, help="TPC-H as Parquet")
    parser.add_argument("--polaroid", default="polaroid", help="the binary")
    parser.add_argument("--wasm", type=pathlib.Path, default=ROOT / "target/component/polaroid.wasm", help="or a .cwasm")
    parser.add_argument("--wasmtime", help="the wasmtime binary: measures linear memory")
    parser.add_argument("--chdb", help="the program chdb-serverless, in a virtual environment of its own")
    parser.add_argument("--only", choices=FIGURES, action="append", help="can be given several times")
    parser.add_argument("--tables", type=pathlib.Path, help="a folder for the tables of `rows`, `text`, `small` and `instances`")
    parser.add_argument("--repeat", type=int, default=3, help="times each side is asked a question of the engine")
    parser.add_argument("--in-process", action="store_true", help="`polaroid query` as one more side")
    parser.add_argument("--runs", type=int, default=21, help="whole processes of each kind")
    parser.add_argument("--requests", type=int, default=1000, help="requests of each kind")
    parser.add_argument("--seconds", type=int, default=30, help="of k6")
    args = parser.parse_args()
    args.tpch = args.tpch.resolve()
    header(args)
    for name, figure in FIGURES.items():
        if not args.only or name in args.only:
            figure(args)


def header(args):
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+) kB", pathlib.Path("/proc/meminfo").read_text())
    print(
        f"{platform.platform()}, {os.cpu_count()} cores of {model[1] if model else 'an unknown kind'}, "
        f"{int(memory[1]) / 1e6:.1f} GB, load {os.getloadavg()[0]:.1f}, DuckDB {duckdb.__version__}, "
        f"Polars {importlib.metadata.version('polars')}"
    )
    print(f"component {args.wasm.name}, {args.wasm.stat().st_size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
