"""Pages of Parquet as snappy, of random shape, by another writer: every value is what was written, and what is damaged
is an error."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

import problems
from client import Client

LENGTHS = [0, 1, 3, 4, 11, 12, 15, 16, 17, 31, 32, 59, 60, 61, 63, 64, 65, 127, 128, 300, 70_000]
"""Around those of literals and copies, of what is copied at once, and of what counts as near an end."""


def value(chance: random.Random, earlier: bytes) -> bytes:
    """Noise, repeats of a few bytes, and pieces of what came before, near and far."""
    wanted = chance.choice(LENGTHS[:-1] if chance.random() < 0.99 else LENGTHS)
    found = bytearray()
    while len(found) < wanted:
        length = min(chance.choice(LENGTHS), wanted - len(found))
        kind = chance.randrange(3)
        if kind == 0 or not earlier:
            found += chance.randbytes(length)
        elif kind == 1:
            found += (chance.randbytes(chance.randint(1, 20)) * length)[:length]
        else:
            start = chance.randrange(max(1, len(earlier) - chance.choice([20, 300, 3_000, 100_000])), len(earlier) + 1)
            found += earlier[start : start + length]
            if start == len(earlier):
                found += b"."
    return bytes(found[:wanted])


def write(path: Path, seed: int) -> list[bytes]:
    chance = random.Random(seed)
    values, earlier = [], b""
    for _ in range(chance.choice([1, 2, 30, 400])):
        values.append(value(chance, earlier))
        earlier = (earlier + values[-1])[-200_000:]
    column = pa.array(values, pa.binary())
    pa.parquet.write_table(
        pa.table({"v": column}), path, compression="snappy", use_dictionary=False,
        data_page_size=chance.choice([100, 5_000, 1 << 20]), data_page_version=chance.choice(["1.0", "2.0"]),
        write_statistics=False,
    )  # fmt: skip
    return values


def test_values(served: Client, folder: Path):
    for seed in range(120):
        name = f"values-{served.host}-{seed}.parquet"
        values = write(folder / name, seed)
        assert served.table(f"SELECT v FROM '{name}'")["v"].to_pylist() == values, seed


def test_damage(served: Client, folder: Path):
    """An error that says so, or values of the same number; the server goes on."""
    refused = 0
    for seed in range(60):
        name = f"damage-{served.host}-{seed}.parquet"
        path = folder / name
        values = write(path, seed)
        whole = bytearray(path.read_bytes())
        end = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
        chance = random.Random(seed)
        for _ in range(chance.choice([1, 1, 5])):
            whole[chance.randrange(4, end)] = chance.randrange(256)
        path.write_bytes(whole)
        answer = served.post({"sql": f"SELECT v FROM '{name}'", "format": "json"})
        if answer.status == 200:
            assert answer.json()["rows"] == len(values), seed
        else:
            problems.check(answer, "invalid_file")
            refused += 1
    assert refused
    assert served.rows("SELECT 1 AS one") == [{"one": 1}]
