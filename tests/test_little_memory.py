"""Ten million rows in less than 128 MB of linear memory, whatever becomes of them and however slowly they are taken."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

import servers
from client import Client

MANY = 10_000_000
ROWS = f"""
    COPY (SELECT i AS id, i * 7919 % 10007 AS g, i * 0.25 AS x, (i % 1000000 / 100)::DECIMAL(12, 2) AS price,
                 'name ' || (i * 613 % 200003) AS s, DATE '2020-01-01' + (i % 1500)::INTEGER AS d
          FROM range({MANY}) t(i))
    TO '{{}}' (FORMAT parquet, ROW_GROUP_SIZE 122880)
"""
LITTLE = 128_000_000 >> 20 << 20
"""Bytes of a sandbox, of which ten million rows may need no more."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    duckdb.connect().execute(ROWS.format(folder / "many.parquet"))
    return folder


@pytest.fixture(scope="module", params=servers.HOSTS)
def little(request: pytest.FixtureRequest, many: Path):
    options = {
        "polaroid": ["--timeout", "0s", "--memory", str(LITTLE)],
        "wasmtime": ["-W", f"max-memory-size={LITTLE}"],
    }
    with servers.serve(request.param, {"data": many}, options=options[request.param]) as client:
        yield client


def test_ten_million_rows_in_ten_thousand_groups(little: Client):
    found = little.table("SELECT g, COUNT(*) AS n, SUM(x) AS x, SUM(price) AS p FROM many GROUP BY g")
    assert found.num_rows == 10_007
    assert sum(found["n"].to_pylist()) == MANY


def test_more_groups_than_the_cache_holds(little: Client):
    """Rows that wait for their partition are held once."""
    found = little.table("SELECT id % 200003 AS k, SUM(x) AS x FROM many WHERE id < 2000000 GROUP BY k")
    assert found.num_rows == 200_003


@pytest.mark.parametrize("pause", [0.0, 0.2])
def test_ten_million_rows_at_any_speed(little: Client, pause: float):
    """What a client has not taken yet is not made yet."""
    connection = little.connect()
    connection.request("GET", "/query?format=arrow&sql=SELECT+*+FROM+many")
    answer = connection.getresponse()
    assert answer.status == 200
    size = 0
    for _ in range(10):
        size += len(answer.read(1 << 16))
        time.sleep(pause)
    while part := answer.read(1 << 20):
        size += len(part)
    connection.close()
    assert size > 40 * MANY
