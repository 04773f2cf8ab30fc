"""The small tables, as Arrow tables. Nothing is random: the same rows come out on every machine.

Floats that are summed are multiples of 1/8, so that every order of addition gives the same sum.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pyarrow as pa

UTC = dt.timezone.utc
PLAIN = ["parquet", "arrow", "ipc"]
"""Formats that hold every type."""
TEXT = ["csv", "ndjson"]


def lcg(seed: int):
    """A generator of integers below 2**31: small, fixed, and the same in every Python."""
    state = seed
    while True:
        state = (state * 1103515245 + 12345) % 2**31
        yield state >> 8


def alltypes() -> pa.Table:
    """One column a type; the first rows hold the extremes, the last one nulls only."""
    instants = [
        dt.datetime(1970, 1, 1),
        dt.datetime(1969, 12, 31, 23, 59, 59, 999000),
        dt.datetime(2024, 2, 29, 12, 30, 15, 250000),
        dt.datetime(2024, 3, 31, 0, 30, 0),  # around the change to summer time in Paris
        dt.datetime(2024, 3, 31, 1, 30, 0),
        dt.datetime(2262, 1, 1, 0, 0, 0),
        dt.datetime(1900, 1, 1, 6, 0, 0),
        None,
    ]
    micro = [i if i is None else i.replace(microsecond=i.microsecond // 1000 * 1000 + (n if i.microsecond else 0))
             for n, i in enumerate(instants)]
    nanos = [None if i is None else int((i - dt.datetime(1970, 1, 1)) / dt.timedelta(microseconds=1)) * 1000 + n
             for n, i in enumerate(instants)]
    aware = [None if i is None else i.replace(tzinfo=UTC) for i in instants]

    def ints(bits: int, signed: bool) -> list:
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        return [low, high, 0, 1, 7, 42, high - 1, None]

    columns = {
        "id": pa.array(range(1, 9), pa.int64()),
        "b": pa.array([True, False, True, False, True, True, False, None]),
        **{f"i{n}": pa.array(ints(n, True), f"int{n}") for n in (8, 16, 32, 64)},
        **{f"u{n}": pa.array(ints(n, False), f"uint{n}") for n in (8, 16, 32, 64)},
        "f32": pa.array([0.5, -1.25, 0.0, 3.0, 1e30, math.inf, 2.0, None], pa.float32()),
        "f64": pa.array([0.1, -1.25, 0.0, 3.0, 1e300, math.inf, 5e-324, None], pa.float64()),
        "d9": pa.array([Decimal(s) if s else None for s in
                        ["9999999.99", "-9999999.99", "0.00", "0.01", "12.30", "12.34", "-0.05", ""]],
                       pa.decimal128(9, 2)),
        "d18": pa.array([Decimal(s) if s else None for s in
                         ["99999999999999.9999", "-99999999999999.9999", "0.0000", "0.0001", "1.5000", "2.2500",
                          "-7.1234", ""]], pa.decimal128(18, 4)),
        "d38": pa.array([Decimal(s) if s else None for s in
                         ["9999999999999999999999999999.9999999999", "-9999999999999999999999999999.9999999999",
                          "0.0000000000", "0.0000000001", "1.5000000000", "123456789012345678.0123456789",
                          "-1.0000000001", ""]], pa.decimal128(38, 10)),
        "s": pa.array(["", "plain", "Ünïcödé", "日本語", "quote ' and \" mark", "tab\tand\nline", "🦀 crab", None]),
        "bin": pa.array([b"", b"\x00\xff", b"abc", b"\x80\x81", b"\n", b"0123456789", b"\xde\xad\xbe\xef", None]),
        "d": pa.array([dt.date(1970, 1, 1), dt.date(1969, 12, 31), dt.date(2024, 2, 29), dt.date(2000, 1, 1),
                       dt.date(9999, 12, 31), dt.date(1, 1, 1), dt.date(2023, 7, 14), None]),
        "t": pa.array([dt.time(0, 0), dt.time(23, 59, 59, 999999), dt.time(12, 30), dt.time(6, 5, 4, 3),
                       dt.time(1, 0), dt.time(18, 45), dt.time(0, 0, 0, 1), None], pa.time64("us")),
        "ts_ms": pa.array(instants, pa.timestamp("ms")),
        "ts_us": pa.array(micro, pa.timestamp("us")),
        "ts_ns": pa.array(nanos, pa.timestamp("ns")),
        "tz_utc": pa.array(aware, pa.timestamp("us", "UTC")),
        "tz_paris": pa.array(aware, pa.timestamp("us", "Europe/Paris")),
        "dur": pa.array([None if n == 7 else (n - 3) * 90_061_000_000 for n in range(8)], pa.duration("us")),
        "li": pa.array([[1, 2, 3], [], [None], [-5], [7, 7], None, [0, 1], None], pa.list_(pa.int64())),
        "ls": pa.array([[{"k": "a", "v": 1}], [], [{"k": None, "v": 2}, {"k": "b", "v": None}], None,
                        [{"k": "c", "v": 3}, {"k": "d", "v": 4}], [{"k": "", "v": 0}], [{"k": "e", "v": -1}], None],
                       pa.list_(pa.struct([("k", pa.string()), ("v", pa.int64())]))),
        "st": pa.array([{"x": n, "y": f"y{n}" if n % 3 else None} for n in range(7)] + [{"x": None, "y": None}],
                       pa.struct([("x", pa.int64()), ("y", pa.string())])),
        "cat": pa.array(["red", "green", "red", "blue", "green", "red", "blue", None]).dictionary_encode(),
    }
    return pa.table(columns)


PEOPLE = 200
CITIES = ["Zürich", "Oslo", "São Paulo", "東京", "Cairo", "Lima"]


def people() -> pa.Table:
    """Types that every format holds. No empty strings: a CSV cannot tell them from nulls."""
    rnd = lcg(7)
    rows = [
        {
            "id": n,
            "name": f"Person {n:03d}" if n % 11 else f"Ödön \"{n}\", jr.",
            "age": None if n % 13 == 0 else next(rnd) % 80 + 10,
            "height": None if n % 17 == 0 else 1.5 + (next(rnd) % 64) / 128,
            "active": None if n % 19 == 0 else next(rnd) % 2 == 0,
            "city": None if n % 23 == 0 else CITIES[next(rnd) % len(CITIES)],
            "boss_id": None if n < 5 else n // 5,
        }
        for n in range(1, PEOPLE + 1)
    ]
    return pa.Table.from_pylist(rows, pa.schema([
        ("id", pa.int64()), ("name", pa.string()), ("age", pa.int64()), ("height", pa.float64()),
        ("active", pa.bool_()), ("city", pa.string()), ("boss_id", pa.int64()),
    ]))


def purchases() -> pa.Table:
    """Belongs to people: some keys are null, some match nobody, some people have bought nothing."""
    rnd = lcg(11)
    rows = [
        {
            "id": n,
            "person_id": None if n % 29 == 0 else next(rnd) % (PEOPLE + 40) + 1,
            "item": ["apple", "bread", "cheese", "dates", "eggs"][next(rnd) % 5],
            "qty": next(rnd) % 9 + 1,
            "amount": (next(rnd) % 4000) / 8,
            "paid": next(rnd) % 4 != 0,
            "day": f"2024-{next(rnd) % 12 + 1:02d}-{next(rnd) % 28 + 1:02d}",
        }
        for n in range(1, 601)
    ]
    return pa.Table.from_pylist(rows, pa.schema([
        ("id", pa.int64()), ("person_id", pa.int64()), ("item", pa.string()), ("qty", pa.int64()),
        ("amount", pa.float64()), ("paid", pa.bool_()), ("day", pa.string()),
    ]))


def cities() -> pa.Table:
    """The right side of joins: one city that nobody lives in, one null key."""
    return pa.table({
        "city": pa.array(["Zürich", "Oslo", "São Paulo", "東京", "Cairo", "Atlantis", None]),
        "country": pa.array(["Switzerland", "Norway", "Brazil", "Japan", "Egypt", None, "Nowhere"]),
        "population": pa.array([434008, 709037, 11451999, 14094034, 10100166, 0, None], pa.int64()),
    })


def ledger() -> pa.Table:
    """Decimals of three widths, with dates."""
    rnd = lcg(13)
    day = dt.date(2023, 1, 1)
    rows = [
        {
            "id": n,
            "account": f"A{next(rnd) % 7}",
            "booked": day + dt.timedelta(days=next(rnd) % 730),
            "amount": Decimal(next(rnd) % 2_000_000 - 1_000_000).scaleb(-2),
            "rate": None if n % 31 == 0 else Decimal(next(rnd) % 100_000).scaleb(-4),
            "units": Decimal(next(rnd) * next(rnd)).scaleb(-10),
        }
        for n in range(1, 401)
    ]
    return pa.Table.from_pylist(rows, pa.schema([
        ("id", pa.int64()), ("account", pa.string()), ("booked", pa.date32()), ("amount", pa.decimal128(9, 2)),
        ("rate", pa.decimal128(18, 4)), ("units", pa.decimal128(38, 10)),
    ]))


def events() -> pa.Table:
    """Ten thousand rows in order of time, written in row groups of a thousand."""
    rnd = lcg(17)
    start = dt.datetime(2024, 1, 1)
    rows = [
        {
            "id": n,
            "moment": start + dt.timedelta(minutes=n * 37, microseconds=n),
            "moment_utc": (start + dt.timedelta(minutes=n * 37)).replace(tzinfo=UTC),
            "kind": ["view", "click", "buy", "leave"][next(rnd) % 4],
            "user_id": next(rnd) % 97,
            "value": None if n % 10 == 0 else (next(rnd) % 8000) / 8,
        }
        for n in range(10_000)
    ]
    return pa.Table.from_pylist(rows, pa.schema([
        ("id", pa.int64()), ("moment", pa.timestamp("us")), ("moment_utc", pa.timestamp("us", "UTC")),
        ("kind", pa.string()), ("user_id", pa.int32()), ("value", pa.float64()),
    ]))


def nested() -> pa.Table:
    """Lists, structs, lists of structs, structs in structs: all of it fits NDJSON."""
    item = pa.struct([("sku", pa.string()), ("n", pa.int64())])
    place = pa.struct([("street", pa.string()), ("zip", pa.string()),
                       ("geo", pa.struct([("lat", pa.float64()), ("lon", pa.float64())]))])
    rows = [
        {
            "id": n,
            "tags": [f"t{k}" for k in range(n % 4)],
            "scores": None if n % 7 == 0 else [n * k % 10 for k in range(n % 5)],
            "items": [{"sku": f"s{k}", "n": None if k == 2 else n + k} for k in range(n % 3 + 1)],
            "address": {"street": f"{n} Main St", "zip": None if n % 6 == 0 else f"{10000 + n}",
                        "geo": {"lat": n / 4, "lon": -n / 8}},
        }
        for n in range(1, 31)
    ]
    return pa.Table.from_pylist(rows, pa.schema([
        ("id", pa.int64()), ("tags", pa.list_(pa.string())), ("scores", pa.list_(pa.int64())),
        ("items", pa.list_(item)), ("address", place),
    ]))


def floats() -> pa.Table:
    """NaN, the infinities, both zeroes and nulls, as values and as keys."""
    nan, inf = math.nan, math.inf
    return pa.table({
        "id": pa.array(range(1, 13), pa.int64()),
        "x": pa.array([1.5, nan, inf, -inf, 0.0, -0.0, None, nan, 2.25, -1.5, 1e308, 5e-324], pa.float64()),
        "y": pa.array([nan, nan, 1.0, inf, -0.0, 0.0, None, 2.0, 2.25, None, -1e38, 1.0], pa.float32()),
        "g": pa.array(["a", "a", "b", "b", "c", "c", "a", "d", "a", "b", "c", "d"]),
    })


def words() -> pa.Table:
    """Strings: empty, null, blank, every script; long enough to leave the inline form of a string view."""
    return pa.table({
        "id": pa.array(range(1, 17), pa.int64()),
        "w": pa.array(["", " ", None, "apple", "Apple", "APPLE", "banana", "ß", "straße", "ÅNGSTRÖM", "naïve", "日本語",
                       "🦀🦀", "100%", "under_score", "a string that is longer than twelve bytes"]),
        "v": pa.array(["x", "y", "z", "x", "y", "z", None, "x", "", "y", "z", "x", "y", "z", "x", "y"]),
        "cat": pa.array(["lo", "hi", "mid", "lo", None, "hi", "mid", "lo", "hi", "mid", "lo", "hi", "mid", "lo",
                         "hi", "mid"]).dictionary_encode(),
    })


def large() -> pa.Table:
    """64-bit integers at the edge, in two groups: every row number is in `g` = its last bit.

    Sums of `fits` and `edges` fit 64 bits, though most of their partial sums do not. A sum of `u_fits` fits in each
    group, to the last bit, and not over both. Sums of `leaves` and `u_leaves` fit in group 0 only.
    """
    rows = range(6000)
    half, top = 2**62, 2**63
    return pa.table({
        "id": pa.array(rows, pa.int64()),
        "g": pa.array([n % 2 for n in rows], pa.int64()),
        "fits": pa.array([n + (half if n < 3000 else -half) for n in rows], pa.int64()),
        "edges": pa.array([{0: top - 1, 1: top - 1, 2: 1, 3: 1, 5000: 1 - top, 5001: 1 - top}.get(n, 0) for n in rows],
                          pa.int64()),
        "leaves": pa.array([half if n in (1, 4001, 5001) else n for n in rows], pa.int64()),
        "u_fits": pa.array([{0: top, 1: top, 4000: top - 1, 4001: top - 1}.get(n, 0) for n in rows], pa.uint64()),
        "u_leaves": pa.array([top if n in (1, 4001) else n for n in rows], pa.uint64()),
    })


TABLES: dict[str, tuple] = {
    "alltypes": (alltypes, PLAIN),
    "people": (people, PLAIN + TEXT),
    "purchases": (purchases, PLAIN + TEXT),
    "cities": (cities, PLAIN + TEXT),
    "ledger": (ledger, PLAIN),
    "events": (events, PLAIN),
    "nested": (nested, PLAIN + ["ndjson"]),
    "floats": (floats, PLAIN),
    "words": (words, PLAIN + ["ndjson"]),
    "large": (large, PLAIN),
    "nobody": (lambda: people().slice(0, 0), PLAIN + ["csv"]),
}
"""Name of a table: how to make it, and the formats that hold all of its types."""
