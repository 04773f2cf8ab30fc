"""An answer that breaks off is told from a whole one by every client: curl, pyarrow, polars, and by the bytes alone.

The ways in which it breaks off are those that the component knows of itself; what only a host can end is in
tests/faults.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import polars as pl
import pyarrow as pa
import pytest

import servers
import wire
from client import Client
from test_memory import LIMIT, LONG_TEXT, OPTIONS

PAIRS = "lineitem AS a CROSS JOIN lineitem AS b"
CUTS = {
    "error": ("SELECT * FROM 'bad/breaks_late.parquet'", ""),
    "max_bytes": ("SELECT l_comment FROM lineitem", "&max_bytes=5000000"),
    "deadline in a batch": (f"SELECT a.l_comment, b.l_comment AS other FROM {PAIRS}", "&timeout_ms=1000"),
    "deadline in a task": (
        f"SELECT l_comment FROM lineitem UNION ALL SELECT CAST(SUM(a.l_quantity * b.l_quantity) AS VARCHAR) FROM {PAIRS}",
        "&timeout_ms=2500",
    ),
    "memory": (f"SELECT l_comment FROM lineitem UNION ALL {LONG_TEXT}", ""),
}


@pytest.fixture(scope="module", params=servers.HOSTS)
def small(request: pytest.FixtureRequest, root: Path):
    assert LIMIT < 1 << 30
    dirs = {"data": root / "data", "tpch": root / "tpch"}
    with servers.serve(request.param, dirs, options=OPTIONS[request.param]) as client:
        yield client


def url(server: Client, cut: str, format: str) -> str:
    sql, options = CUTS[cut]
    return f"{server.base}/query?sql={quote(sql)}&format={format}{options}"


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow", "arrow_file"])
def test_by_the_bytes(small: Client, cut: str, format: str):
    answer = wire.rest(wire.ask(small, wire.head("GET", url(small, cut, format).removeprefix(small.base))))
    assert wire.status(answer) == 200 and len(answer) > 64 << 10
    assert not wire.is_whole(answer)
    body = wire.body(answer)
    match format:
        case "json":
            with pytest.raises(ValueError):
                json.loads(body)
        case "arrow":
            assert not body.endswith(b"\xff\xff\xff\xff\0\0\0\0"), "the marker of the end"
        case "arrow_file":
            assert not body.endswith(b"ARROW1")


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("options", [[], ["--compressed"]], ids=["plain", "compressed"])
@pytest.mark.parametrize("format", ["csv", "arrow"])
def test_by_curl(small: Client, cut: str, format: str, options: list[str]):
    done = subprocess.run(["curl", "-sS", "-o", "/dev/null", *options, url(small, cut, format)], capture_output=True)
    assert done.returncode != 0 and done.stderr


@pytest.mark.parametrize("cut", CUTS)
def test_by_pyarrow(small: Client, cut: str):
    """pyarrow takes the end of a file for the end of a stream, so it is the connection that tells."""
    with urlopen(url(small, cut, "arrow")) as response, pytest.raises(Exception, match="IncompleteRead|Invalid|reset"):
        pa.ipc.open_stream(response).read_all()


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("format, read", [("arrow", pl.read_ipc_stream), ("ndjson", pl.read_ndjson), ("csv", pl.read_csv)])
def test_by_polars(small: Client, cut: str, format: str, read):
    with urlopen(url(small, cut, format)) as response, pytest.raises(Exception, match="IncompleteRead|reset"):
        read(response)
