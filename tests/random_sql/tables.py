"""Random small tables: every type, nulls, duplicates, extremes, no rows at all."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import pyarrow as pa

EPOCH = dt.datetime(1970, 1, 1)
INTS = [0, 1, 1, 2, 3, 5, 7, 10, 42, 100]
FLOATS = [0.0, 0.5, 1.0, 1.0, -1.0, 2.25, -2.5, 3.0, 10.125, 1024.0]
"""Multiples of 1/8, so that every order of addition gives the same sum."""
ODD_FLOATS = [math.nan, math.inf, -math.inf, -0.0, 0.0, 1.0, -3.5]
TEXTS = ["", "a", "b", "ab", "A", "abc", "foo bar", " pad ", "Zürich", "日本", "🦀", "%", "a_b", "10", "-3", "15",
         "2024-02-29", "x,y,z", "it's", "aaa"]
DATES = [dt.date(2024, 2, 29), dt.date(2023, 12, 31), dt.date(2024, 1, 1), dt.date(1970, 1, 1), dt.date(1969, 12, 31),
         dt.date(2000, 2, 28), dt.date(2024, 3, 31), dt.date(2024, 1, 31), dt.date(1900, 1, 1), dt.date(2021, 7, 4)]
TIMES = [dt.datetime(2024, 2, 29, 12, 30, 15, 250000), dt.datetime(2023, 12, 31, 23, 59, 59, 999000),
         dt.datetime(2024, 1, 1), dt.datetime(1970, 1, 1), dt.datetime(1969, 12, 31, 23, 59, 59),
         dt.datetime(2024, 3, 31, 2, 30), dt.datetime(2000, 2, 28, 6), dt.datetime(1900, 1, 1, 18, 45, 1)]
LISTS = [[], [1], [1, 2, 3], [3, 1, 2], [None], [2, None, 2], [-5, 0], [7, 7]]


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    type: pa.DataType


@dataclass(frozen=True)
class RandomTable:
    name: str
    columns: tuple[Column, ...]
    data: pa.Table
    unique: tuple[str, ...]
    """Columns that tell every row from every other one, and are never null."""


def ints(rnd: Random, type: pa.DataType) -> list:
    bits, signed = type.bit_width, pa.types.is_signed_integer(type)
    pool = list(INTS)
    if signed:
        pool += [-1, -2, -7]
    if rnd.random() < 0.08:
        pool += [2 ** (bits - signed) - 1, -(2 ** (bits - 1)) if signed else 0] * 2
    return pool


def decimals(rnd: Random, type: pa.DataType) -> list:
    unit = Decimal(1).scaleb(-type.scale)
    pool = [Decimal(n) * unit for n in (0, 1, -1, 5, 25, 50, 99, 100, 150, 1234, -250)]
    if rnd.random() < 0.08:
        digits = (9,) * type.precision
        pool += [Decimal((sign, digits, -type.scale)) for sign in (0, 1)]
    return pool


def column_type(rnd: Random, kind: str) -> tuple[pa.DataType, list]:
    """A type of the kind, and values of it."""
    match kind:
        case "int":
            name = rnd.choice(["int8", "int16", "int32", "int32", "int64", "int64", "int64", "uint8", "uint16", "uint32",
                               "uint64"])
            type = getattr(pa, name)()
            return type, ints(rnd, type)
        case "dec":
            precision, scale = rnd.choice([(4, 1), (9, 2), (9, 2), (12, 3), (18, 2), (18, 6), (30, 4)])
            type = pa.decimal128(precision, scale)
            return type, decimals(rnd, type)
        case "float":
            type = rnd.choice([pa.float64(), pa.float64(), pa.float64(), pa.float32()])
            return type, ODD_FLOATS if rnd.random() < 0.25 else FLOATS
        case "text":
            return pa.string(), TEXTS
        case "date":
            return pa.date32(), DATES
        case "ts":
            return pa.timestamp(rnd.choice(["us", "us", "us", "ms"])), TIMES
        case "bool":
            return pa.bool_(), [True, False]
        case "list":
            return pa.list_(pa.int64()), LISTS
        case "struct":
            return pa.struct([("x", pa.int64()), ("y", pa.string())]), [
                {"x": x, "y": y} for x in (None, 0, 1, 2) for y in (None, "a", "b")]
    raise ValueError(kind)


LETTER = {"int": "i", "dec": "n", "float": "f", "text": "s", "date": "d", "ts": "t", "bool": "b", "list": "l", "struct": "r"}
"""Columns are called by the kind and a number, so that tables share names."""
KINDS = ["int", "int", "int", "dec", "float", "float", "text", "text", "text", "date", "ts", "bool", "list", "struct"]


def random_table(rnd: Random, name: str) -> RandomTable:
    count = rnd.choice([0, 1, 2, 3, 5, 5, 8, 8, 12, 12, 20, 40])
    columns, arrays, unique = [], [], ()
    if rnd.random() < 0.85:
        columns.append(Column("id", "int", pa.int64()))
        ids = list(range(1, count + 1))
        if rnd.random() < 0.5:
            rnd.shuffle(ids)
        arrays.append(pa.array(ids, pa.int64()))
        unique = ("id",)
    kinds = [rnd.choice(KINDS) for _ in range(rnd.randint(2, 6))]
    for kind in ("int", *kinds):  # an integer that most tables have: a key for joins
        n = sum(c.kind == kind for c in columns if c.name != "id")
        type, pool = column_type(rnd, kind)
        few = rnd.sample(pool, min(len(pool), rnd.choice([1, 2, 4, 8])))
        nulls = rnd.choice([0, 0, 0.15, 0.15, 0.4, 1.0 if rnd.random() < 0.2 else 0.3])
        values = [None if rnd.random() < nulls else rnd.choice(few) for _ in range(count)]
        columns.append(Column(f"{LETTER[kind]}{n}", kind, type))
        arrays.append(pa.array(values, type))
    data = pa.table(arrays, [c.name for c in columns])
    return RandomTable(name, tuple(columns), data, unique)


def with_data(table: RandomTable, name: str, data: pa.Table) -> RandomTable:
    columns = tuple(c for c in table.columns if c.name in data.column_names)
    return RandomTable(name, columns, data, table.unique)
