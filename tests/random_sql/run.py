"""Many queries, counted by what came of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Iterator

from . import kept
from .outcome import Engines, Loaded, Outcome
from .queries import Queries
from .tables import random_table
from .tree import Query

QUERIES_PER_WORLD = 20
"""Queries over the same tables: loading them takes longer than a query."""


@dataclass
class Found:
    """A query whose outcome has no reason yet."""

    seed: int
    query: Query
    loaded: Loaded
    outcome: Outcome


@dataclass
class Counts:
    outcomes: Counter = field(default_factory=Counter)
    kept: Counter = field(default_factory=Counter)
    """By reason."""
    codes: Counter = field(default_factory=Counter)
    """What we refuse and DuckDB answers, by code and text."""

    def lines(self) -> list[str]:
        total = sum(self.outcomes.values())
        text = [f"{total} queries: " + ", ".join(f"{n} {kind}" for kind, n in self.outcomes.most_common())]
        text += [f"{n:6} kept: {reason}" for reason, n in self.kept.most_common()]
        text += [f"{n:6} {code}: {template}" for (code, template), n in self.codes.most_common()]
        return text


def query(seed: int, number: int, tables) -> Query:
    return Queries(Random(f"{seed}/{number}"), list(tables)).top()


def world(seed: int, number: int) -> list:
    return [random_table(Random(f"{seed}/world/{number}/{n}"), f"tab{n}") for n in range(3)]


def run(engines: Engines, seed: int, first: int, count: int, counts: Counts) -> Iterator[Found]:
    """Yields what is not `same`, `both` or kept. The same seed and number give the same query, whatever came before."""
    loaded = None
    for number in range(first, first + count):
        if loaded is None or number % QUERIES_PER_WORLD == 0:
            old, loaded = loaded, engines.load(world(seed, number // QUERIES_PER_WORLD))
            if old:
                engines.drop(old)
        made = query(seed, number, loaded.tables)
        outcome = engines.ask(made, loaded)
        if outcome.kind in ("same", "both"):
            counts.outcomes[outcome.kind] += 1
        elif entry := kept.reason(outcome, made.sql()):
            counts.outcomes["kept"] += 1
            counts.kept[entry.reason] += 1
        else:
            counts.outcomes[outcome.kind] += 1
            if outcome.kind == "refused":
                counts.codes[outcome.code, outcome.template] += 1
            yield Found(number, made, loaded, outcome)
