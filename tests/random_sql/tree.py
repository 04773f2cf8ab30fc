"""A query as a tree that prints as SQL. `shrink.py` edits it in place.

An expression that stands in several places (a GROUP BY key and its use in the list) is one object in
all of them, so that an edit changes them together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterator, Union


@dataclass(eq=False)
class Expr:
    """An expression of a kind: `int`, `dec`, `float`, `text`, `date`, `ts`, `bool`, `list`."""

    kind: str
    parts: list[Union[str, "Expr", "Opt", "Query"]]

    def sql(self) -> str:
        return "".join(part if isinstance(part, str) else part.sql() for part in self.parts)


class Ref(Expr):
    """A column."""


@dataclass(eq=False)
class Opt:
    """What an expression can do without: FILTER, a frame."""

    parts: list[Union[str, Expr]]
    dropped: bool = False

    def sql(self) -> str:
        return "" if self.dropped else "".join(part if isinstance(part, str) else part.sql() for part in self.parts)


@dataclass(eq=False)
class Param(Expr):
    """A bind parameter, `$name`."""

    name: str = ""
    value: object = None
    """What the request's JSON holds."""
    native: object = None
    """The same for DuckDB's Python client."""

    def sql(self) -> str:
        return self.parts[0] if self.parts else f"${self.name}"


@dataclass(eq=False)
class Table:
    name: str
    alias: str

    def sql(self) -> str:
        return f"{self.name} AS {self.alias}"


@dataclass(eq=False)
class Derived:
    query: "Query"
    alias: str

    def sql(self) -> str:
        return f"({self.query.sql()}) AS {self.alias}"


@dataclass(eq=False)
class Join:
    kind: str
    """`JOIN`, `LEFT JOIN`, …, `,`"""
    left: "Source"
    right: "Source"
    on: Expr | None = None
    using: list[str] = field(default_factory=list)

    def sql(self) -> str:
        left = self.left.sql()
        if self.kind == ",":
            return f"{left}, {self.right.sql()}"
        right = f"({self.right.sql()})" if isinstance(self.right, Join) else self.right.sql()
        end = f" USING ({', '.join(self.using)})" if self.using else f" ON {self.on.sql()}" if self.on else ""
        return f"{left} {self.kind} {right}{end}"


Source = Union[Table, Derived, Join]


@dataclass(eq=False)
class Item:
    expr: Expr
    alias: str | None

    def sql(self) -> str:
        return f"{self.expr.sql()} AS {self.alias}" if self.alias else self.expr.sql()


@dataclass(eq=False)
class Group:
    keys: list[Expr]
    mode: str
    """`plain`, `position`, `all`, `rollup`, `cube`, `sets`"""
    sets: list[list[int]] = field(default_factory=list)

    def sql(self, items: list[Item]) -> str:
        keys = [key.sql() for key in self.keys]
        match self.mode:
            case "position":
                texts = [item.expr.sql() for item in items]
                return ", ".join(str(texts.index(key) + 1) if key in texts else key for key in keys)
            case "all":
                return "ALL"
            case "rollup" | "cube":
                return f"{self.mode.upper()} ({', '.join(keys)})"
            case "sets":
                sets = [[keys[n] for n in one if n < len(keys)] for one in self.sets]
                return f"GROUPING SETS ({', '.join('(' + ', '.join(one) + ')' for one in sets)})"
        return ", ".join(keys)


@dataclass(eq=False)
class Select:
    items: list[Item]
    source: Source | None = None
    where: Expr | None = None
    group: Group | None = None
    having: Expr | None = None
    qualify: Expr | None = None
    distinct: bool = False

    def sql(self) -> str:
        text = f"SELECT {'DISTINCT ' if self.distinct else ''}{', '.join(item.sql() for item in self.items)}"
        for word, clause in (("FROM", self.source), ("WHERE", self.where)):
            if clause is not None:
                text += f" {word} {clause.sql()}"
        if self.group and self.group.keys:
            text += f" GROUP BY {self.group.sql(self.items)}"
        for word, clause in (("HAVING", self.having), ("QUALIFY", self.qualify)):
            if clause is not None:
                text += f" {word} {clause.sql()}"
        return text

    def width(self) -> int:
        return len(self.items)


@dataclass(eq=False)
class SetOp:
    op: str
    left: Union[Select, "SetOp"]
    right: Union[Select, "SetOp"]

    def sql(self) -> str:
        left = f"({self.left.sql()})" if isinstance(self.left, SetOp) else self.left.sql()
        right = f"({self.right.sql()})" if isinstance(self.right, SetOp) else self.right.sql()
        return f"{left} {self.op} {right}"

    def width(self) -> int:
        return self.left.width()


@dataclass(eq=False)
class Query:
    body: Union[Select, SetOp]
    ctes: list[tuple[str, "Query"]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    """What follows each column's position; empty without ORDER BY. All columns: a total order."""
    limit: int | None = None
    offset: int | None = None

    def sql(self) -> str:
        text = ""
        if self.ctes:
            text = "WITH " + ", ".join(f"{name} AS ({query.sql()})" for name, query in self.ctes) + " "
        text += self.body.sql()
        if self.order:
            n = len(self.order)
            text += " ORDER BY " + ", ".join(f"{i + 1}{self.order[i % n]}" for i in range(self.body.width()))
        for word, number in (("LIMIT", self.limit), ("OFFSET", self.offset)):
            if number is not None:
                text += f" {word} {number}"
        return text


def children(node) -> Iterator:
    """The nodes right below a node."""
    match node:
        case Expr() | Opt():
            yield from (part for part in node.parts if not isinstance(part, str))
        case Derived():
            yield node.query
        case Join():
            yield from (node.left, node.right)
            if node.on:
                yield node.on
        case Item():
            yield node.expr
        case Select():
            yield from node.items
            yield from (x for x in (node.source, node.where, node.having, node.qualify) if x is not None)
            if node.group:
                yield from node.group.keys
        case SetOp():
            yield from (node.left, node.right)
        case Query():
            yield from (query for _, query in node.ctes)
            yield node.body


def walk(node) -> Iterator:
    yield node
    for child in children(node):
        yield from walk(child)


def params(query: Query) -> list[Param]:
    """The parameters that the text names, each once."""
    return list({p.name: p for p in walk(query) if isinstance(p, Param) and not p.parts}.values())


def tables(query: Query) -> set[str]:
    return {node.name for node in walk(query) if isinstance(node, Table)}
