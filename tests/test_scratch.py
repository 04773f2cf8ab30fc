"""Queries ten times as large as their memory: they go on in a directory of their own, and leave nothing there."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

import problems
import servers
from client import Client
from process import within

MEMORY = 64 << 20
ROWS = 8_000_000
COLUMNS = ["id", "a", "b", "c", "d", "e", "f", "g", "h", "i"]
"""Ten of 8 bytes: 640 MB of rows, in row groups of which several fit the memory."""

TABLE = f"""
    COPY (SELECT i AS id, i * 7919 % 8000009 AS a, i * 31 % 1000003 AS b, i / 3.0 AS c, i % 1009 AS d, i * 0.5 AS e,
                 i * 17 % 500009 AS f, -i AS g, i % 2 AS h, i // 7 AS i FROM range({ROWS}) t(i))
    TO '{{}}' (FORMAT parquet, ROW_GROUP_SIZE 20480)
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    duckdb.connect().execute(TABLE.format(folder / "large.parquet"))
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    return tmp_path


@contextmanager
def serve(host: str, data: Path, scratch: Path, size: str = "4GB", *options: str):
    with started(host, data, scratch, size, options) as client:
        # Nothing leaves before all is sorted.
        client.timeout = 600
        yield client


def started(host: str, data: Path, scratch: Path, size: str, options: tuple[str, ...]):
    common = ["--timeout", "0s", "--memory", str(MEMORY)]
    if host == "polaroid":
        return servers.serve(host, {"data": data}, options=[*common, f"--scratch={scratch}:{size}", *options])
    env = {
        "POLAROID_SCRATCH": "/scratch", "POLAROID_SCRATCH_BYTES": "4000000000", "POLAROID_MEMORY_BYTES": str(MEMORY),
    }  # fmt: skip
    limit = ["-W", f"max-memory-size={MEMORY}"]
    return servers.serve(host, {"data": data, "scratch": scratch}, env, limit)


class Watched:
    """Bytes that lay in a folder at the most."""

    def __init__(self, folder: Path):
        self.folder, self.most, self.over = folder, 0, threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def watch(self):
        while not self.over.wait(0.02):
            self.most = max(self.most, sum(size(path) for path in files(self.folder)))


def size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def files(folder: Path) -> list[Path]:
    """While they come and go."""
    return [Path(inner) / name for inner, _, names in os.walk(folder) for name in names]


def test_sort(data: Path, scratch: Path):
    with serve("polaroid", data, scratch) as client, Watched(scratch) as watched:
        found = client.table("SELECT * FROM large ORDER BY a, id")
        assert watched.most > 2 * MEMORY
        assert within(10, lambda: not files(scratch))
    expected = duckdb.sql(f"SELECT * FROM '{data}/large.parquet' ORDER BY a, id").to_arrow_table()
    for name in COLUMNS:
        assert found[name].equals(expected[name]), name


@pytest.mark.parametrize("host", servers.HOSTS)
def test_group_by(host: str, data: Path, scratch: Path):
    sums = ", ".join(f"SUM({name}) AS s{name}" for name in COLUMNS[1:])
    with serve(host, data, scratch) as client, Watched(scratch) as watched:
        found = client.table(f"SELECT id, {sums} FROM large GROUP BY id")
        assert watched.most > 2 * MEMORY
        assert within(10, lambda: not files(scratch))
    assert found.num_rows == ROWS
    expected = f"SELECT id, {sums} FROM '{data}/large.parquet' GROUP BY id"
    assert duckdb.sql(f"SELECT COUNT(*) FROM (SELECT * FROM found EXCEPT ALL ({expected}))").fetchone() == (0,)


@pytest.mark.parametrize("join", ["JOIN", "FULL JOIN"])
def test_join(data: Path, scratch: Path, join: str):
    """Neither side fits: nine columns of eight million rows, 576 MB each."""
    sums = ", ".join(f"SUM({side}.{name}) AS {side}{name}" for name in COLUMNS for side in "lr" if name not in "ce")
    sql = f"SELECT COUNT(*) AS n, MAX(l.c) AS lc, MAX(r.e) AS re, {sums} FROM large AS l {join} large AS r ON l.a = r.id"
    with serve("polaroid", data, scratch) as client, Watched(scratch) as watched:
        found = client.table(sql)
        assert watched.most > 2 * MEMORY
        assert within(10, lambda: not files(scratch))
    expected = duckdb.sql(sql.replace("large AS", f"'{data}/large.parquet' AS")).to_arrow_table()
    assert found.to_pylist() == expected.to_pylist()


def test_a_join_is_merged_where_its_smaller_side_does_not_fit(data: Path, scratch: Path):
    with serve("polaroid", data, scratch) as client:
        small = "(SELECT id FROM large WHERE id < 1000) AS r"
        for sql, sorts in ((f"SELECT COUNT(*) AS n FROM large AS l JOIN {small} ON l.a = r.id", False),
                           ("SELECT COUNT(*) AS n FROM large AS l JOIN large AS r ON l.a = r.id", True)):
            plan = client.rows(f"EXPLAIN {sql}")
            assert ("SORT" in str(plan)) == sorts, plan


def test_a_join_by_morsels_whose_square_is_no_word(data: Path, scratch: Path):
    """Of 65,536 rows, in a sandbox of 32 bits."""
    options = ["--timeout", "0s", "--memory", "152MiB", f"--scratch={scratch}:4GB"]
    with servers.serve("polaroid", {"data": data}, {"POLARS_IDEAL_MORSEL_SIZE": "65536"}, options) as client:
        client.timeout = 600
        sql = "SELECT COUNT(*) AS n, SUM(r.b) AS b FROM large AS l JOIN large AS r ON l.a = r.id"
        expected = duckdb.sql(sql.replace("large AS", f"'{data}/large.parquet' AS")).fetchone()
        assert [tuple(row.values()) for row in client.rows(sql)] == [expected]


def test_without_it_the_same_query_ends_with_an_error(data: Path):
    with servers.serve("polaroid", {"data": data}, options=["--timeout", "0s", "--memory", str(MEMORY)]) as client:
        detail = problems.check(client.sql("SELECT * FROM large ORDER BY a, id"), "memory_exceeded")["detail"]
        assert "scratch" in detail


def test_more_than_may_lie_there_is_an_error(data: Path, scratch: Path):
    with serve("polaroid", data, scratch, "8MB") as client, Watched(scratch) as watched:
        problem = problems.check(client.sql("SELECT * FROM large ORDER BY a, id"), "memory_exceeded")
        assert "scratch either" in problem["detail"] and "; what keeps rows is sort;" in problem["detail"]
        assert within(10, lambda: not list(scratch.iterdir()))
        assert client.rows("SELECT COUNT(*) AS n FROM large") == [{"n": ROWS}]
    assert watched.most < 2 * 8_000_000


@pytest.mark.parametrize("host", servers.HOSTS)
def test_it_is_no_table(host: str, data: Path, scratch: Path):
    """What other queries have there cannot be read; on wasmtime it is one directory for all."""
    (data / "mine.csv").write_text("a\n1\n")
    (scratch / "theirs.csv").write_text("a\n2\n")
    with serve(host, data, scratch) as client:
        assert {table["name"] for table in client.get("/tables").json()["tables"]} == {"large", "mine"}
        for table in ("theirs", "scratch.theirs", "'theirs.csv'", "'/scratch/theirs.csv'", "'../scratch/theirs.csv'"):
            assert client.sql(f"SELECT * FROM {table}").status in (400, 403, 404), table
        found = client.rows("SELECT file FROM glob('**')")
        assert found and not [row for row in found if "theirs" in row["file"]]


def test_who_leaves_leaves_nothing_behind(data: Path, scratch: Path):
    with serve("polaroid", data, scratch) as client:
        connection = client.connect()
        connection.request("GET", "/query?format=arrow&sql=SELECT+*+FROM+large+ORDER+BY+a,+id")
        assert within(60, lambda: files(scratch))
        connection.close()
        assert within(60, lambda: not list(scratch.iterdir()))


def test_an_instance_that_is_kept_starts_with_nothing(data: Path, scratch: Path):
    options = ["--isolation=reuse", "--max-concurrency=1", "--reuse-memory=64MiB"]
    with serve("polaroid", data, scratch, "4GB", *options) as client, Watched(scratch) as watched:
        for _ in range(2):
            assert client.rows("SELECT COUNT(*) AS n FROM (SELECT id FROM large GROUP BY id)") == [{"n": ROWS}]
            assert within(10, lambda: not files(scratch))
        assert watched.most > 0
        assert 'polaroid.instance="reused"' in client.process.log()


@pytest.mark.parametrize("stopped", [False, True])
def test_a_query_of_the_command_line(data: Path, scratch: Path, stopped: bool):
    """Ended by itself or by Ctrl-C, it leaves nothing."""
    sql = "SELECT * FROM large ORDER BY a, id" if stopped else "SELECT id FROM large GROUP BY id LIMIT 1"
    command = [
        str(servers.binary()), "query", "--component", str(servers.component()), "--dir", str(data),
        "--memory", str(MEMORY), f"--scratch={scratch}", "--format", "csv", sql,
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        assert within(120, lambda: files(scratch))
        if stopped:
            process.send_signal(signal.SIGINT)
        assert (process.wait(300) == 0) != stopped
    assert not list(scratch.iterdir())
