"""Says whether two Arrow tables hold the same answer, and if not, where they differ.

Exact: integers and decimals to the last digit, floats to the last bit (NaN equals NaN) unless the
case asks for `approx`. Representations may differ: a dictionary is its text, 64-bit and 32-bit
offsets are the same list, an instant is the same in every unit and time zone.
"""

from __future__ import annotations

import math
from decimal import Decimal

import pyarrow as pa
from pyarrow import types as t

NANOS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
RELATIVE = 1e-12
"""Tolerance of `approx`: sums of floats depend on the order of addition."""


def difference(
    got: pa.Table, want: pa.Table, *, ordered: bool, approx: bool | float = False, names: bool = True, types: bool = True
) -> str | None:
    """None when the tables agree, else one sentence about the first difference. `approx` may be a tolerance."""
    approx = RELATIVE if approx is True else float(approx)
    if got.num_columns != want.num_columns:
        return f"{got.num_columns} columns {got.column_names}, expected {want.num_columns} {want.column_names}"
    if names and [n.lower() for n in got.column_names] != [n.lower() for n in want.column_names]:
        return f"columns {got.column_names}, expected {want.column_names}"
    if types:
        for field, other in zip(got.schema, want.schema):
            if not compatible(kind(field.type), kind(other.type)):
                return f"column {field.name!r} is {field.type}, expected the likes of {other.type}"
    if got.num_rows != want.num_rows:
        return f"{got.num_rows} rows, expected {want.num_rows}"
    got_rows, want_rows = rows(got), rows(want)
    if not ordered:
        got_rows.sort(key=sort_key)
        want_rows.sort(key=sort_key)
    for n, (a, b) in enumerate(zip(got_rows, want_rows)):
        for name, x, y in zip(got.column_names, a, b):
            if not same(x, y, approx):
                return f"row {n}, column {name!r}: {x!r}, expected {y!r} (row {a!r}, expected {b!r})"
    return None


def kind(type: pa.DataType):
    """The family of a type, with the families inside for nested ones."""
    if t.is_dictionary(type):
        return kind(type.value_type)
    if t.is_list(type) or t.is_large_list(type) or t.is_fixed_size_list(type):
        return ("list", kind(type.value_type))
    if t.is_struct(type):
        return ("struct", *((f.name, kind(f.type)) for f in type))
    if t.is_decimal(type):
        return "integer" if type.scale == 0 else "decimal"
    if t.is_timestamp(type):
        return "instant" if type.tz else "timestamp"
    families = {
        "null": t.is_null, "bool": t.is_boolean, "integer": t.is_integer, "float": t.is_floating,
        "date": t.is_date, "time": t.is_time, "duration": t.is_duration,
        "text": lambda x: t.is_string(x) or t.is_large_string(x) or t.is_string_view(x),
        "binary": lambda x: t.is_binary(x) or t.is_large_binary(x) or t.is_binary_view(x),
    }
    return next((name for name, test in families.items() if test(type)), str(type))


def compatible(a, b) -> bool:
    if a == "null" or b == "null" or a == b:
        return True
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b) and a[0] == b[0]:
        return all(compatible(x, y) if not isinstance(x, tuple) or x[0] in ("list", "struct")
                   else x[0] == y[0] and compatible(x[1], y[1]) for x, y in zip(a[1:], b[1:]))
    return False


def rows(table: pa.Table) -> list[tuple]:
    columns = [[v for chunk in column.chunks for v in values(chunk)] for column in table.columns]
    return list(zip(*columns))


def values(array: pa.Array) -> list:
    """Plain values: times as integers of nanoseconds, so that no unit or time zone is left."""
    type = array.type
    if t.is_dictionary(type):
        return values(array.dictionary_decode())
    if t.is_timestamp(type) or t.is_time(type) or t.is_duration(type):
        width = pa.int32() if t.is_time32(type) else pa.int64()
        return [None if v is None else v * NANOS[type.unit] for v in array.view(width).to_pylist()]
    if t.is_date(type):
        return array.cast(pa.date32()).view(pa.int32()).to_pylist()
    if t.is_list(type) or t.is_large_list(type) or t.is_fixed_size_list(type):
        return [None if item is None else values(item) for item in (array[n].values for n in range(len(array)))]
    if t.is_struct(type):
        fields = [values(array.field(n)) for n in range(type.num_fields)]
        names = [f.name for f in type]
        return [dict(zip(names, row)) if valid else None
                for valid, row in zip(array.is_valid().to_pylist(), zip(*fields))]
    return array.to_pylist()


def same(a, b, approx: float) -> bool:
    """`approx` is the relative tolerance of floats, 0 for none."""
    if a is None or b is None:
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y, approx) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k], approx) for k in a)
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, float) or isinstance(b, float):
        if not isinstance(a, (int, float, Decimal)) or not isinstance(b, (int, float, Decimal)):
            return False
        a, b = float(a), float(b)
        return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=approx)
    return a == b


def sort_key(value) -> tuple:
    """Orders rows of mixed values; numbers that `approx` takes for equal stay neighbours."""
    match value:
        case None:
            return (0,)
        case bool():
            return (1, value)
        case int() | float() | Decimal():
            number = float(value) + 0.0
            return (2, "nan") if math.isnan(number) else (3, float(f"{number:.9g}"),
                                                          0 if isinstance(value, float) else value)
        case str():
            return (4, value)
        case bytes():
            return (5, value)
        case list() | tuple():
            return (6, tuple(map(sort_key, value)))
        case dict():
            return (7, tuple(map(sort_key, value.values())))
    raise TypeError(f"no order for {value!r}")
