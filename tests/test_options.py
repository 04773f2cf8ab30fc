"""Options of a query beside its SQL and its format: how numbers are written, how long an answer may be, when it leaves."""

from __future__ import annotations

import http.client
import io
import json

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

import problems
from client import Client

WIDE = "SELECT 9007199254740993 AS b, 1.50::DECIMAL(5,2) AS d, 1::INTEGER AS i, 0.5::DOUBLE AS f, [1::BIGINT, NULL] AS l"
LONG = "SELECT l_orderkey, l_comment FROM lineitem"
"""Some megabytes in any format."""


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["json", "ndjson"])
@pytest.mark.parametrize("numbers, b, d, l", [
    (None, "9007199254740993", "1.50", "[1,null]"),
    ("number", "9007199254740993", "1.50", "[1,null]"),
    ("string", '"9007199254740993"', '"1.50"', '["1",null]'),
])
def test_numbers(server: Client, format: str, numbers: str | None, b: str, d: str, l: str):
    """What a double does not hold is text where that is asked for, also in lists; the rest stays as it is."""
    text = server.post({"sql": WIDE, "format": format, "numbers": numbers}).body.decode()
    assert f'{{"b":{b},"d":{d},"i":1,"f":0.5,"l":{l}}}' in text
    if format == "json":
        assert json.loads(text)["types"] == ["BIGINT", "DECIMAL(5,2)", "INTEGER", "DOUBLE", "BIGINT[]"]


def test_numbers_change_no_other_format(server: Client):
    for format in ("csv", "arrow"):
        plain, text = (server.post({"sql": WIDE, "format": format, "numbers": n}).body for n in ("number", "string"))
        assert plain == text


def test_intervals_are_iso_in_every_text(server: Client):
    sql = "SELECT INTERVAL '1 day 2 hours' AS d, [INTERVAL '1 hour'] AS l"
    assert server.sql(sql).json()["data"] == [{"d": "PT93600S", "l": ["PT3600S"]}]
    assert server.sql(sql, "csv").body.decode() == 'd,l\nPT93600S,"[""PT3600S""]"\n'


# --- max_bytes, max_rows ------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow", "arrow_file", "parquet"])
def test_max_bytes_before_the_head(server: Client, format: str):
    """A result that is over its limit while it is held is a problem."""
    answer = server.post({"sql": "SELECT * FROM people", "format": format, "max_bytes": 1000})
    assert "1000" in problems.check(answer, "result_too_large")["detail"]


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow"])
def test_max_bytes_after_the_head(server: Client, format: str):
    with pytest.raises(http.client.IncompleteRead):
        server.post({"sql": LONG, "format": format, "max_bytes": 1_000_000})
    buffered = server.post({"sql": LONG, "format": format, "max_bytes": 1_000_000, "buffer": True})
    problems.check(buffered, "result_too_large")


def test_max_bytes_that_suffice(server: Client):
    body = server.sql("SELECT 1 AS x", "csv").body
    assert server.post({"sql": "SELECT 1 AS x", "format": "csv", "max_bytes": len(body)}).body == body
    problems.check(server.post({"sql": "SELECT 1 AS x", "format": "csv", "max_bytes": len(body) - 1}), "result_too_large")


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow", "arrow_file", "parquet"])
@pytest.mark.parametrize("max_rows, rows, truncated", [(0, 0, "true"), (7, 7, "true"), (200, 200, "false"), (999, 200, "false")])
def test_a_cut_result_says_so_in_its_head(server: Client, format: str, max_rows: int, rows: int, truncated: str):
    answer = server.post({"sql": "SELECT id FROM people", "format": format, "max_rows": max_rows})
    assert (answer.headers["X-Query-Rows"], answer.headers["X-Query-Truncated"]) == (str(rows), truncated)


# --- what an answer tells of itself -------------------------------------------------------------


def test_a_held_answer_tells_what_was_read(server: Client):
    answer = server.sql("SELECT SUM(id) AS s FROM 'parts/*.parquet' WHERE id > 150")
    body, headers = answer.json(), answer.headers
    assert int(headers["X-Query-Files"]) == body["files"] == 4
    assert int(headers["X-Query-Bytes-Read"]) == body["bytes_read"] > 0
    assert int(headers["X-Query-Row-Groups"]) == body["row_groups"] == 4
    assert 0 < int(headers["X-Query-Row-Groups-Read"]) == body["row_groups_read"] < 4
    stages = {part.split(";")[0] for part in headers["Server-Timing"].split(", ")}
    assert stages == {"receive", "parse", "plan", "first", "scan", "execute", "encode", "total"}


