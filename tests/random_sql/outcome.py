"""Asks Polaroid and DuckDB the same, and says what came of it."""

from __future__ import annotations

import http.client
import json
import math
import re
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

import problems
from compare import compatible, difference, kind, rows, same

from .tables import RandomTable
from .tree import Query, params

TIMEOUT = 30.0
"""Seconds after which a query is taken to hang. They take milliseconds."""
TOLERANCE = 1e-9
NAME = re.compile(r"\btab(\d)\b")


@dataclass(frozen=True)
class Outcome:
    kind: str
    """
    same        one answer
    both        both refuse
    differ      other rows, names or types
    refused     DuckDB answers, we refuse with a known code
    accepted    DuckDB refuses, we answer
    bug         a 5xx, a cut answer, a hang, an unknown code, internal text in an error
    """
    detail: str = ""
    code: str = ""

    @property
    def template(self) -> str:
        """The text without what is different in each query."""
        text = re.sub(r"\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”", "…", self.detail.split("\n")[0])
        text = re.sub(r"\[[^\[\]]*\]", "[…]", text)
        text = re.sub(r"-?\b\d[\d.]*\b", "N", text)
        return text[:150]

    def is_like(self, other: Outcome) -> bool:
        if self.kind == "differ":
            return other.kind == "differ" and self.aspect == other.aspect
        return (self.kind, self.code, self.template) == (other.kind, other.code, other.template)

    @property
    def aspect(self) -> str:
        """What differs."""
        if self.kind != "differ":
            return self.kind
        return self.detail.split(":")[0]


@dataclass(frozen=True)
class Loaded:
    """Tables that both engines have; `tab0` in a query is the first one."""

    version: str
    tables: tuple[RandomTable, ...]


