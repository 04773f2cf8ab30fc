"""The HTTP contract: routes, formats and how one is chosen, headers, streaming."""

from __future__ import annotations

import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator
from urllib.parse import quote, urlencode, urlsplit

import pyarrow as pa
import pytest

import problems
import wire
from client import Client

ROWS = "SELECT id, name FROM people WHERE id <= 3 ORDER BY id"
DATA = [{"id": 1, "name": "Person 001"}, {"id": 2, "name": "Person 002"}, {"id": 3, "name": "Person 003"}]
TYPES = {
    "arrow": "application/vnd.apache.arrow.stream",
    "arrow_file": "application/vnd.apache.arrow.file",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
}


def test_post_json(server: Client):
    answer = server.post({"sql": ROWS})
    assert (answer.status, answer.type) == (200, "application/json")
    assert answer.json()["data"] == DATA


def test_json_shape(server: Client):
    body = server.post({"sql": ROWS}).json()
    assert list(body)[:3] == ["columns", "types", "data"]
    assert set(body) == {"columns", "types", "data", "rows", "truncated", "query_id", "elapsed_ms", "bytes_read", "ranges_read",
                         "files", "row_groups", "row_groups_read"}
    assert body["columns"] == ["id", "name"]
    assert len(body["types"]) == 2 and all(isinstance(t, str) and t for t in body["types"])
    assert (body["rows"], body["truncated"]) == (3, False)
    assert body["elapsed_ms"] >= 0


@pytest.mark.parametrize("content_type", ["application/sql", "text/plain", "text/plain; charset=utf-8"])
def test_post_raw_sql(server: Client, content_type: str):
    answer = server.request("POST", "/query?format=ndjson", ROWS, {"Content-Type": content_type})
    assert (answer.status, answer.type) == (200, TYPES["ndjson"])
    assert [json.loads(line) for line in answer.body.splitlines()] == DATA


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/x-www-form-urlencoded"}], ids=["none", "curl"])
@pytest.mark.parametrize("body", [ROWS, json.dumps({"sql": ROWS})], ids=["sql", "json"])
def test_post_without_content_type(server: Client, headers: dict, body: str):
    """What `curl -d` sends unless it is told otherwise: JSON when it begins with a brace."""
    assert server.request("POST", "/query", body, headers).json()["data"] == DATA


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow"])
def test_max_rows(server: Client, format: str):
    """A result with more rows is cut and says so where the format has a place for it."""
    answer = server.post({"sql": "SELECT id FROM people ORDER BY id", "format": format, "max_rows": 7})
    assert answer.status == 200
    if format == "json":
        body = answer.json()
        assert ([row["id"] for row in body["data"]], body["rows"], body["truncated"]) == (list(range(1, 8)), 7, True)
        exact = server.post({"sql": "SELECT id FROM people WHERE id <= 7", "max_rows": 7}).json()
        assert (exact["rows"], exact["truncated"]) == (7, False)
    elif format == "arrow":
        assert pa.ipc.open_stream(answer.body).read_all()["id"].to_pylist() == list(range(1, 8))
    else:
        assert len(answer.body.splitlines()) == 7 + (format == "csv")


def test_post_unsupported_media_type(server: Client):
    answer = server.request("POST", "/query", "<sql/>", {"Content-Type": "application/xml"})
    detail = problems.check(answer, "unsupported_media_type")["detail"]
    assert "application/json" in detail and "application/sql" in detail


@pytest.mark.parametrize("encode", [quote, lambda s: quote(s).replace("%20", "+")], ids=["percent", "plus"])
def test_get_query(server: Client, encode):
    answer = server.get(f"/query?sql={encode(ROWS)}")
    assert (answer.status, answer.json()["data"]) == (200, DATA)


def test_get_query_unicode(server: Client):
    answer = server.get("/query?" + urlencode({"sql": "SELECT '東京 + é' AS s", "format": "csv"}))
    assert answer.body.decode().splitlines() == ["s", "東京 + é"]


def test_get_query_without_sql(server: Client):
    for path in ("/query", "/query?format=csv"):
        problems.check(server.get(path), "empty_sql")


def test_healthz(server: Client):
    assert server.get("/healthz").status == 200


