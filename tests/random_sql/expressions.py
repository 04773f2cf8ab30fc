"""Random expressions whose kind is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Callable

from .tables import DATES, FLOATS, INTS, TEXTS, TIMES
from .tree import Expr, Opt, Param, Ref, walk

KINDS = ["int", "int", "int", "dec", "float", "text", "text", "date", "ts", "bool", "list"]
PARTS = ["day", "week", "month", "quarter", "year"]
TIME_PARTS = ["hour", "minute", "second", "millisecond", "microsecond"]
LIKES = ["a%", "%a", "%b%", "_", "", "%", "a_", "foo%bar", "Z_rich", "a\\_b"]
PLACE = re.compile(r"\{\{|\}\}|\{(\w+[!@]?)\}")


def read() -> dict[tuple[str, str], list[str]]:
    """The templates of `functions.txt`, by role (`fn`, `agg`, `win`) and kind."""
    found: dict[tuple[str, str], list[str]] = {}
    for line in Path(__file__).with_name("functions.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            role, rest = line.split(" ", 1) if line[:4] in ("agg ", "win ") else ("fn", line)
            kind, template = rest.split(" ", 1)
            found.setdefault((role, kind), []).append(template)
    return found


TEMPLATES = read()


@dataclass
class Scope:
    """What an expression may be made of."""

    atoms: dict[str, list[Callable[[], Expr]]] = field(default_factory=dict)
    """By kind: columns, keys of groups, aggregates."""
    key: list[str] = field(default_factory=list)
    """Columns that order the rows totally (rows that are equal in all of them cannot be told apart)."""
    id: str | None = None
    """One column that tells every row from every other."""
    windows: bool = False

    def add(self, kind: str, make: Callable[[], Expr]) -> None:
        self.atoms.setdefault(kind, []).append(make)


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Expressions:
    """Makes expressions. `queries.py` adds the subqueries."""

    def __init__(self, rnd: Random):
        self.rnd = rnd
        self.made = 0
        self.subqueries_left = 3
        self.params_left = 2

    # -- leaves

    def value(self, kind: str):
        rnd = self.rnd
        match kind:
            case "int":
                return rnd.choice([*INTS, -1, -3, 1000])
            case "dec":
                return Decimal(rnd.choice([0, 1, 25, 150, -250, 12345])).scaleb(-rnd.choice([1, 2]))
            case "float":
                return rnd.choice(FLOATS)
            case "text":
                return rnd.choice(TEXTS)
            case "date":
                return rnd.choice(DATES)
            case "ts":
                return rnd.choice(TIMES)
            case "bool":
                return rnd.choice([True, False])
            case "list":
                return rnd.choice([[1, 2, 3], [3, 1], [7], [2, None]])
        raise ValueError(kind)

    def literal(self, kind: str) -> Expr:
        value, rnd = self.value(kind), self.rnd
        if self.params_left and kind != "list" and rnd.random() < 0.04:
            self.params_left -= 1
            return self.param(kind, value)
        if rnd.random() < 0.06:
            return Expr(kind, [f"CAST(NULL AS {SQL_TYPES[kind]})" if rnd.random() < 0.95 else "NULL"])
        match kind:
            case "int" | "dec":
                text = str(value) if value >= 0 else f"({value})"
            case "float":
                if rnd.random() < 0.1:
                    text = rnd.choice(["'nan'::DOUBLE", "'inf'::DOUBLE", "'-inf'::DOUBLE", "(-0.0::DOUBLE)"])
                else:
                    text = f"{value}::DOUBLE" if rnd.random() < 0.5 else f"CAST({value} AS DOUBLE)"
            case "text":
                text = quote(value)
            case "date":
                text = f"DATE '{value}'"
            case "ts":
                text = f"TIMESTAMP '{value}'"
            case "bool":
                text = str(value).lower()
            case "list":
                text = "[" + ", ".join("NULL" if x is None else str(x) for x in value) + "]"
        return Expr(kind, [text])

    def param(self, kind: str, value) -> Param:
        name = f"p{self.params_left}"
        match kind:
            case "int" | "text" | "bool":
                return Param(kind, [], name, value, value)
            case "float":
                return Param(kind, [], name, {"type": "double", "value": value}, value)
            case "dec":
                return Param(kind, [], name, {"type": "decimal", "value": str(value)}, value)
        return Param(kind, [], name, {"type": "date" if kind == "date" else "timestamp", "value": str(value)}, value)

    def leaf(self, kind: str, scope: Scope) -> Expr:
        atoms = scope.atoms.get(kind)
        if atoms and self.rnd.random() < 0.8:
            return self.rnd.choice(atoms)()
        return self.literal(kind)

    # -- all the rest

    def any_kind(self) -> str:
        return self.rnd.choice(KINDS)

    def make(self, kind: str, scope: Scope, depth: int) -> Expr:
        rnd = self.rnd
        if depth <= 0 or rnd.random() < 0.25:
            return self.leaf(kind, scope)
        chance = rnd.random()
        if chance < 0.12:
            return self.conditional(kind, scope, depth)
        if chance < 0.18 and scope.windows:
            return self.window(kind, scope, depth)
        if chance < 0.22 and self.subqueries_left:
            self.subqueries_left -= 1
            if found := self.subquery(kind, scope):
                return found
        return self.template("fn", kind, scope, depth)

    def subquery(self, kind: str, scope: Scope) -> Expr | None:
        return None

    def template(self, role: str, kind: str, scope: Scope, depth: int) -> Expr:
        return Expr(kind, self.fill(self.rnd.choice(TEMPLATES[role, kind]), scope, depth))

    def fill(self, template: str, scope: Scope, depth: int) -> list:
        rnd, parts, at = self.rnd, [], 0
        last: Expr | None = None
        for found in PLACE.finditer(template):
            parts.append(template[at:found.start()])
            at = found.end()
            match found[1]:
                case None:
                    parts.append(found[0][0])
                case "n":
                    parts.append(Expr("n", [str(rnd.choice([0, 1, 1, 2, 2, 3, 4]))]))
                case "n1":
                    parts.append(str(rnd.choice([0, 1, 2])))
                case "n9":
                    parts.append(Expr("n", [str(rnd.choice([1, 2, 3, 7]))]))
                case "part":
                    parts.append(rnd.choice(PARTS))
                case "tpart":
                    parts.append(rnd.choice(TIME_PARTS))
                case "like":
                    parts.append(rnd.choice(LIKES))
                case "key":
                    parts.append(", ".join(scope.key) or "1")
                case "id":
                    parts.append(scope.id or ", ".join(scope.key[:1]) or "1")
                case "same":
                    parts.append(last)
                case name if name.endswith("@"):
                    last = rnd.choice(scope.atoms.get(name[:-1]) or [lambda name=name: self.literal(name[:-1])])()
                    parts.append(last)
                case name if name.endswith("!"):
                    last = self.leaf(name[:-1], scope)
                    parts.append(last)
                case name:
                    last = self.make(name, scope, depth - 1)
                    parts.append(last)
        parts.append(template[at:])
        return [part for part in parts if part != ""]

    def conditional(self, kind: str, scope: Scope, depth: int) -> Expr:
        def one():
            return self.make(kind, scope, depth - 1)

        def condition():
            return self.make("bool", scope, depth - 1)

        match self.rnd.randrange(6):
            case 0:
                return Expr(kind, ["CASE WHEN ", condition(), " THEN ", one(), " ELSE ", one(), " END"])
            case 1:
                return Expr(kind, ["CASE WHEN ", condition(), " THEN ", one(), " WHEN ", condition(), " THEN ", one(),
                                   " END"])
            case 2:
                of = self.rnd.choice(["int", "text", "bool"])
                return Expr(kind, ["CASE ", self.make(of, scope, depth - 1), " WHEN ", self.leaf(of, scope), " THEN ",
                                   one(), " ELSE ", one(), " END"])
            case 3:
                return Expr(kind, ["coalesce(", one(), ", ", one(), ")"])
            case 4:
                return Expr(kind, ["nullif(", one(), ", ", one(), ")"])
        return Expr(kind, ["if(", condition(), ", ", one(), ", ", one(), ")"])

    def aggregate(self, kind: str, scope: Scope, depth: int, *, over: bool = False) -> Expr | None:
        templates = TEMPLATES["agg", kind] if ("agg", kind) in TEMPLATES else []
        if not scope.id:
            templates = [t for t in templates if "{id}" not in t]
        if "text" not in scope.atoms or over:
            templates = [t for t in templates if "{text@}" not in t]
        if over:
            templates = [t for t in templates if "ORDER BY" not in t and "list_sort(" not in t]
        if not templates:
            return None
        template = self.rnd.choice(templates)
        parts = self.fill(template, inside(scope), depth)
        for _ in range(5):  # an aggregate of constants is no aggregate that people write
            if any(isinstance(node, Ref) for part in parts if not isinstance(part, str) for node in walk(part)):
                break
            parts = self.fill(template, inside(scope), depth)
        if self.rnd.random() < 0.12 and not template.startswith("list_sort("):
            parts.append(Opt([" FILTER (WHERE ", self.make("bool", inside(scope), 1), ")"]))
        return Expr(kind, parts)

    def window(self, kind: str, scope: Scope, depth: int) -> Expr:
        rnd, within = self.rnd, inside(scope)
        made = None
        if rnd.random() < 0.5:
            made = self.aggregate(kind, scope, min(depth - 1, 1), over=True)
        ranked = made is None
        if ranked:
            if ("win", kind) not in TEMPLATES:
                return self.leaf(kind, scope)
            made = Expr(kind, self.fill(rnd.choice(TEMPLATES["win", kind]), within, min(depth - 1, 1)))
        over: list = []
        if rnd.random() < 0.6:
            over.append(Opt(["PARTITION BY ", self.make(rnd.choice(["int", "text", "bool"]), within, 1)]))
        if ranked or rnd.random() < 0.5:
            direction = rnd.choice(["", " DESC", " NULLS FIRST", " DESC NULLS LAST"])
            order = [f"{key}{direction}" for key in scope.key] or ["1"]
            first = self.make(rnd.choice(["int", "text", "date", "dec"]), within, 1)
            over.append(Opt([" ORDER BY ", Opt([first, f"{direction}, "]), ", ".join(order)]))
            if not ranked and rnd.random() < 0.5:
                over.append(Opt([" " + rnd.choice(FRAMES)]))
        return Expr(kind, [made, " OVER (", *over, ")"])


FRAMES = [
    "ROWS UNBOUNDED PRECEDING",
    "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
    "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW",
    "ROWS 1 PRECEDING",
    "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
    "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    "ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING",
    "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
]
SQL_TYPES = {"int": "INTEGER", "dec": "DECIMAL(9, 2)", "float": "DOUBLE", "text": "VARCHAR", "date": "DATE",
             "ts": "TIMESTAMP", "bool": "BOOLEAN", "list": "BIGINT[]"}


def inside(scope: Scope) -> Scope:
    """The same without windows: for what stands within an aggregate or a window."""
    return Scope(scope.atoms, scope.key, scope.id, False)
