"""Random SELECTs: joins, groups, windows, subqueries, set operations."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .expressions import Expressions, Scope, inside
from .tables import RandomTable
from .tree import Derived, Expr, Group, Item, Join, Param, Query, Ref, Select, SetOp, Source, Table, walk

JOINS = ["JOIN", "JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN", "CROSS JOIN",
         ",", "INNER JOIN", "LEFT OUTER JOIN"]
SET_OPS = ["UNION ALL", "UNION", "INTERSECT", "EXCEPT", "UNION ALL"]
EXACT = {"int", "dec", "text", "date", "ts", "bool"}
"""Kinds whose computed values are the same to the last digit in both engines: LIMIT may depend on them."""


@dataclass(frozen=True)
class Out:
    """A column that a query gives."""

    name: str
    kind: str
    unique: bool = False


@dataclass
class Visible:
    """A column in FROM."""

    alias: str
    out: Out
    hidden: bool = False
    """Named in USING: only the name without a table is used."""

    def ref(self) -> str:
        return self.out.name if self.hidden else f"{self.alias}.{self.out.name}"


class Queries(Expressions):
    def __init__(self, rnd: Random, tables: list[RandomTable]):
        super().__init__(rnd)
        self.tables = tables
        self.ctes: list[tuple[str, list[Out]]] = []
        self.aliases = 0

    # -- whole queries

    def top(self) -> Query:
        rnd = self.rnd
        size = rnd.choice([1, 1, 2, 2, 3])
        ctes = []
        if rnd.random() < 0.15:
            for n in range(rnd.randint(1, 2)):
                query, outs = self.query(1, size=1)
                ctes.append((f"w{n}", query))
                self.ctes.append((f"w{n}", outs))
        if rnd.random() < 0.05:
            body = Select([])
            for n in range(2):
                self.item(body, [], self.make(self.any_kind(), Scope(), 3), n, True)
            return Query(body, ctes)
        query, outs = self.query(2, size=size, top=True)
        query.ctes = ctes
        return query

    def query(self, depth: int, *, size: int = 1, want: list[str] | None = None, top: bool = False,
              outer: Scope | None = None) -> tuple[Query, list[Out]]:
        rnd = self.rnd
        body, outs, exact = self.select(depth, size=size, want=want, top=top, outer=outer)
        if rnd.random() < 0.1 and depth > 0 and outer is None:
            kinds = [out.kind for out in outs]
            if "list" not in kinds:
                other, others, also = self.select(depth - 1, size=1, want=kinds)
                body = SetOp(rnd.choice(SET_OPS), body, other)
                exact = exact and also
                outs = [Out(out.name, out.kind) for out in outs]
        query = Query(body)
        if exact and rnd.random() < (0.35 if top else 0.15) and outer is None:
            query.order = [rnd.choice(["", " DESC", " NULLS FIRST", " ASC NULLS LAST", " DESC NULLS LAST"])
                           for _ in range(body.width())]
            if rnd.random() < 0.5 or not top:
                query.limit = rnd.choice([0, 1, 2, 3, 5, 10])
                if rnd.random() < 0.3:
                    query.offset = rnd.choice([0, 1, 3])
        return query, outs

    def select(self, depth: int, *, size: int, want: list[str] | None, top: bool = False,
               outer: Scope | None = None) -> tuple[Select, list[Out], bool]:
        rnd = self.rnd
        source, columns = self.source(depth, size)
        scope = self.scope(columns)
        where = None
        if rnd.random() < 0.45:
            where = self.make("bool", scope, 2)
        if outer is not None:
            where = self.correlate(scope, outer, where)
        kinds = want or [self.any_kind() for _ in range(rnd.choice([1, 2, 2, 3]))]
        chance = rnd.random()
        if chance < 0.35:
            body, outs, exact = self.grouped(source, scope, where, kinds, size, top, bool(want))
        else:
            body, outs, exact = self.plain(source, scope, where, kinds, size, top, outer is None)
        return body, outs, exact

    def plain(self, source, scope: Scope, where, kinds, size, top, windows) -> tuple[Select, list[Out], bool]:
        rnd = self.rnd
        scope.windows = windows and bool(scope.key)
        body = Select([], source, where)
        outs, exact = [], True
        for n, kind in enumerate(kinds):
            expr = self.make(kind, scope, size)
            self.item(body, outs, expr, n, top)
            exact = exact and (kind in EXACT)
        if rnd.random() < 0.1 and "list" not in kinds and exact:
            body.distinct = True
        elif rnd.random() < 0.08 and scope.windows:
            body.qualify = Expr("bool", [self.window("int", scope, 2), rnd.choice([" <= ", " = ", " > "]),
                                         self.literal("int")])
        return body, outs, exact

    def grouped(self, source, scope: Scope, where, kinds, size, top, wanted) -> tuple[Select, list[Out], bool]:
        rnd = self.rnd
        body = Select([], source, where)
        keys = [self.alone(rnd.choice(["int", "int", "text", "text", "bool", "date", "dec"]), scope, rnd.choice([0, 0, 1]))
                for _ in range(rnd.choice([0, 1, 1, 1, 2, 2]))]
        keys = [key for key in keys if any(isinstance(node, Ref) for node in walk(key))]  # a constant may be a position
        over = Scope()
        for key in keys:
            for _ in range(3):
                over.add(key.kind, lambda key=key: key)
        over.key = []
        for kind in set(kinds) | {"int", "float"}:
            over.add(kind, lambda kind=kind: self.aggregate(kind, scope, rnd.choice([0, 1, 1, 2])) or self.literal(kind))
        if keys:
            mode = rnd.choice(["plain"] * 6 + ["position"] * 2 + ["all", "rollup", "cube", "sets"])
            if wanted and mode == "all":
                mode = "plain"
            sets = [[n for n in range(len(keys)) if rnd.random() < 0.5] for _ in range(rnd.randint(1, 3))]
            body.group = Group(keys, mode, sets)
        outs, exact = [], True
        if keys and not wanted:
            for key in keys:
                self.item(body, outs, key, len(body.items), top)
        for n, kind in enumerate(kinds):
            expr = None
            if rnd.random() < 0.7:
                expr = self.aggregate(kind, scope, rnd.choice([0, 1, 1, 2]))
            if expr is None:
                expr = self.alone(kind, over, size)
            self.item(body, outs, expr, len(body.items), top)
            exact = exact and kind in EXACT
        if keys and rnd.random() < 0.2:
            body.having = self.alone("bool", over, 2)
        return body, outs, exact

    def alone(self, kind: str, scope: Scope, depth: int) -> Expr:
        """Without subqueries."""
        saved, self.subqueries_left = self.subqueries_left, 0
        made = self.make(kind, scope, depth)
        self.subqueries_left = saved
        return made

    def item(self, body: Select, outs: list[Out], expr: Expr, n: int, top: bool) -> None:
        alias = f"c{n}"
        if top and self.rnd.random() < 0.2 and not any(isinstance(node, (Query, Param)) for node in walk(expr)):
            alias = None
        body.items.append(Item(expr, alias))
        outs.append(Out(alias or "?", expr.kind))

    # -- FROM

    def source(self, depth: int, size: int) -> tuple[Source, list[Visible]]:
        rnd = self.rnd
        source, columns = self.relation(depth)
        for _ in range(rnd.choice([0, 0, 0, 1, 1, 2]) if size > 1 else rnd.choice([0, 0, 0, 1])):
            source, columns = self.join(source, columns, depth)
        return source, columns

    def relation(self, depth: int) -> tuple[Source, list[Visible]]:
        rnd = self.rnd
        self.aliases += 1
        alias = f"{'abcdefghijklmnopqrstuvwxyz'[self.aliases % 26]}{self.aliases // 26 or ''}"
        if self.ctes and rnd.random() < 0.3:
            name, outs = rnd.choice(self.ctes)
            return Table(name, alias), [Visible(alias, out) for out in outs]
        if depth > 0 and rnd.random() < 0.12:
            query, outs = self.query(depth - 1)
            return Derived(query, alias), [Visible(alias, out) for out in outs]
        table = rnd.choice(self.tables)
        return Table(table.name, alias), [
            Visible(alias, Out(c.name, c.kind, c.name in table.unique)) for c in table.columns]

    def join(self, left: Source, columns: list[Visible], depth: int) -> tuple[Source, list[Visible]]:
        rnd = self.rnd
        right, others = self.relation(depth - 1)
        kind = rnd.choice(JOINS)
        if isinstance(left, Join) and left.kind == "," and kind != ",":
            kind = ","  # a comma binds more loosely than JOIN: the columns before it are out of reach
        half = kind in ("SEMI JOIN", "ANTI JOIN")
        if kind in (",", "CROSS JOIN"):
            return Join(kind, left, right), once(columns + others)
        pairs = [(a, b) for a in columns for b in others
                 if a.out.kind == b.out.kind and a.out.kind not in ("list", "struct", "float")]
        names = {a.out.name for a, b in pairs if a.out.name == b.out.name and not a.hidden
                 and sum(c.out.name == a.out.name for c in columns) == 1}
        if names and rnd.random() < 0.2:
            name = rnd.choice(sorted(names))
            merged = [c for c in columns + ([] if half else others) if c.out.name != name]
            # the joined key of a FULL JOIN is the one of either side; others take the plain name, too
            [kept] = [c for c in columns if c.out.name == name]
            return Join(kind, left, right, using=[name]), once([Visible(kept.alias, Out(name, kept.out.kind), True), *merged])
        on: Expr
        if pairs and (half and rnd.random() < 0.95 or rnd.random() < 0.8):
            a, b = rnd.choice(pairs)
            on = Expr("bool", [Ref(a.out.kind, [a.ref()]), " = ", Ref(b.out.kind, [b.ref()])])
            if rnd.random() < (0.02 if half else 0.25):
                on = Expr("bool", [on, " AND ", self.alone("bool", self.scope(columns + others), 1)])
        else:
            on = self.alone("bool", self.scope(columns + others), 1)
        return Join(kind, left, right, on), once(columns + ([] if half else others))

    def scope(self, columns: list[Visible]) -> Scope:
        scope = Scope()
        for column in columns:
            ref, kind = column.ref(), column.out.kind
            if kind == "struct":
                scope.add("int", lambda ref=ref: Ref("int", [f"{ref}.x"]))
                scope.add("text", lambda ref=ref: Ref("text", [f"{ref}['y']"]))
                continue
            scope.add(kind, lambda ref=ref, kind=kind: Ref(kind, [ref]))
        by_alias: dict[str, list[Visible]] = {}
        for column in columns:
            by_alias.setdefault(column.alias, []).append(column)
        for alias, group in by_alias.items():
            unique = [c for c in group if c.out.unique]
            scope.key += [c.ref() for c in unique or group if c.out.kind not in ("list", "struct")]
        if len(by_alias) == 1 and (unique := [c for c in columns if c.out.unique]):
            scope.id = unique[0].ref()
        return scope

    # -- subqueries in expressions

    def subquery(self, kind: str, scope: Scope) -> Expr | None:
        rnd = self.rnd
        outer = inside(scope) if rnd.random() < 0.5 else None
        if kind == "bool":
            match rnd.randrange(4):
                case 0 | 1:
                    of = rnd.choice(["int", "int", "text", "date", "dec"])
                    word = rnd.choice([" IN (", " NOT IN ("])
                    if outer is None:
                        query, _ = self.query(1, want=[of])
                        return Expr("bool", [self.make(of, scope, 1), word, query, ")"])
                    source, columns = self.source(0, 1)
                    within = self.scope(columns)
                    if of not in within.atoms or of not in scope.atoms:
                        return None
                    where = self.correlate(within, outer, None)
                    query = Query(Select([Item(rnd.choice(within.atoms[of])(), None)], source, where))
                    return Expr("bool", [rnd.choice(scope.atoms[of])(), word, query, ")"])
                case 2:
                    query, _ = self.query(1, outer=outer)
                    return Expr("bool", [rnd.choice(["EXISTS (", "NOT EXISTS ("]), query, ")"])
        source, columns = self.source(0, 1)
        within = self.scope(columns)
        made = self.aggregate(kind, within, 1)
        if made is None:
            return None
        where = self.make("bool", within, 1) if rnd.random() < 0.4 else None
        if outer is not None:
            where = self.correlate(within, outer, where)
        return Expr(kind, ["(", Query(Select([Item(made, None)], source, where)), ")"])

    def correlate(self, scope: Scope, outer: Scope, where: Expr | None) -> Expr | None:
        """WHERE with an equality between a column within and one outside."""
        plain = lambda scope, kind: [a for a in (make() for make in scope.atoms.get(kind, []))  # noqa: E731
                                     if isinstance(a, Ref) and a.parts[0].count(".") < 2 and "[" not in a.parts[0]]
        kinds = [k for k in ("int", "text", "date", "dec", "bool") if plain(scope, k) and plain(outer, k)]
        if not kinds:
            return where
        kind = self.rnd.choice(kinds)
        equal = Expr("bool", [self.rnd.choice(plain(scope, kind)), " = ", self.rnd.choice(plain(outer, kind))])
        return Expr("bool", [equal, " AND ", where]) if where else equal


def once(columns: list[Visible]) -> list[Visible]:
    """Without columns that could be named by more than one (a USING key beside another table's)."""
    plain = [c.out.name for c in columns if c.hidden]
    return [c for c in columns if not c.hidden or
            (plain.count(c.out.name) == 1 and not any(o.out.name == c.out.name for o in columns if not o.hidden))]
