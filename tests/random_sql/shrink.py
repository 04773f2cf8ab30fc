"""Makes a query and its tables smaller while the outcome stays of the same kind.

Greedy: every edit that keeps the outcome stays. An edit may well give a query that is not valid:
then the outcome is another one, and the edit is taken back.
"""

from __future__ import annotations

import copy
import time
from typing import Callable, Iterator

import pyarrow as pa

from .outcome import Engines, Loaded, Outcome
from .tables import RandomTable, with_data
from .tree import Derived, Expr, Join, Opt, Query, Ref, Select, SetOp, children, tables, walk

SIMPLE = {"int": ["1", "0"], "dec": ["1.5"], "float": ["1::DOUBLE"], "text": ["''", "'a'"], "date": ["DATE '2024-01-31'"],
          "ts": ["TIMESTAMP '2024-01-31 01:02:03'"], "bool": ["true", "false"], "list": ["[1]"]}


def edits(query: Query) -> Iterator[Callable[[], Query]]:
    """Each changes `query` in place and returns what the query is then; the largest steps first."""
    nodes = list(walk(query))

    def set_(node, name, value):
        def edit():
            setattr(node, name, value)
            return query
        return edit

    def replace(node: Expr, parts: list):
        def edit():
            node.parts[:] = parts
            return query
        return edit

    def delete(items: list, n: int):
        def edit():
            del items[n]
            return query
        return edit

    for node in nodes:
        if isinstance(node, Query) and node is not query:
            yield lambda node=node: node
            if query.ctes:
                yield lambda node=node: with_ctes(node, query)
    for node in nodes:
        match node:
            case Query():
                for n in range(len(node.ctes)):
                    yield delete(node.ctes, n)
                if isinstance(node.body, SetOp):
                    yield set_(node, "body", node.body.left)
                    yield set_(node, "body", node.body.right)
                for name in ("offset", "limit"):
                    if getattr(node, name) is not None:
                        yield set_(node, name, None)
                if node.order and node.limit is None:
                    yield set_(node, "order", [])
                if any(node.order):
                    yield set_(node, "order", [""])
            case SetOp():
                for name in ("left", "right"):
                    inner = getattr(node, name)
                    if isinstance(inner, SetOp):
                        yield set_(node, name, inner.left)
                        yield set_(node, name, inner.right)
            case Select():
                for name in ("where", "having", "qualify", "group", "source"):
                    if getattr(node, name) is not None:
                        yield set_(node, name, None)
                if node.distinct:
                    yield set_(node, "distinct", False)
                if node.group and node.group.mode != "plain":
                    yield set_(node.group, "mode", "plain")
                for n in range(len(node.items)):
                    if len(node.items) > 1:
                        yield delete(node.items, n)
                if node.group:
                    for n in range(len(node.group.keys)):
                        yield delete(node.group.keys, n)
                yield from sources(node, "source", set_)
            case Join():
                yield from sources(node, "left", set_)
                yield from sources(node, "right", set_)
                if node.kind not in ("JOIN", ","):
                    yield set_(node, "kind", "JOIN")
                if node.kind == ",":
                    yield set_(node, "kind", "CROSS JOIN")
            case Opt() if not node.dropped:
                yield set_(node, "dropped", True)
    for node in nodes:
        if isinstance(node, Expr) and node.parts and not simple(node):
            for below in descendants(node):
                if below.kind == node.kind and below.parts:
                    yield replace(node, list(below.parts))
            if not isinstance(node, Ref) or True:
                for text in SIMPLE.get(node.kind, []):
                    yield replace(node, [text])


def with_ctes(node: Query, query: Query) -> Query:
    node.ctes = [(name, cte) for name, cte in query.ctes if all(below is not node for below in walk(cte))] + node.ctes
    return node


def simple(node: Expr) -> bool:
    return len(node.parts) == 1 and node.parts[0] in SIMPLE.get(node.kind, [])


def descendants(node) -> Iterator[Expr]:
    for child in children(node):
        if isinstance(child, Expr):
            yield child
        if isinstance(child, (Expr, Opt)):
            yield from descendants(child)


def sources(node, name: str, set_) -> Iterator[Callable[[], Query]]:
    source = getattr(node, name)
    if isinstance(source, Join):
        yield set_(node, name, source.left)
        yield set_(node, name, source.right)
    if isinstance(source, Derived) and isinstance(source.query.body, Select) and source.query.body.source:
        yield set_(node, name, source.query.body.source)


def size(query: Query) -> int:
    return len(query.sql())


class Shrinker:
    def __init__(self, engines: Engines, outcome: Outcome, seconds: float = 20.0):
        self.engines, self.outcome, self.until = engines, outcome, time.monotonic() + seconds

    def holds(self, query: Query, loaded: Loaded) -> bool:
        try:
            return self.outcome.is_like(self.engines.ask(query, loaded))
        except RecursionError:
            return False

    def query(self, query: Query, loaded: Loaded) -> Query:
        again = True
        while again and time.monotonic() < self.until:
            again, n = False, 0
            while time.monotonic() < self.until:
                trial = copy.deepcopy(query)
                edit = next((e for m, e in enumerate(edits(trial)) if m == n), None)
                if edit is None:
                    break
                trial = edit()
                if size(trial) <= size(query) and trial.sql() != query.sql() and self.holds(trial, loaded):
                    query, again = trial, True
                else:
                    n += 1
        return query

    def tables(self, query: Query, loaded: Loaded) -> Loaded:
        """Without the rows and columns that do not matter."""
        current = [t for t in loaded.tables if t.name in tables(query)]
        best = self.engines.load(current)
        for place, table in enumerate(current):
            step = max(1, table.data.num_rows // 2)
            while step and time.monotonic() < self.until:
                start = 0
                while start < table.data.num_rows:
                    data = pa.concat_tables([table.data.slice(0, start), table.data.slice(start + step)])
                    table, best, kept = self.try_table(query, current, place, table, data, best)
                    start += 0 if kept else step
                step //= 2
            for name in list(table.data.column_names):
                if table.data.num_columns > 1:
                    table, best, _ = self.try_table(query, current, place, table, table.data.drop_columns([name]), best)
        return best

    def try_table(self, query, current: list[RandomTable], place: int, table: RandomTable, data: pa.Table, best: Loaded):
        trial = with_data(table, table.name, data)
        loaded = self.engines.load([*current[:place], trial, *current[place + 1:]])
        if self.holds(query, loaded):
            self.engines.drop(best)
            current[place] = trial
            return trial, loaded, True
        self.engines.drop(loaded)
        return table, best, False

    def run(self, query: Query, loaded: Loaded) -> tuple[Query, Loaded, Outcome]:
        query = self.query(query, loaded)
        small = self.tables(query, loaded)
        query = self.query(query, small)
        return query, small, self.engines.ask(query, small)
