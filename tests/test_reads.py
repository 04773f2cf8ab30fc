"""What is read, not only what is answered: bytes and ranges, as the end of a JSON answer tells them."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import servers
from client import Client

ROWS = 100_000
GROUP = 10_000
CHUNK = GROUP * 8
"""Bytes of one column of one row group: plain, uncompressed 64-bit integers."""
METADATA = 150_000
"""More than the footers of these files, however often they are read in one query."""


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


def test_a_projection_reads_its_columns(reads: Client):
    bytes_read, _ = read(reads, "SELECT sum(c3 % 7) AS s FROM wide")
    assert ROWS * 8 <= bytes_read <= ROWS * 8 + METADATA


def test_a_filter_reads_the_row_groups_that_can_match(reads: Client):
    bytes_read, ranges = read(reads, "SELECT sum(c1 % 7) AS s FROM wide WHERE k BETWEEN 25000 AND 25010")
    assert 2 * CHUNK <= bytes_read <= 2 * CHUNK + METADATA
    assert ranges <= 10


def test_a_limit_stops_reading(reads: Client):
    bytes_read, _ = read(reads, "SELECT * FROM wide LIMIT 5")
    assert bytes_read <= 2 * 9 * CHUNK + METADATA


def test_a_count_reads_the_footer(reads: Client):
    bytes_read, ranges = read(reads, "SELECT count(*) AS n FROM wide")
    assert bytes_read <= METADATA
    assert ranges <= 6


@pytest.mark.xfail(strict=True, reason="the column is read in every partition: the filter prunes no file before it is read")
def test_a_partition_is_read_alone(reads: Client):
    bytes_read, _ = read(reads, "SELECT sum(c0 % 7) AS s FROM split WHERE part = 2")
    assert CHUNK <= bytes_read <= CHUNK + METADATA


def test_a_schema_of_text_reads_the_beginning(reads: Client):
    bytes_read, _ = read(reads, "EXPLAIN SELECT k FROM text")
    assert 0 < bytes_read <= size(reads, "text.csv") / 4


def test_text_is_read_once(reads: Client):
    whole = size(reads, "text.csv")
    schema, _ = read(reads, "EXPLAIN SELECT k FROM text")
    bytes_read, _ = read(reads, "SELECT count(*) AS n FROM text")
    assert whole <= bytes_read <= whole + schema + METADATA


def test_an_arrow_file_is_read_by_batches(reads: Client):
    bytes_read, _ = read(reads, "SELECT * FROM batches LIMIT 5")
    assert 0 < bytes_read <= size(reads, "batches.arrow") / 2
