"""Servers with small limits, and what each must hold again after every fault: what it held before.

Each test here does harm, and says with what outcome. The fixtures then ask for a right answer and compare
memory, files and threads with those at the start; the figures are printed at the end of the run.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import pytest

import servers
import wire
from client import Client
from process import Held, within

SLOTS = 4
QUEUE = 4
LIMITS = ["--memory=128MiB", f"--max-concurrency={SLOTS}", f"--queue={QUEUE}", "--max-connections=2000"]
SLACK = 64 << 20
"""Bytes by which memory may differ afterwards: what the pool keeps of its slots, less than one lost sandbox."""

COUNT = "SELECT COUNT(*) AS n, SUM(l_orderkey) AS s FROM lineitem"
COUNTED = {"n": 600_572, "s": 180_224_042_143}

figures: list[str] = []


@dataclass
class Watched(Client):
    """A server whose figures at the start are known."""

    before: Held | None = None

    def query_is_right(self) -> None:
        assert self.rows(COUNT) == [COUNTED]

    def settles(self, fault: str) -> None:
        """The server holds what it held before: no more files, and memory but for what is kept.

        Nor more threads: guests read files on their own, of which there are as many as processors, from the start.
        """

        def settled() -> bool:
            now = self.process.held()
            return (
                now.files <= self.before.files
                and now.threads <= self.before.threads
                and now.memory <= self.before.memory + SLACK
            )

        back = within(30, settled)
        now = self.process.held()
        figures.append(f"{fault:60} {now}, at the most {now.peak / 1e6:6.1f} MB")
        assert back, f"held before: {self.before}; now: {now}"


class Misbehaving(Watched):
    """Serves the component that fails as its path says."""

    def query_is_right(self) -> None:
        assert self.request("POST", "/echo", "as it was").body == b"as it was"


@contextmanager
def watched(
    root: Path, *options: str, sending: str = "2s", kind: type[Watched] = Watched, **more
) -> Iterator[Watched]:
    """`sending`: how long a client may take to send a head or a body."""
    options = (*LIMITS, f"--header-timeout={sending}", f"--body-timeout={sending}", *options)
    dirs = {"tpch": root / "tpch", "data": root / "data"}
    with servers.serve("polaroid", dirs, options=options, **more) as client:
        yield kind(client.base, client.host, client.process)


def right(answer: bytes) -> bool:
    """Of what came for COUNT as CSV, by hand."""
    return wire.is_whole(answer) and wire.body(answer) == b"n,s\n600572,180224042143\n"


def warm(client: Watched) -> None:
    """Every slot and thread used, so that what they keep is there."""
    for _ in range(3):
        with ThreadPoolExecutor(SLOTS) as pool:
            list(pool.map(lambda _: client.query_is_right(), range(SLOTS)))
    # the last connections and sandboxes end a little after their answers
    time.sleep(1)
    client.before = client.process.held()
    figures.append(f"{'at the start of a server':60} {client.before}")


@pytest.fixture(scope="package")
def patient_server(root: Path):
    """Has no deadline that a test would see."""
    with watched(root, "--timeout=10m", "--queue-timeout=10m") as client:
        warm(client)
        yield client


@pytest.fixture(scope="package")
def hurried_server(root: Path):
    with watched(root, "--timeout=2s") as client:
        warm(client)
        yield client


@pytest.fixture(scope="package")
def misbehaving_server(root: Path):
    with watched(root, kind=Misbehaving, guest=servers.misbehaving()) as client:
        warm(client)
        yield client


def unharmed(client: Watched, request: pytest.FixtureRequest) -> Iterator[Watched]:
    client.process.forget_peak()
    yield client
    client.query_is_right()
    client.settles(request.node.name)


@pytest.fixture
def patient(patient_server: Watched, request: pytest.FixtureRequest):
    yield from unharmed(patient_server, request)


@pytest.fixture
def hurried(hurried_server: Watched, request: pytest.FixtureRequest):
    yield from unharmed(hurried_server, request)


@pytest.fixture
def misbehaving(misbehaving_server: Watched, request: pytest.FixtureRequest):
    yield from unharmed(misbehaving_server, request)


def pytest_terminal_summary(terminalreporter):
    if figures:
        terminalreporter.section("what the servers held after each fault")
        for line in figures:
            terminalreporter.write_line(line)
