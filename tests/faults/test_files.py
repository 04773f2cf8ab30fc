"""Files that change, vanish or have no room: the data under a running query."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Callable

import pytest

import problems
import servers
import wire
from conftest import LIMITS

ROWS = wire.query("SELECT * FROM lineitem")


@pytest.fixture
def data(root: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(root / "tpch/lineitem.parquet", folder)
    return folder


def truncate(data: Path) -> None:
    with open(data / "lineitem.parquet", "r+b") as file:
        file.truncate(1 << 20)


def overwrite(data: Path) -> None:
    with open(data / "lineitem.parquet", "r+b") as file:
        file.write(bytes(file.seek(0, 2) - file.seek(0)))


def delete(data: Path) -> None:
    (data / "lineitem.parquet").unlink()


def delete_all(data: Path) -> None:
    shutil.rmtree(data)


@pytest.mark.parametrize("harm, code", [
    (truncate, "invalid_file"), (overwrite, "invalid_file"), (delete, "unknown_table"),
    (delete_all, "unknown_table"),
])
def test_data_changes_during_a_scan(root: Path, data: Path, harm: Callable[[Path], None], code: str):
    """Rows that leave are right, and an answer that is whole has all of them."""
    dirs = {"data": data, "tpch": root / "tpch"}
    with servers.serve("polaroid", dirs, options=[*LIMITS, "--timeout=10m"]) as client:
        right = wire.rest(wire.ask(client, ROWS))
        assert wire.is_whole(right)
        with wire.asked(client, ROWS, receive_buffer=1 << 14) as (connection,):
            begun = connection.recv(1 << 10)
            harm(data)
            answer = begun + wire.rest(connection)
        rows = wire.body(answer)
        assert rows and wire.body(right).startswith(rows)
        if harm in (truncate, overwrite):
            assert not wire.is_whole(answer), "the rest of the file was not there to be read"
        else:
            # a file that is open outlives its name
            assert wire.is_whole(answer) == (len(rows) == len(wire.body(right)))
        # also when all of the directory is gone: that of the other tables is there
        problems.check(client.sql("SELECT COUNT(*) AS n FROM data.lineitem"), code)
        assert client.rows("SELECT COUNT(*) AS n FROM tpch.nation") == [{"n": 25}]
        data.mkdir(exist_ok=True)
        shutil.copy(root / "tpch/lineitem.parquet", data)
        assert client.rows("SELECT COUNT(*) AS n FROM data.lineitem") == [{"n": 600_572}]
