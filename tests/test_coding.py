"""Content codings: text is compressed for whom takes that, and reads the same."""

from __future__ import annotations

import http.client
import subprocess
import zlib
from urllib.parse import quote

import pyarrow as pa
import pytest

from client import Answer, Client

LONG = "SELECT * FROM people, (SELECT 1 AS n UNION ALL SELECT 2)"
LONGER = "SELECT l_orderkey, l_comment FROM lineitem"


def ask(server: Client, sql: str, format: str, accept_encoding: str | None) -> Answer:
    headers = {"Accept-Encoding": accept_encoding} if accept_encoding is not None else {}
    return server.request("GET", f"/query?sql={quote(sql)}&format={format}", headers=headers)


def decoded(answer: Answer) -> bytes:
    match answer.headers["Content-Encoding"]:
        case None:
            return answer.body
        case "gzip":
            decoder = zlib.decompressobj(31)
            plain = decoder.decompress(answer.body)
            assert decoder.eof and not decoder.unused_data
            return plain
        case "zstd":
            return pa.CompressedInputStream(pa.BufferReader(answer.body), "zstd").read()
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize("format", ["ndjson", "csv"])
@pytest.mark.parametrize("sql", [LONG, LONGER], ids=["held", "streamed"])
@pytest.mark.parametrize("accept, coding", [
    ("gzip", "gzip"), ("zstd", "zstd"), ("gzip, deflate, br, zstd", "zstd"), ("gzip;q=1, zstd;q=0.5", "gzip"),
    ("gzip;q=0", None), ("br", None), ("identity, gzip;q=0.1", None), ("*;q=0.5", "zstd"),
])
def test_text_is_coded_as_asked(server: Client, format: str, sql: str, accept: str, coding: str | None):
    plain = ask(server, sql, format, None)
    assert plain.headers["Content-Encoding"] is None
    coded = ask(server, sql, format, accept)
    assert coded.headers["Content-Encoding"] == coding
    assert "accept-encoding" in coded.headers["Vary"].lower()
    assert sorted(decoded(coded).splitlines()) == sorted(plain.body.splitlines())
    if coding:
        assert len(coded.body) < len(plain.body) / 2
    if sql == LONG:
        assert coded.headers["Content-Length"] == str(len(coded.body))


def test_json_is_coded(server: Client):
    import json

    coded = ask(server, LONG, "json", "gzip")
    assert json.loads(decoded(coded))["rows"] == 400


@pytest.mark.parametrize("format", ["arrow", "arrow_file", "parquet"])
def test_what_compresses_inside_is_left_alone(server: Client, format: str):
    assert ask(server, LONG, format, "gzip, zstd").headers["Content-Encoding"] is None


def test_little_is_left_alone(server: Client):
    assert ask(server, "SELECT 1 AS x", "csv", "gzip").headers["Content-Encoding"] is None


@pytest.mark.parametrize("accept", ["gzip", "zstd"])
@pytest.mark.parametrize("format", ["json", "ndjson", "csv"])
def test_a_coded_answer_that_is_cut_has_no_end(server: Client, format: str, accept: str):
    with pytest.raises(http.client.IncompleteRead):
        ask(server, "SELECT * FROM 'bad/breaks_late.parquet'", format, accept)


def test_curl_decodes_it(server: Client):
    url = f"{server.base}/query?sql={quote(LONGER)}&format=csv"
    done = subprocess.run(["curl", "-sS", "--compressed", url], capture_output=True, timeout=120)
    assert done.returncode == 0 and done.stdout.count(b"\n") == 600_573
