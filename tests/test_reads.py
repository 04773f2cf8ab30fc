"""What is read, not only what is answered: bytes and ranges, as the end of a JSON answer tells them."""

from __future__ import annotations

import datetime as dt
import decimal
import random
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import servers
from client import Client
from compare import difference

ROWS = 100_000
GROUP = 10_000
CHUNK = GROUP * 8
"""Bytes of the values of one column of one row group: plain, uncompressed 64-bit integers."""
HEADERS = 500
"""More than the headers of a column chunk's pages."""
FOOTER = 64 << 10
"""The end of a Parquet file, in which its footer is looked for by one read; those here fit with room to spare."""


@pytest.fixture(scope="module", params=servers.HOSTS)
def reads(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("reads")
    noise = random.Random(1)
    columns = {f"c{n}": [noise.getrandbits(62) for _ in range(ROWS)] for n in range(8)}
    table = pa.table({"k": range(ROWS), **columns})
    write = {"compression": "none", "use_dictionary": False, "row_group_size": GROUP}
    pa.parquet.write_table(table, root / "wide.parquet", **write)
    for part in range(4):
        folder = root / f"split/part={part}"
        folder.mkdir(parents=True)
        pa.parquet.write_table(table.slice(part * GROUP, GROUP), folder / "data.parquet", **write)
    pa.csv.write_csv(table, root / "text.csv")
    with pa.ipc.new_file(root / "batches.arrow", table.schema) as file:
        file.write_table(table, GROUP)
    with servers.serve(request.param, {"data": root}) as client:
        client.root = root
        yield client


def read(client: Client, sql: str) -> tuple[int, int]:
    answer = client.post({"sql": sql})
    assert answer.status == 200, answer.body
    tail = answer.json()
    return tail["bytes_read"], tail["ranges_read"]


def size(client: Client, name: str) -> int:
    return (Path(client.root) / name).stat().st_size


def chunks(count: int, bytes_read: int) -> bool:
    """Whether so many bytes are `count` column chunks."""
    return count * CHUNK <= bytes_read <= count * (CHUNK + HEADERS)


def test_a_projection_reads_its_columns(reads: Client):
    bytes_read, ranges = read(reads, "SELECT sum(c3 % 7) AS s FROM wide")
    assert chunks(10, bytes_read - FOOTER)
    assert ranges <= 1 + 10


def test_a_filter_reads_the_row_groups_that_can_match(reads: Client):
    bytes_read, ranges = read(reads, "SELECT sum(c1 % 7) AS s FROM wide WHERE k BETWEEN 25000 AND 25010")
    assert chunks(2, bytes_read - FOOTER)
    assert ranges <= 1 + 2


def test_a_limit_reads_one_row_group(reads: Client):
    bytes_read, ranges = read(reads, "SELECT * FROM wide LIMIT 5")
    assert chunks(9, bytes_read - FOOTER)
    assert ranges <= 1 + 9


def test_a_count_reads_the_footer(reads: Client):
    assert read(reads, "SELECT count(*) AS n FROM wide") == (FOOTER, 1)


def test_a_count_over_a_folder_reads_the_footers(reads: Client):
    assert read(reads, "SELECT count(*) AS n FROM split") == (4 * FOOTER, 4)


BOUNDS = [
    "min(i) AS a, max(i) AS b",
    "max(t) AS t",
    "max(i) - min(i) + 1 AS a, min(d) AS d, max(t) AS t, min(n) AS n, CAST(max(u) AS DOUBLE) AS u",
]
"""Of numbers, dates, times and decimals, some null or all of a row group null."""


@pytest.fixture(scope="module")
def bounds(reads: Client) -> duckdb.DuckDBPyConnection:
    """`known` has statistics of all columns, `unknown` of none, and `nothing` has no rows."""
    noise = random.Random(2)
    count, group = 5_000, 1_000

    def some(value) -> list:
        return [None if row // group == 2 or noise.random() < 0.1 else value() for row in range(count)]

    day, time = dt.date(2020, 1, 1), dt.datetime(2020, 1, 1, 12, 30)
    table = pa.table({
        "i": some(lambda: noise.randint(-10**12, 10**12)),
        "u": pa.array(some(lambda: noise.getrandbits(64)), pa.uint64()),
        "d": some(lambda: day + dt.timedelta(noise.randint(-40_000, 40_000))),
        "t": some(lambda: time + dt.timedelta(milliseconds=noise.randint(-10**11, 10**11))),
        "n": some(lambda: decimal.Decimal(noise.randint(-10**9, 10**9)).scaleb(-2)),
        "f": some(lambda: noise.choice([noise.random(), float("nan"), float("-inf")])),
        "s": some(lambda: "z" * noise.randint(1, 200)),
        "k": range(count),
    })  # fmt: skip
    for name, statistics in (("known", True), ("unknown", False)):
        pa.parquet.write_table(
            table, reads.root / f"{name}.parquet", row_group_size=group, write_statistics=statistics
        )
    pa.parquet.write_table(table.slice(0, 0), reads.root / "nothing.parquet")
    connection = duckdb.connect()
    for name in ("known", "unknown", "nothing"):
        connection.execute(f"CREATE VIEW {name} AS FROM '{reads.root}/{name}.parquet'")
    return connection


@pytest.mark.parametrize("table", ["known", "unknown", "nothing"])
@pytest.mark.parametrize("columns", BOUNDS)
def test_bounds_are_in_the_footer(reads: Client, bounds: duckdb.DuckDBPyConnection, table: str, columns: str):
    sql = f"SELECT {columns} FROM {table}"
    assert difference(reads.table(sql), bounds.sql(sql).to_arrow_table(), ordered=False) is None
    bytes_read, _ = read(reads, sql)
    footer, _ = read(reads, f"SELECT count(*) AS n FROM {table}")
    assert (bytes_read == footer) == (table != "unknown")


@pytest.mark.parametrize("columns", [
    "min(s) AS s, max(s) AS t",                  # may be cut short
    "min(f) AS f, max(f) AS g",                  # leave NaN aside
    "min(i) AS a, count(*) AS n",                # asks for more than bounds
    "min(i) AS a, sum(k) AS s",
    "max(i % 1000) AS a",
    "min(i) FILTER (WHERE k > 2500) AS a",
])  # fmt: skip
def test_what_statistics_do_not_hold_is_read(reads: Client, bounds: duckdb.DuckDBPyConnection, columns: str):
    sql = f"SELECT {columns} FROM known"
    assert difference(reads.table(sql), bounds.sql(sql).to_arrow_table(), ordered=False, types=False) is None
    assert read(reads, sql)[0] > read(reads, "SELECT count(*) AS n FROM known")[0]


@pytest.mark.parametrize("rest", ["WHERE k > 2500", "GROUP BY k % 7", "WHERE i > 0", "WHERE k < 0"])
def test_bounds_of_some_rows_are_theirs(reads: Client, bounds: duckdb.DuckDBPyConnection, rest: str):
    sql = f"SELECT min(i) AS a, max(i) AS b FROM known {rest}"
    assert difference(reads.table(sql), bounds.sql(sql).to_arrow_table(), ordered=False) is None


@pytest.mark.parametrize("limited", ["LIMIT 10", "LIMIT 10 OFFSET 1500"])
def test_bounds_of_the_first_rows_are_theirs(reads: Client, bounds: duckdb.DuckDBPyConnection, limited: str):
    sql = f"SELECT max(k) AS k FROM (SELECT k FROM known {limited})"
    assert difference(reads.table(sql), bounds.sql(sql).to_arrow_table(), ordered=False) is None


def test_bounds_over_a_folder(reads: Client):
    """Of columns of the files and of the partitions."""
    sql = "SELECT min(k) AS a, max(k) AS b, max(part) AS part FROM split"
    assert reads.rows(sql) == [{"a": 0, "b": 4 * GROUP - 1, "part": 3}]
    assert read(reads, sql) == (4 * FOOTER, 4)


FEW = """
    SELECT 'user ' || v AS name, v::SMALLINT AS s, v::INTEGER AS i, v::BIGINT * 1000000007 AS b, v::UINTEGER AS u,
           DATE '2020-01-01' + v::INTEGER AS d, hash(r) AS x
    FROM (SELECT r, r * 7919 % 50 * 10 + r // 10240 AS v FROM range(102400) t(r)) ORDER BY r
"""
"""Ten row groups, each with fifty values of its own, which lie between those of the others."""


@pytest.fixture(scope="module")
def few(reads: Client) -> duckdb.DuckDBPyConnection:
    """`few` with Bloom filters by DuckDB, `damaged` with bytes in their place that are none."""
    connection = duckdb.connect()
    path = reads.root / "few.parquet"
    connection.execute(f"COPY ({FEW}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 10240)")
    filters = connection.execute(
        "SELECT bloom_filter_offset, bloom_filter_length FROM parquet_metadata(?) WHERE bloom_filter_length > 0",
        [str(path)],
    ).fetchall()
    assert len(filters) == 60
    whole = bytearray(path.read_bytes())
    chance = random.Random(3)
    for offset, length in filters:
        long = b"\x58\xff\xff\xff\xff\x07"  # A field that would take two gigabytes.
        whole[offset : offset + length] = chance.choice(
            [bytes(length), chance.randbytes(length), long + bytes(length - len(long))]
        )
    (reads.root / "damaged.parquet").write_bytes(whole)
    connection.execute(f"CREATE VIEW few AS FROM '{path}'")
    return connection


WANTED = {
    "name = 'user 123'": 1,
    "name = 'user 4321'": 0,
    "name IN ('user 123', 'user 124', 'user 333')": 2,
    "s = 77": 1,
    "i = 499": 1,
    "i IN (0, 10, 490)": 1,
    "i IN (0, 10, 5000000000)": 1,
    "i NOT IN (0, 10)": 10,
    "s IN (5, 70000, 15)": 1,
    "b = 123000000861": 1,
    "b = 5": 0,
    "u = 250": 1,
    "d = DATE '2020-06-06'": 1,
    "d = DATE '2020-06-06' AND i = 3": 0,
    "name = 'user 123' OR i = 124": 10,
    "i <> 123": 10,
    "name = 'user 123' AND x > 0": 1,
}
"""How many row groups are read; a filter might let one more through, but does not with these values."""


@pytest.mark.parametrize("condition", WANTED)
def test_a_bloom_filter_spares_row_groups(reads: Client, few: duckdb.DuckDBPyConnection, condition: str):
    sql = f"SELECT count(*) AS n, max(x) AS x, min(i) AS i FROM few WHERE {condition}"
    answer = reads.post({"sql": sql}).json()
    assert (answer["row_groups"], answer["row_groups_read"]) == (10, WANTED[condition])
    assert difference(reads.table(sql), few.sql(sql).to_arrow_table(), ordered=False) is None
    damaged = reads.table(sql.replace("few", "damaged"))
    assert damaged.equals(reads.table(sql))


def test_values_are_found_behind_their_filters(reads: Client, few: duckdb.DuckDBPyConnection):
    for n in range(0, 500, 23):
        day = dt.date(2020, 1, 1) + dt.timedelta(n)
        for condition in (
            f"name = 'user {n}'", f"s = {n}", f"i = {n}", f"b = {n * 1000000007}", f"u = {n}", f"d = DATE '{day}'",
        ):  # fmt: skip
            sql = f"SELECT count(*) AS n FROM few WHERE {condition}"
            answer = reads.post({"sql": sql}).json()
            assert answer["data"] == [{"n": few.sql(sql).fetchone()[0]}], sql
            # There is one, and few filters let another through.
            assert 1 <= answer["row_groups_read"] <= 3, sql


def test_a_bloom_filter_is_small_beside_what_it_spares(reads: Client, few: duckdb.DuckDBPyConnection):
    bytes_read, ranges = read(reads, "SELECT sum(x % 7) AS x FROM few WHERE name = 'user 123'")
    footer, _ = read(reads, "SELECT count(*) AS n FROM few")
    filters = 60 * 80
    assert bytes_read - footer < 10240 * 8 + filters + 3 * HEADERS
    assert ranges <= 1 + 1 + 2


def test_bounds_by_duckdb_spare_row_groups(reads: Client):
    """It writes no column orders, which say how bounds compare; for signed integers there is one way."""
    path = reads.root / "sorted.parquet"
    duckdb.execute(
        "COPY (SELECT r AS b, r::SMALLINT AS s, (r + 2147483648)::UINTEGER AS u, DATE '2020-01-01' + (r // 1000)::INTEGER AS d, "
        "TIMESTAMP '2020-01-01 00:00:00' + to_seconds(r) AS t, (r / 100)::DECIMAL(9, 2) AS n, lpad('' || r, 6, ' ') AS c "
        f"FROM range(-15000, 15000) t(r) WHERE r >= 0 OR r % 2 = 0) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
    )
    for condition in (
        "b = 5", "b BETWEEN -3 AND 3", "b > 14990", "b IN (-14000, 14000)", "s = -1", "s < -14990", "u = 2147483653",
        "d = DATE '2020-01-03'", "t > TIMESTAMP '2020-01-01 04:09:00'", "n = -1.5", "c = ' 12345'",
    ):
        sql = f"SELECT count(*) AS n, sum(b) AS b FROM sorted WHERE {condition}"
        answer = reads.post({"sql": sql}).json()
        (count, total) = duckdb.sql(sql.replace("sorted", f"'{path}'")).fetchone()
        assert answer["data"] == [{"n": count, "b": total}], sql
        # How unsigned integers and texts compare is not known.
        everything = condition[0] in "uc"
        assert answer["row_groups"] > 6
        assert answer["row_groups_read"] <= 3 or everything, sql
        assert answer["row_groups_read"] == answer["row_groups"] or not everything, sql


def test_a_partition_is_read_alone(reads: Client):
    """Planning reads the footers of all files (of a sample, where there are many); after it, one file is read."""
    sql = "SELECT sum(c0 % 7) AS s FROM split WHERE part = 2"
    planned, footers = read(reads, f"EXPLAIN {sql}")
    assert (planned, footers) == (4 * FOOTER, 4)
    bytes_read, ranges = read(reads, sql)
    assert chunks(1, bytes_read - planned)
    assert ranges - footers == 1


def test_a_schema_of_text_reads_the_beginning(reads: Client):
    bytes_read, _ = read(reads, "EXPLAIN SELECT k FROM text")
    assert 0 < bytes_read <= size(reads, "text.csv") / 50


def test_text_is_read_once(reads: Client):
    whole = size(reads, "text.csv")
    schema, _ = read(reads, "EXPLAIN SELECT k FROM text")
    bytes_read, _ = read(reads, "SELECT count(*) AS n FROM text")
    assert whole <= bytes_read <= whole + schema + FOOTER


def test_an_arrow_file_is_read_by_batches(reads: Client):
    bytes_read, _ = read(reads, "SELECT * FROM batches LIMIT 5")
    assert 0 < bytes_read <= size(reads, "batches.arrow") / 2
