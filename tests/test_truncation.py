"""An answer that breaks off is told from a whole one by every client: curl, pyarrow, polars, and by the bytes alone.

The ways in which it breaks off are those that the component knows of itself; what only a host can end is in
tests/faults.
"""

from __future__ import annotations

import json
import subprocess
import zlib
from pathlib import Path
from typing import Callable, TypeVar
from urllib.error import HTTPError
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
    # SQL, options, the time that it is first given
    "error": ("SELECT * FROM 'bad/breaks_late.parquet'", "", None),
    "max_bytes": ("SELECT l_comment FROM lineitem", "&max_bytes=5000000", None),
    "deadline in a batch": (f"SELECT a.l_comment, b.l_comment AS other FROM {PAIRS}", "", 1000),
    "deadline in a task": (
        f"SELECT l_comment FROM lineitem UNION ALL SELECT CAST(SUM(a.l_quantity * b.l_quantity) AS VARCHAR) FROM {PAIRS}",
        "", 2500,
    ),
    "memory": (f"SELECT l_comment FROM lineitem UNION ALL {LONG_TEXT}", "", None),
}
LONGEST_MS = 60_000
BEGUN = 64 << 10
"""Bytes of which an answer has more once it has begun."""

Seen = TypeVar("Seen")


@pytest.fixture(scope="module", params=servers.HOSTS)
def small(request: pytest.FixtureRequest, root: Path):
    assert LIMIT < 1 << 30
    dirs = {"data": root / "data", "tpch": root / "tpch"}
    with servers.serve(request.param, dirs, options=OPTIONS[request.param]) as client:
        yield client


class NotBegun(Exception):
    """The time was over before the answer had begun: nothing was cut."""


def cut(name: str, format: str, read: Callable[[str], Seen]) -> Seen:
    """What `read` makes of the address of an answer that is cut in its middle.

    A busy machine may not come to the middle in the time that a query is given. It is given twice as much then.
    """
    sql, options, timeout_ms = CUTS[name]
    url = f"/query?sql={quote(sql)}&format={format}{options}"
    if timeout_ms is None:
        return read(url)
    while True:
        try:
            return read(f"{url}&timeout_ms={timeout_ms}")
        except NotBegun:
            if timeout_ms >= LONGEST_MS:
                raise
            timeout_ms = min(2 * timeout_ms, LONGEST_MS)


def received(server: Client, url: str, headers: dict[str, str] | None = None) -> bytes:
    """All that comes, to the last byte."""
    answer = wire.rest(wire.ask(server, wire.head("GET", url, headers)))
    if wire.status(answer) == 504:
        raise NotBegun
    assert wire.status(answer) == 200
    return answer


def opened(server: Client, url: str):
    """An answer to read."""
    try:
        return urlopen(server.base + url)
    except HTTPError as refused:
        raise NotBegun if refused.code == 504 else refused


@pytest.mark.parametrize("name", CUTS)
@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow", "arrow_file"])
def test_by_the_bytes(small: Client, name: str, format: str):
    answer = cut(name, format, lambda url: received(small, url))
    assert len(answer) > BEGUN
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


@pytest.mark.parametrize("name", CUTS)
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("format", ["json", "ndjson", "csv"])
def test_by_the_coding(small: Client, name: str, format: str, coding: str):
    """What a proxy keeps of it, without the framing of HTTP, is no whole stream of its coding either."""
    answer = cut(name, format, lambda url: received(small, url, {"Accept-Encoding": coding}))
    assert f"content-encoding: {coding}".encode() in answer.lower() and not wire.is_whole(answer)
    body = wire.body(answer)
    match coding:
        case "gzip":
            decoder = zlib.decompressobj(31)
            length = len(decoder.decompress(body))
            assert length > BEGUN and not decoder.eof
        case "zstd":
            with pytest.raises(OSError, match="[Tt]runcated"):
                pa.CompressedInputStream(pa.BufferReader(body), "zstd").read()


@pytest.mark.parametrize("name", CUTS)
@pytest.mark.parametrize("options", [[], ["--compressed"]], ids=["plain", "compressed"])
@pytest.mark.parametrize("format", ["csv", "arrow"])
def test_by_curl(small: Client, name: str, format: str, options: list[str]):
    def read(url: str) -> subprocess.CompletedProcess:
        command = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", *options, small.base + url]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.stdout == "504":
            raise NotBegun
        return done

    done = cut(name, format, read)
    assert done.stdout == "200" and done.returncode != 0 and done.stderr


@pytest.mark.parametrize("name", CUTS)
def test_by_pyarrow(small: Client, name: str):
    """pyarrow takes the end of a file for the end of a stream, so it is the connection that tells."""
    with cut(name, "arrow", lambda url: opened(small, url)) as response:
        with pytest.raises(Exception, match="IncompleteRead|Invalid|reset"):
            pa.ipc.open_stream(response).read_all()


@pytest.mark.parametrize("name", CUTS)
@pytest.mark.parametrize("format, read", [("arrow", pl.read_ipc_stream), ("ndjson", pl.read_ndjson), ("csv", pl.read_csv)])
def test_by_polars(small: Client, name: str, format: str, read):
    """What a reader in Python raises is a panic for polars, and no Exception."""
    with cut(name, format, lambda url: opened(small, url)) as response:
        with pytest.raises(BaseException, match="IncompleteRead|reset"):
            read(response)
