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
    """Those after the first are read for the plan and again to run it."""
    bytes_read, ranges = read(reads, "SELECT count(*) AS n FROM split")
    assert bytes_read <= 7 * FOOTER
    assert ranges <= 7


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
