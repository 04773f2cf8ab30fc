"""Random queries beside DuckDB: a fixed seed, so that a difference that is new is one of the change at hand.

`python -m random_sql --seed N --count M`, in this folder, runs others, for longer.
"""

from __future__ import annotations

import pytest

import servers
from random_sql import kept
from random_sql.outcome import Engines
from random_sql.run import Counts, run

SEED, COUNT = 1, 2500


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("random_sql")
    with servers.serve("polaroid", {"data": folder}) as client:
        yield Engines(client.base, folder)


def test_random_queries(engines: Engines):
    counts = Counts()
    new = [f"-- {found.seed}: {found.outcome.kind} {found.outcome.code}\n{found.query.sql()}\n{found.outcome.detail[:500]}"
           for found in run(engines, SEED, 0, COUNT, counts)]
    print("\n".join(counts.lines()))
    assert not new, f"{len(new)} outcomes without a reason; smaller: python -m random_sql --seed {SEED}\n" + "\n".join(new[:20])
    assert counts.outcomes["same"] > 0.85 * COUNT, counts.lines()[0]


@pytest.mark.parametrize("entry", kept.ENTRIES, ids=lambda entry: entry.example[:60])
def test_kept_differences_still_differ(engines: Engines, entry: kept.Kept):
    """The list only shrinks: what no longer differs is taken off it."""
    outcome = engines.ask_text(entry.example, None, {}, {}, ordered=False)
    assert entry.fits(outcome, entry.example), f"{outcome}: take it off {kept.LIST.name}"