def test_version(server: Client):
    answer = server.get("/version")
    assert (answer.status, answer.type) == (200, "application/json")
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", answer.json()["version"])


def test_tables(server: Client):
    answer = server.get("/tables")
    assert (answer.status, answer.type) == (200, "application/json")
    names = {table["name"] for table in answer.json()["tables"]}
    assert {"people", "purchases", "parts", "hive"} <= names, "files and folders of the first root"
    assert {"lineitem", "nation"} <= names, "files of the second root"


def test_show_tables(server: Client):
    """The same names in SQL, in the same order."""
    names = [table["name"] for table in server.get("/tables").json()["tables"]]
    assert server.rows("SHOW TABLES") == [{"name": name} for name in names]


@pytest.mark.parametrize("name, rows, columns", [
    ("people", 200, ["id", "name", "age", "height", "active", "city", "boss_id"]),
    ("parts", 200, ["id", "name", "age", "height", "active", "city", "boss_id"]),
    ("hive", 600, ["id", "person_id", "item", "qty", "amount", "paid", "day", "year", "month"]),
    ("nobody", 0, ["id", "name", "age", "height", "active", "city", "boss_id"]),
])
def test_table(server: Client, name: str, rows: int, columns: list[str]):
    answer = server.get(f"/tables/{name}")
    assert (answer.status, answer.type) == (200, "application/json")
    table = answer.json()
    assert (table["name"], table["rows"]) == (name, rows)
    assert [c["name"] for c in table["columns"]] == columns
    assert all(c["type"] for c in table["columns"])
    assert len(table["files"]) == {"parts": 4, "hive": 24}.get(name, 1)


def test_table_unknown(server: Client):
    assert "alltypes" in problems.check(server.get("/tables/nope"), "unknown_table")["detail"]


@pytest.mark.parametrize("path", ["/tables/..%2Foutside%2Fsecret", "/tables/%2Fetc%2Fpasswd"])
def test_table_outside_the_root(server: Client, path: str):
    answer = server.get(path)
    assert answer.status in (403, 404), answer.body
    problems.check(answer, answer.json()["code"])


def test_head(server: Client):
    answer = server.request("HEAD", "/healthz")
    assert (answer.status, answer.body) == (200, b"")


def test_unknown_route(server: Client):
    assert "/query" in problems.check(server.get("/nope"), "not_found")["detail"]


@pytest.mark.parametrize("method, path", [("DELETE", "/query"), ("POST", "/tables"), ("PUT", "/healthz")])
def test_wrong_method(server: Client, method: str, path: str):
    answer = server.request(method, path)
    problems.check(answer, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


# --- which format -------------------------------------------------------------------------------


@pytest.mark.parametrize("format", TYPES)
def test_format_by_body(server: Client, format: str):
    answer = server.sql(ROWS, format)
    assert (answer.status, answer.type) == (200, TYPES[format])


@pytest.mark.parametrize("format", TYPES)
def test_format_by_url(server: Client, format: str):
    assert server.get(f"/query?sql={quote(ROWS)}&format={format}").type == TYPES[format]


@pytest.mark.parametrize("format", TYPES)
def test_format_by_accept(server: Client, format: str):
    assert server.get(f"/query?sql={quote(ROWS)}", Accept=TYPES[format]).type == TYPES[format]


@pytest.mark.parametrize("accept, format", [
    ("text/csv;q=0.5, application/x-ndjson;q=0.9", "ndjson"),
    ("text/csv;q=0, application/json", "json"),
    ("image/png, text/csv;q=0.1", "csv"),
    ("text/html, application/xhtml+xml, */*;q=0.8", "json"),
    ("*/*", "json"),
    ("application/*;q=0.2, text/csv;q=0.1", "json"),
    ("TEXT/CSV", "csv"),
    ("text/*", "csv"),
    ("application/vnd.apache.parquet;q=0.99,application/json;q=0.98", "parquet"),
])
def test_accept_weights(server: Client, accept: str, format: str):
    assert server.get(f"/query?sql={quote(ROWS)}", Accept=accept).type == TYPES[format]


def test_body_before_url_before_accept(server: Client):
    headers = {"Content-Type": "application/json", "Accept": TYPES["parquet"]}
    body = {"sql": ROWS, "format": "csv"}
    assert server.request("POST", "/query?format=ndjson", json.dumps(body), headers).type == TYPES["csv"]
    del body["format"]
    assert server.request("POST", "/query?format=ndjson", json.dumps(body), headers).type == TYPES["ndjson"]
    assert server.request("POST", "/query", json.dumps(body), headers).type == TYPES["parquet"]


def test_unknown_format(server: Client):
    for answer in (server.sql(ROWS, "xml"), server.get(f"/query?sql={quote(ROWS)}&format=xml")):
        detail = problems.check(answer, "unknown_format")["detail"]
        assert "xml" in detail and all(format in detail for format in TYPES)


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "text/html"])
def test_nothing_acceptable(server: Client, accept: str):
    detail = problems.check(server.get(f"/query?sql={quote(ROWS)}", Accept=accept), "not_acceptable")["detail"]
    assert all(type in detail for type in TYPES.values())