class Engines:
    def __init__(self, base: str, folder: Path):
        """`base`: the URL of a server over `folder`, to which Parquet files are written."""
        self.folder = folder
        self.address = urlsplit(base).netloc
        self.connection: http.client.HTTPConnection | None = None
        self.duck = duckdb.connect()
        self.duck.execute("SET TimeZone = 'UTC'")
        self.duck.execute("SET threads = 1")
        self.versions = 0
        self.seconds = {"polaroid": 0.0, "duckdb": 0.0}

    # -- tables

    def load(self, tables: list[RandomTable]) -> Loaded:
        self.versions += 1
        loaded = Loaded(f"v{self.versions}", tuple(tables))
        for table in tables:
            name = self.name(table.name, loaded)
            pq.write_table(table.data, self.folder / f"{name}.parquet", row_group_size=max(1, table.data.num_rows // 2))
            self.duck.register("incoming", table.data)
            self.duck.execute(f"CREATE TABLE {name} AS FROM incoming")
            self.duck.unregister("incoming")
        return loaded

    def drop(self, loaded: Loaded) -> None:
        for table in loaded.tables:
            name = self.name(table.name, loaded)
            (self.folder / f"{name}.parquet").unlink()
            self.duck.execute(f"DROP TABLE {name}")

    def name(self, name: str, loaded: Loaded) -> str:
        return f"{name}_{loaded.version}"

    # -- queries

    def ask(self, query: Query, loaded: Loaded | None) -> Outcome:
        given = params(query)
        return self.ask_text(query.sql(), loaded, {p.name: p.value for p in given}, {p.name: p.native for p in given},
                             ordered=bool(query.order))

    def ask_text(self, sql: str, loaded: Loaded | None, values: dict, natives: dict, *, ordered: bool) -> Outcome:
        if loaded:
            sql = NAME.sub(lambda m: f"tab{m[1]}_{loaded.version}", sql)
        want = self.ask_duckdb(sql, natives)
        got = self.ask_polaroid(sql, values)
        if isinstance(got, Outcome):
            if got.kind == "refused" and isinstance(want, str):
                return Outcome("both", f"{got.detail} / {want}", got.code)
            return got
        if isinstance(want, str):
            return Outcome("accepted", want)
        try:
            return compare(got, want, ordered)
        except UnicodeDecodeError as error:
            return Outcome("bug", f"text that is not UTF-8: {error}", "utf8")

    def ask_duckdb(self, sql: str, natives: dict) -> pa.Table | str:
        begun = time.perf_counter()
        try:
            return self.duck.execute(sql, natives or None).fetch_arrow_table()
        except duckdb.Error as error:
            return str(error)
        finally:
            self.seconds["duckdb"] += time.perf_counter() - begun

    def ask_polaroid(self, sql: str, values: dict) -> pa.Table | Outcome:
        begun = time.perf_counter()
        try:
            status, body = self.post({"sql": sql, "format": "arrow", **({"params": values} if values else {})})
        except TimeoutError:
            self.connection = None
            return Outcome("bug", f"no answer within {TIMEOUT} s", "hang")
        except (http.client.HTTPException, OSError) as error:
            self.connection = None
            return Outcome("bug", f"the answer was cut: {type(error).__name__}", "cut")
        finally:
            self.seconds["polaroid"] += time.perf_counter() - begun
        if status == 200:
            try:
                return pa.ipc.open_stream(body).read_all()
            except pa.ArrowException as error:
                return Outcome("bug", f"the answer is no Arrow stream: {error}", "arrow")
        text = body.decode(errors="replace")
        try:
            problem = json.loads(text)
            code, detail = problem["code"], problem["detail"]
        except (ValueError, KeyError, TypeError):
            return Outcome("bug", f"{status} without a problem: {text[:200]}", "no_problem")
        if status >= 500 or problems.STATUS.get(code) != status:
            return Outcome("bug", detail, code)
        if shown := [mark for mark in [*problems.INTERNALS, "SQLInterfaceError", "_POLARS", " { ", ".subplan", ".alias(", "/data/"]
                     if mark in detail and mark not in sql]:
            return Outcome("bug", f"internal text {shown}: {detail}", code)
        return Outcome("refused", detail, code)

    def post(self, payload: dict) -> tuple[int, bytes]:
        """Over one connection that is kept open."""
        body = json.dumps(payload)
        fresh = self.connection is None
        if fresh:
            self.connection = http.client.HTTPConnection(self.address, timeout=TIMEOUT)
        try:
            self.connection.request("POST", "/query", body, {"Content-Type": "application/json"})
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            if fresh:
                raise
            self.connection = None  # the server had closed it: once more over a new one
            return self.post(payload)
        return response.status, response.read()


def compare(got: pa.Table, want: pa.Table, ordered: bool) -> Outcome:
    if got.num_columns != want.num_columns:
        return Outcome("differ", f"columns: {got.column_names}, expected {want.column_names}")
    types = type_difference(got, want)
    want = alike(want, got)
    floats = {str(f.type) for f in (*got.schema, *want.schema)}
    tolerance = 1e-5 if "float" in floats else TOLERANCE
    if not ordered or difference(got, want, ordered=True, approx=tolerance, names=False, types=False):
        if problem := difference(got, want, ordered=False, approx=tolerance, names=False, types=False):
            if got.num_rows != want.num_rows:
                return Outcome("differ", f"number of rows: {problem}")
            if not matched(got, want, tolerance):
                return Outcome("differ", f"values: {problem}")
        if ordered and not any(t in floats for t in ("double", "float")):
            return Outcome("differ", "order: the rows are the same in another order")
    names = numbered(want.column_names)
    if [n.lower() for n in got.column_names] != [n.lower() for n in names]:
        return Outcome("differ", f"names: {got.column_names}, expected {names}")
    if types:
        return Outcome("differ", f"types: {types}")
    return Outcome("same")


def type_difference(got: pa.Table, want: pa.Table) -> str | None:
    for field, other, column in zip(got.schema, want.schema, want.columns):
        if column.null_count == len(column) and pa.types.is_int32(other.type):
            continue  # DuckDB's NULL has no type, and comes as an INTEGER
        if pa.types.is_decimal(field.type) and pa.types.is_decimal(other.type):
            continue  # of another scale
        if not compatible(kind(field.type), kind(other.type)):
            return f"column {field.name!r} is {field.type}, expected the likes of {other.type}"
    return None


def alike(want: pa.Table, got: pa.Table) -> pa.Table:
    """Dates as timestamps where only one engine has a timestamp: the types are told apart elsewhere."""
    for n, (field, other) in enumerate(zip(want.schema, got.schema)):
        if pa.types.is_date(field.type) and pa.types.is_timestamp(other.type):
            want = want.set_column(n, field.name, want.column(n).cast(pa.timestamp("us")))
    return want


def numbered(names: list[str]) -> list[str]:
    """As docs/sql.md says: of several columns with one name the later ones get a suffix."""
    seen: set[str] = set()
    for n, name in enumerate(names):
        new, count = name, 0
        while new.lower() in seen:
            count += 1
            new = f"{name}_{count}"
        names[n] = new
        seen.add(new.lower())
    return names


def matched(got: pa.Table, want: pa.Table, tolerance: float) -> bool:
    """Whether each row has its partner: where floats differ in the last digits, sorting may tear partners apart."""
    left = rows(want)
    for row in rows(got):
        found = next((n for n, other in enumerate(left) if all(near(a, b, tolerance) for a, b in zip(row, other))), None)
        if found is None:
            return False
        left.pop(found)
    return True


def near(a, b, tolerance: float) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(near(x, y, tolerance) for x, y in zip(a, b))
    if isinstance(a, (float, Decimal)) and isinstance(b, float) and math.isfinite(a) and abs(float(a) - b) < 1e-12:
        return True
    return same(a, b, tolerance)


