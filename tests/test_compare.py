"""The comparison itself: a wrong answer must not slip through it."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pyarrow as pa
import pytest

from compare import difference


def differ(got: pa.Array, want: pa.Array, **options) -> bool:
    options.setdefault("ordered", True)
    return difference(pa.table({"x": got}), pa.table({"x": want}), **options) is not None


INSTANT = dt.datetime(2024, 5, 1, 12, tzinfo=dt.timezone.utc)


@pytest.mark.parametrize("got, want", [
    (pa.array([1, 2], pa.int32()), pa.array([1, 2], pa.int64())),
    (pa.array([7], pa.uint64()), pa.array([Decimal(7)], pa.decimal128(38, 0))),
    (pa.array([Decimal("1.50")]), pa.array([Decimal("1.5000")])),
    (pa.array([math.nan, None]), pa.array([math.nan, None])),
    (pa.array(["a", "b", "a"]).dictionary_encode(), pa.array(["a", "b", "a"])),
    (pa.array(["a"], pa.string_view()), pa.array(["a"], pa.large_string())),
    (pa.array([INSTANT], pa.timestamp("ms", "Europe/Paris")), pa.array([INSTANT], pa.timestamp("us", "UTC"))),
    (pa.array([[1], None, []], pa.large_list(pa.int64())), pa.array([[1], None, []], pa.list_(pa.int32()))),
    (pa.array([{"a": 1, "b": "x"}, None]), pa.array([{"a": 1, "b": "x"}, None])),
])
def test_equal(got: pa.Array, want: pa.Array):
    assert not differ(got, want)


@pytest.mark.parametrize("got, want", [
    (pa.array([1, 2]), pa.array([2, 1])),
    (pa.array([1, None]), pa.array([1, 0])),
    (pa.array([0.1 + 0.2]), pa.array([0.3])),
    (pa.array([math.nan]), pa.array([None], pa.float64())),
    (pa.array([Decimal("0.3000000001")]), pa.array([Decimal("0.3000000002")])),
    (pa.array([""]), pa.array([None], pa.string())),
    (pa.array(["1"]), pa.array([1])),
    (pa.array([1]), pa.array([1.0])),
    (pa.array([True]), pa.array([1])),
    (pa.array([INSTANT.replace(tzinfo=None)]), pa.array([INSTANT])),
    (pa.array([[1, 2]]), pa.array([[2, 1]])),
    (pa.array([[]], pa.list_(pa.int64())), pa.array([None], pa.list_(pa.int64()))),
    (pa.array([{"a": 1}]), pa.array([{"b": 1}])),
    (pa.array([1]), pa.array([1, 1])),
])
def test_different(got: pa.Array, want: pa.Array):
    assert differ(got, want)


def test_rows_as_a_multiset():
    assert not differ(pa.array([3, 1, None, 1]), pa.array([1, 1, 3, None]), ordered=False)
    assert differ(pa.array([3, 1, 3]), pa.array([1, 1, 3]), ordered=False)


def test_approx_is_for_floats_only():
    assert not differ(pa.array([0.1 + 0.2]), pa.array([0.3]), approx=True)
    assert differ(pa.array([0.300001]), pa.array([0.3]), approx=True)
    assert differ(pa.array([10**15]), pa.array([10**15 + 1]), approx=True)


def test_a_decimal_is_no_double():
    assert differ(pa.array([Decimal("0.0286")]), pa.array([0.02864874]), types=False)
    assert not differ(pa.array([Decimal("0.25")]), pa.array([0.25]), types=False)


def test_names_count():
    assert difference(pa.table({"a": [1]}), pa.table({"b": [1]}), ordered=True)
    assert not difference(pa.table({"a": [1]}), pa.table({"b": [1]}), ordered=True, names=False)
