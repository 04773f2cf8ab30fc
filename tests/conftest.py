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
    with servers.serve_datasets(request.param, root) as client:
        yield client


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For the files that the tests of a module write."""
    return tmp_path_factory.mktemp("folder")


@pytest.fixture(scope="module", params=servers.HOSTS)
def served(request: pytest.FixtureRequest, folder: Path):
    """A server of `folder`."""
    with servers.serve(request.param, {"data": folder}) as client:
        yield client


@pytest.fixture
def alive(server: Client):
    """After the test the server must still answer: whatever it was sent broke one sandbox at most."""
    yield
    assert server.rows("SELECT 1 AS one") == [{"one": 1}]