# --- headers ------------------------------------------------------------------------------------


def test_query_id_is_made(server: Client):
    first, second = (server.post({"sql": "SELECT 1 AS x"}) for _ in range(2))
    assert first.headers["X-Query-Id"] and first.headers["X-Query-Id"] != second.headers["X-Query-Id"]
    assert first.json()["query_id"] == first.headers["X-Query-Id"]


@pytest.mark.parametrize("path", ["/query?sql=SELECT+1+AS+x", "/query?sql=SELEC", "/healthz", "/tables", "/nope"])
def test_query_id_is_kept(server: Client, path: str):
    assert server.get(path, X_Query_Id="caller-42_a.b").headers["X-Query-Id"] == "caller-42_a.b"


@pytest.mark.parametrize("sent", ["has space", "x" * 500, "<script>", "quote\"", "é"])
def test_query_id_that_is_not_valid(server: Client, sent: str):
    answer = server.get("/query?sql=SELECT+1+AS+x", X_Query_Id=sent)
    assert answer.status == 200
    assert answer.headers["X-Query-Id"] not in (None, "", sent)


def test_server_timing(server: Client):
    assert "dur=" in server.post({"sql": ROWS}).headers["Server-Timing"]


# --- streaming ----------------------------------------------------------------------------------


def receive(server: Client, path: str) -> Iterator[bytes]:
    """What arrives on the socket, as it arrives."""
    host, port = urlsplit(server.base).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        while chunk := connection.recv(65536):
            yield chunk


@pytest.mark.parametrize("format", ["arrow", "json", "ndjson", "csv"])
def test_rows_leave_before_the_scan_ends(server: Client, format: str):
    """The last of five row groups is broken: the rows before it must have left when it is met."""
    sql = quote("SELECT * FROM 'bad/breaks_late.parquet'")
    received = b"".join(receive(server, f"/query?sql={sql}&format={format}"))
    assert received.startswith(b"HTTP/1.1 200")
    # more than the headers and the column names: rows, of which the shortest has thirty bytes
    assert len(received) > 100_000 * 30
    assert not wire.is_whole(received), "the end of an answer that is whole"


def test_client_that_leaves(server: Client, alive):
    answer = receive(server, f"/query?sql={quote('SELECT * FROM lineitem')}&format=csv")
    assert next(answer).startswith(b"HTTP/1.1 200")
    answer.close()


def test_client_that_reads_slowly(server: Client):
    """Back-pressure: the server waits for the client and loses nothing."""
    lines = 0
    for n, chunk in enumerate(receive(server, f"/query?sql={quote('SELECT l_orderkey FROM lineitem')}&format=csv")):
        lines += chunk.count(b"\n")
        if n < 10:
            time.sleep(0.1)
    assert lines > 600_000


def test_requests_in_parallel(server: Client):
    def sum_below(n: int):
        return server.rows(f"SELECT SUM(id) AS s FROM purchases WHERE id <= {n}")[0]["s"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(sum_below, range(1, 33))) == [n * (n + 1) // 2 for n in range(1, 33)]


def test_instances_share_nothing(server: Client):
    """What one request names, the next one does not know."""
    assert server.post({"sql": "WITH mine AS (SELECT 1 AS x) SELECT x FROM mine"}).status == 200
    problems.check(server.post({"sql": "SELECT x FROM mine"}), "unknown_table")
