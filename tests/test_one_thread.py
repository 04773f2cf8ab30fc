"""Text files on one thread: a producer that waits for a consumer must not keep it from running."""

from __future__ import annotations

import gzip
import json

import pytest

import servers
from client import Client

ORDERS = [{"id": n, "person": n % 37, "what": f"thing {n}, \"quoted\""} for n in range(300)]
PEOPLE = [{"id": n, "name": f"näme {n}"} for n in range(30)]
EXPECTED = sorted((o["id"], f"näme {o['person']}") for o in ORDERS if o["person"] < 30)

SMALLEST = {
    "POLARS_CSV_CHUNK_SIZE": "1",
    "POLARS_NDJSON_CHUNK_SIZE": "1",
    "POLARS_FORCE_NDJSON_READ_SIZE": "1",
    "POLARS_CSV_CHUNK_PREFETCH_LIMIT": "1",
    "POLARS_NDJSON_CHUNK_PREFETCH_LIMIT": "1",
    "POLARS_DEFAULT_LINEARIZER_BUFFER_SIZE": "1",
    "POLARS_DEFAULT_DISTRIBUTOR_BUFFER_SIZE": "1",
    "POLARS_IDEAL_MORSEL_SIZE": "1",
}


@pytest.fixture(scope="module", params=[(host, size) for host in servers.HOSTS for size in ("one", "default")],
                ids=lambda param: "-".join(param))
def text(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("text")
    for name, rows in (("orders", ORDERS), ("people", PEOPLE)):
        cells = [",".join('"' + str(value).replace('"', '""') + '"' for value in row.values()) for row in rows]
        csv = "\n".join([",".join(rows[0]), *cells, ""]).encode()
        ndjson = "".join(json.dumps(row) + "\n" for row in rows).encode()
        for extension, content in (("csv", csv), ("ndjson", ndjson)):
            (root / f"{name}.{extension}").write_bytes(content)
            (root / f"{name}.{extension}.gz").write_bytes(gzip.compress(content))
    host, buffers = request.param
    with servers.serve(host, {"data": root}, SMALLEST if buffers == "one" else {}) as client:
        yield client


@pytest.mark.parametrize("left", ["csv", "ndjson", "csv.gz", "ndjson.gz"])
@pytest.mark.parametrize("right", ["csv", "ndjson", "csv.gz", "ndjson.gz"])
@pytest.mark.parametrize("first", ["orders", "people"])
def test_two_text_files_in_one_join(text: Client, left: str, right: str, first: str):
    second = "people" if first == "orders" else "orders"
    rows = text.rows(
        f"SELECT orders.id AS id, people.name AS name FROM '{first}.{left}' JOIN '{second}.{right}' "
        "ON orders.person = people.id ORDER BY 1"
    )
    assert [(row["id"], row["name"]) for row in rows] == EXPECTED


def test_one_file_read_twice(text: Client):
    rows = text.rows(
        "SELECT count(*) AS n FROM 'orders.csv' AS a JOIN 'orders.csv' AS b ON a.id = b.id "
        "JOIN 'people.ndjson' AS p ON p.id = b.person"
    )
    assert rows == [{"n": len(EXPECTED)}]


def test_a_limit_leaves_a_producer_behind(text: Client):
    assert len(text.rows("SELECT * FROM 'orders.csv' LIMIT 2")) == 2
    assert len(text.rows("SELECT * FROM 'orders.ndjson.gz' LIMIT 2")) == 2
