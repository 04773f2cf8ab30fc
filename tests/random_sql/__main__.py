"""`python -m random_sql --seed N --count M`, in tests/: many queries, and a small one for each difference."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import servers  # noqa: E402

from random_sql.outcome import Engines  # noqa: E402
from random_sql.run import Counts, run  # noqa: E402
from random_sql.shrink import Shrinker  # noqa: E402
from random_sql.tree import params  # noqa: E402


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m random_sql", description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--first", type=int, default=0, help="the number of the first query")
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--each", type=int, default=1, help="how many queries to show of one kind of difference")
    options.add_argument("--kinds", default="differ,refused,accepted,bug", help="which outcomes to show")
    options.add_argument("--seconds", type=float, default=10.0, help="how long to make one query smaller; 0: not at all")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name, servers.serve("polaroid", {"data": Path(name)}) as client:
        engines, counts, shown = Engines(client.base, Path(name)), Counts(), {}
        begun = time.monotonic()
        for found in run(engines, given.seed, given.first, given.count, counts):
            kind = (found.outcome.kind, found.outcome.code, found.outcome.aspect, found.outcome.template)
            shown[kind] = shown.get(kind, 0) + 1
            if shown[kind] > given.each or found.outcome.kind not in given.kinds.split(","):
                continue
            query, loaded, outcome = found.query, found.loaded, found.outcome
            if given.seconds:
                query, loaded, outcome = Shrinker(engines, outcome, given.seconds).run(query, loaded)
            show(found.seed, query, loaded, outcome)
            if loaded is not found.loaded:
                engines.drop(loaded)
        print(f"\n== seed {given.seed}, {time.monotonic() - begun:.1f} s, of which "
              + ", ".join(f"{name} {seconds:.1f}" for name, seconds in engines.seconds.items()))
        print("\n".join(counts.lines()))
        sys.stdout.flush()
    return 1 if any(counts.outcomes[kind] for kind in ("differ", "bug")) else 0


def show(number: int, query, loaded, outcome) -> None:
    print(f"\n-- {number}: {outcome.kind} {outcome.code}\n{query.sql()}")
    for param in params(query):
        print(f"   ${param.name} = {param.value!r}")
    for table in loaded.tables:
        if any(name in query.sql() for name in [table.name]):
            types = ", ".join(f"{c.name} {c.type}" for c in table.columns)
            print(f"   {table.name} ({types}): {[tuple(row.values()) for row in table.data.to_pylist()][:8]}")
    print(f"   {outcome.detail[:600]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
