"""`GET /query` for caches: validators, 304, and what may not be kept."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from urllib.parse import quote

import pytest

import servers
from client import Answer, Client

SQL = "SELECT COUNT(*) AS n FROM people"


HOUR_AGO = int(time.time()) - 3600
"""Seconds since 1970, of a whole second: file systems keep them."""


def ask(server: Client, sql: str = SQL, more: str = "", **headers: str) -> Answer:
    return server.get(f"/query?sql={quote(sql)}{more}", **headers)


@pytest.fixture(params=servers.HOSTS)
def own(request: pytest.FixtureRequest, root: Path, tmp_path: Path):
    """A server over a directory that the test may change."""
    data = tmp_path / "data"
    data.mkdir()
    for name in ("people", "more"):
        shutil.copy(root / "data/people.parquet", data / f"{name}.parquet")
        os.utime(data / f"{name}.parquet", (HOUR_AGO, HOUR_AGO))
    with servers.serve(request.param, {"data": data}, env={"POLAROID_CACHE_CONTROL": "max-age=60, public"}) as client:
        yield client, data


def test_the_same_has_the_same_tag(server: Client):
    first, again = ask(server), ask(server)
    assert first.status == 200 and first.headers["ETag"].startswith('W/"')
    assert first.headers["ETag"] == again.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    assert "accept" in first.headers["Vary"].lower()


@pytest.mark.parametrize("header", ["{}", '"x", {}'])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_not_modified(server: Client, header: str, method: str):
    tag = ask(server).headers["ETag"]
    answer = server.request(method, f"/query?sql={quote(SQL)}", headers={"If-None-Match": header.format(tag)})
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == tag and answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Query-Id"] and answer.headers["Content-Type"] is None


def test_any_tag_is_no_tag(server: Client):
    """`*` asks whether there is something, which for a query is no question."""
    answer = ask(server, If_None_Match="*")
    assert answer.status == 200 and answer.json()["data"] == [{"n": 200}]


def test_not_modified_is_told_before_the_first_row(server: Client):
    sql = "SELECT COUNT(*) AS n FROM lineitem a, lineitem b WHERE a.l_comment < b.l_comment AND a.l_orderkey < 0"
    first = ask(server, sql)
    assert "first" in first.headers["Server-Timing"]
    answer = ask(server, sql, If_None_Match=first.headers["ETag"])
    assert answer.status == 304 and "first" not in answer.headers["Server-Timing"]


def test_an_error_has_no_tag(server: Client):
    answer = ask(server, "SELECT CAST(name AS INTEGER) AS n FROM people")
    assert answer.status == 400 and answer.headers["ETag"] is None and answer.headers["Cache-Control"] == "no-store"


def test_another_request_has_another_tag(server: Client):
    tags = [
        ask(server).headers["ETag"],
        ask(server, SQL + " ").headers["ETag"],
        ask(server, more="&format=csv").headers["ETag"],
        ask(server, more="&max_rows=5").headers["ETag"],
        ask(server, more="&numbers=string").headers["ETag"],
        ask(server, SQL + " WHERE id = $1", more="&params=[1]").headers["ETag"],
        ask(server, SQL + " WHERE id = $1", more="&params=[2]").headers["ETag"],
        server.get(f"/query?sql={quote(SQL)}", Accept="text/csv;q=0.9").headers["ETag"],
    ]
    assert None not in tags
    # by Accept or by name, it is one format
    assert tags[2] == tags[7] and len(set(tags)) == len(tags) - 1
    assert ask(server, SQL, If_None_Match=tags[2]).status == 200


@pytest.mark.parametrize("sql", [
    "SELECT now() AS t", "SELECT CURRENT_DATE AS d", "SELECT random() AS r", "SELECT id, uuid() AS u FROM people",
    "SHOW TABLES", "SELECT * FROM glob('*.parquet')", "EXPLAIN SELECT 1 AS x", "EXPLAIN ANALYZE SELECT id FROM people",
])
def test_what_depends_on_more_than_files_is_not_kept(server: Client, sql: str):
    answer = ask(server, sql)
    assert answer.status == 200 and answer.headers["ETag"] is None and answer.headers["Cache-Control"] == "no-store"


def test_what_is_no_get_is_not_kept(server: Client):
    for answer in (server.post({"sql": SQL}), server.get("/tables"), server.get("/version"), ask(server, "SELEC")):
        assert answer.headers["ETag"] is None and answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("sql", [
    SQL, "SELECT * FROM 'people.parquet'", "SELECT * FROM '*.parquet'", "SELECT * FROM read_parquet('people.parquet')",
    "WITH p AS (SELECT * FROM people) SELECT * FROM p", "SELECT (SELECT MAX(id) FROM people) AS m", "DESCRIBE people",
    "SELECT id FROM more WHERE id IN (SELECT id FROM people)", "SUMMARIZE people",
])
def test_a_changed_file_is_told(own: tuple[Client, Path], sql: str):
    client, data = own
    first = ask(client, sql)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "max-age=60, public"
    assert ask(client, sql, If_None_Match=tag).status == 304
    people = data / "people.parquet"
    time = people.stat().st_mtime_ns
    os.utime(people, ns=(time, time + 1_000_000))
    touched = ask(client, sql, If_None_Match=tag)
    assert touched.status == 200 and touched.headers["ETag"] != tag
    people.write_bytes(people.read_bytes() + b"x")
    os.utime(people, ns=(time, time))
    longer = ask(client, sql, If_None_Match=tag)
    assert longer.status != 304, "the size alone tells as well"


def test_another_file_in_the_glob_is_told(own: tuple[Client, Path]):
    client, data = own
    sql = "SELECT COUNT(*) AS n FROM '*.parquet'"
    tag = ask(client, sql).headers["ETag"]
    shutil.copy2(data / "people.parquet", data / "third.parquet")
    answer = ask(client, sql, If_None_Match=tag)
    assert answer.status == 200 and answer.json()["data"] == [{"n": 600}]


def test_a_file_that_may_change_within_a_tick_has_no_tag(own: tuple[Client, Path]):
    """Its next change might leave size and time as they are."""
    client, data = own
    people = data / "people.parquet"
    people.touch()
    fresh = ask(client, SQL)
    assert fresh.status == 200 and fresh.headers["ETag"] is None and fresh.headers["Cache-Control"] == "no-store"
    os.utime(people, (HOUR_AGO, HOUR_AGO))
    assert ask(client, SQL).headers["ETag"]