def test_the_length_is_told_where_it_is_known(server: Client):
    answer = server.sql("SELECT * FROM people")
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert server.sql(LONG).headers["Content-Length"] is None
    buffered = server.post({"sql": LONG, "buffer": True})
    assert buffered.headers["Content-Length"] == str(len(buffered.body))
    assert int(buffered.headers["X-Query-Rows"]) == buffered.json()["rows"] == 600_572


@pytest.mark.parametrize("sql, files", [("SELECT 1 AS x", 0), ("SELECT p.id FROM people p JOIN people q ON p.id = q.id", 1),
                                        ("SELECT a.id FROM people a, 'people.parquet' b LIMIT 1", 1)])
def test_files_are_counted_once(server: Client, sql: str, files: int):
    assert server.sql(sql).json()["files"] == files


def test_summary_of_ndjson(server: Client):
    lines = server.post({"sql": "SELECT id FROM people", "format": "ndjson", "max_rows": 2, "summary": True}).body.splitlines()
    assert [json.loads(line) for line in lines[:-1]] == [{"id": 1}, {"id": 2}]
    summary = json.loads(lines[-1])["summary"]
    assert (summary["rows"], summary["truncated"], summary["files"]) == (2, True, 1)
    assert set(summary) == {"rows", "truncated", "query_id", "elapsed_ms", "bytes_read", "ranges_read", "files", "row_groups",
                            "row_groups_read"}


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow", "arrow_file", "parquet"])
def test_buffer_gives_the_error_that_comes_late(server: Client, format: str):
    """Four of five row groups are good; the answer is no half of them."""
    problems.check(server.post({"sql": "SELECT * FROM 'bad/breaks_late.parquet'", "format": format, "buffer": True}), "invalid_file")


# --- compression of buffers and pages -----------------------------------------------------------


@pytest.mark.parametrize("compression", ["none", "lz4", "zstd"])
def test_compressed_arrow_is_read_by_others(server: Client, compression: str):
    sql = "SELECT * FROM lineitem LIMIT 20000"
    plain = pa.ipc.open_stream(server.sql(sql, "arrow").body).read_all()
    stream = server.post({"sql": sql, "format": "arrow", "compression": compression}).body
    file = server.post({"sql": sql, "format": "arrow_file", "compression": compression}).body
    assert pa.ipc.open_stream(stream).read_all() == plain
    assert pa.ipc.open_file(file).read_all() == plain
    assert pl.read_ipc_stream(io.BytesIO(stream)).equals(pl.read_ipc(io.BytesIO(file)))
    shorter = len(stream) < len(server.sql(sql, "arrow").body) * 0.7
    assert shorter == (compression != "none")


@pytest.mark.parametrize("compression, codec", [("none", "UNCOMPRESSED"), ("lz4", "LZ4"), ("zstd", "ZSTD"), (None, "ZSTD")])
def test_compressed_parquet_is_read_by_others(server: Client, tmp_path, compression: str | None, codec: str):
    body = server.post({"sql": "SELECT * FROM people", "format": "parquet", "compression": compression}).body
    table = pa.parquet.ParquetFile(io.BytesIO(body))
    assert table.metadata.row_group(0).column(0).compression == codec
    (tmp_path / "p.parquet").write_bytes(body)
    assert duckdb.sql(f"SELECT COUNT(*), SUM(id) FROM '{tmp_path}/p.parquet'").fetchone() == (200, 20_100)


# --- values that are not valid ------------------------------------------------------------------


@pytest.mark.parametrize("options, says", [
    ({"max_bytes": -1}, ["max_bytes is -1", "whole number"]),
    ({"max_bytes": "5"}, ["max_bytes", '"5"']),
    ({"max_rows": 1.5}, ["max_rows is 1.5"]),
    ({"buffer": "true"}, ["buffer", "true or false"]),
    ({"summary": 1, "format": "ndjson"}, ["summary is 1"]),
    ({"summary": True}, ["ndjson"]),
    ({"numbers": "text"}, ["'text'", "number or string"]),
    ({"compression": "gzip", "format": "arrow"}, ["'gzip'", "lz4", "zstd"]),
    ({"compression": "zstd"}, ["Accept-Encoding"]),
])
def test_options_that_are_not_valid(server: Client, options: dict, says: list[str]):
    detail = problems.check(server.post({"sql": "SELECT 1 AS x"} | options), "invalid_option")["detail"]
    assert all(text in detail for text in says), detail


def test_options_in_the_url(server: Client):
    answer = server.get("/query?sql=SELECT+9007199254740993+AS+x&numbers=string&buffer=true&max_bytes=100000&max_rows=1")
    assert answer.json()["data"] == [{"x": "9007199254740993"}]
