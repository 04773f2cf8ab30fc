"""Hours of mixed traffic in a minute or thirty: right answers, no leak, no hang.

Some clients ask queries whose answers DuckDB has given beforehand; the others do harm ([`harm`]). Traffic comes in
rounds with a pause after each, in which nothing runs: what the server holds then must not grow from round to round.
"""

from __future__ import annotations

import http.client
import random
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import servers
from client import Client
from process import Held
from soak import harm, right

LIMITS = [
    "--memory=128MiB", "--timeout=2s", "--max-concurrency=6", "--queue=64", "--queue-timeout=60s", "--header-timeout=2s",
    "--body-timeout=2s",
]
ROUND = 5.0
"""Seconds of traffic between two pauses."""
WARM_UP = 0.25
"""The part of the rounds that fills pools and allocators, and is not judged."""
GROWTH = 24 << 20
"""Bytes by which the memory of the last rounds may lie above that of the first ones after the warm-up."""


@dataclass
class Soak:
    """What was found. `faults` is empty after a good run."""

    seconds: float
    asked: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    """How often each query whose answer is known was answered right."""
    held: list[Held] = field(default_factory=list)
    """In each pause."""
    faults: list[str] = field(default_factory=list)

    def judge(self) -> None:
        """Whether it answered at all; and the pauses, one beside the other."""
        for name in right.QUERIES:
            if not self.answered[name]:
                self.faults.append(f"{name}: asked {self.asked[name]:,} times, and never answered right")
        asked = sum(self.asked[name] for name in right.QUERIES)
        if 2 * self.answered.total() < asked:
            self.faults.append(f"of {asked:,} queries with known answers, {self.answered.total():,} were answered right")
        judged = self.held[int(len(self.held) * WARM_UP):]
        if len(judged) < 4:
            self.faults.append(f"{len(judged)} pauses are too few to tell a leak: give more --seconds")
            return
        third = max(2, len(judged) // 3)
        first, last = judged[:third], judged[-third:]
        for what, allowed in (("memory", GROWTH), ("files", 0), ("threads", 0)):
            before, after = (statistics.median_low(getattr(held, what) for held in part) for part in (first, last))
            if after > before + allowed:
                self.faults.append(f"{what} grew from {before:,} to {after:,}, allowed are {allowed:,} more")

    def slope(self) -> float:
        """Bytes a second that memory grew by in the pauses after the warm-up, by least squares."""
        judged = [held.memory for held in self.held[int(len(self.held) * WARM_UP):]]
        if len(judged) < 2:
            return 0.0
        return statistics.linear_regression(range(len(judged)), judged).slope / (self.seconds / len(self.held))

    def summary(self) -> str:
        lines = [f"{self.seconds:.0f} s, {sum(self.asked.values()):,} requests"]
        lines += [f"  {name:42} {count:8,}" for name, count in sorted(self.asked.items())]
        lines += ["outcomes"]
        lines += [f"  {name:42} {count:8,}" for name, count in sorted(self.outcomes.items())]
        lines += ["held in the pauses (memory that is its own)"]
        lines += [f"  {number:3}  {held}" for number, held in enumerate(self.held)]
        lines += [f"memory after the warm-up: {self.slope() / 1e3:+.1f} kB/s; at the most {self.held[-1].peak / 1e6:.0f} MB resident"]
        lines += [f"FAULT: {fault}" for fault in self.faults[:20]]
        lines += [f"{len(self.faults)} faults"]
        return "\n".join(lines)


def run(root: Path, seconds: float, clients: int, seed: int) -> Soak:
    """`root` is that of the test data."""
    soak = Soak(seconds)
    answers = right.answers(root)
    # a third, and at least one, does harm
    harmful = max(1, clients // 3)
    randoms = [random.Random(f"{seed} {number}") for number in range(clients)]
    with servers.serve("polaroid", {"tpch": root / "tpch"}, options=LIMITS) as server, ThreadPoolExecutor(clients) as pool:
        for _ in range(max(4, round(seconds / ROUND))):
            until = time.monotonic() + seconds / max(4, round(seconds / ROUND))
            at_work = [
                pool.submit(work, soak, server, answers, number < harmful, randoms[number], until)
                for number in range(clients)
            ]
            for done in at_work:
                done.result()
            soak.held.append(rested(server))
        soak.judge()
    return soak


def rested(server: Client) -> Held:
    """When what the last requests held is given back: the least of some looks."""
    looks = []
    for _ in range(10):
        time.sleep(0.1)
        looks.append(server.process.held())
    return min(looks, key=lambda held: (held.files, held.memory))


_lock = threading.Lock()


def work(
    soak: Soak, server: Client, answers: list[right.Known], harmful: bool, chance: random.Random, until: float
) -> None:
    """One client, until the round ends. What it finds wrong is a fault; nothing is raised."""
    while time.monotonic() < until and server.process.child.poll() is None:
        if harmful:
            name, act = chance.choice(harm.ALL)
            found = attempt(lambda: act(server, chance))
        else:
            known = chance.choice(answers)
            name, found = known.name, attempt(lambda: known.ask(server, chance))
        with _lock:
            soak.asked[name] += 1
            soak.outcomes[found.outcome] += 1
            if found.right:
                soak.answered[name] += 1
            if found.fault:
                soak.faults.append(f"{name}: {found.fault}")
    if server.process.child.poll() is not None:
        with _lock:
            soak.faults.append(f"the server ended with {server.process.child.returncode}")


def attempt(act) -> right.Found:
    try:
        return act()
    except TimeoutError as error:
        return right.Found("hung", f"hung: {error!r}")
    except (OSError, http.client.HTTPException) as error:
        # each act says itself where a cut is right
        return right.Found("cut without a reason", repr(error))
