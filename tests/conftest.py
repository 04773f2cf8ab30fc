"""Fixtures: the data, the second engine, and both hosts as running servers.

Every test that takes `server` runs once for each host. POLAROID_TEST_HOSTS=polaroid (or wasmtime) keeps one.
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

import datasets
import servers
from client import Client
from second_engine import SecondEngine


def pytest_configure():
    # `timeout` and CI end a run so: as after Ctrl-C, the servers are stopped first
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def root() -> Path:
    return datasets.ensure()


@pytest.fixture(scope="session")
def second(root: Path) -> SecondEngine:
    return SecondEngine(root)


@pytest.fixture(scope="session", params=servers.HOSTS)
def server(request: pytest.FixtureRequest, root: Path):
    # limits of the engine are tested: the sandbox's own, which tests/faults is about, must not come before them
    limits = ["--memory=4GiB"] if request.param == "polaroid" else []
    dirs = {"data": root / "data", "tpch": root / "tpch", "odd": root / "odd"}
    with servers.serve(request.param, dirs, options=limits) as client:
        yield client


@pytest.fixture
def alive(server: Client):
    """After the test the server must still answer: whatever it was sent broke one sandbox at most."""
    yield
    assert server.rows("SELECT 1 AS one") == [{"one": 1}]
