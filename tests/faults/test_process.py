"""Signals under load, and a process that has no file descriptors left."""

from __future__ import annotations

import json
import resource
import signal
import socket
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator
from urllib.parse import urlsplit

import pytest

import servers
import wire
from client import Client
from conftest import COUNT, QUEUE, SLOTS, right, watched, warm
from process import within
from test_queries import ENDLESS

SOME = "(SELECT l_orderkey FROM lineitem LIMIT 12000)"
A_SECOND = f"SELECT COUNT(*) AS n FROM {SOME} AS a, {SOME} AS b WHERE a.l_orderkey < b.l_orderkey"


def test_sigterm_under_load(root: Path):
    """What runs or waits is answered, nothing new is, and the process ends well."""
    options = ["--timeout=10m", "--queue-timeout=10m", "--grace=600", "--admin-addr=127.0.0.1:0"]
    with watched(root, *options) as client, wire.asked(client, b""):
        warm(client)
        admin = servers.admin(client)
        with wire.asked(client, *[wire.query(A_SECOND)] * (SLOTS + QUEUE)) as connections:
            # all have been read, and none is over
            full = f"\npolaroid_queue_length {QUEUE}\n".encode()
            assert within(30, lambda: full in admin.get("/metrics").body), admin.get("/metrics").body
            client.process.signal(signal.SIGTERM)
            assert within(30, lambda: refused(client)), "new queries are still taken"
            for connection in connections:
                answer = wire.rest(connection)
                assert wire.is_whole(answer) and wire.body(answer).startswith(b"n\n"), answer[:500]
        assert client.process.wait() == 0, client.process.log()


def refused(client: Client) -> bool:
    """No connection, or one on which the server says that it stops: it is overloaded as well."""
    try:
        answer = wire.rest(wire.ask(client, wire.query("SELECT 1 AS one")))
    except ConnectionError:
        return True
    return not answer or wire.status(answer) == 503 and json.loads(wire.body(answer))["code"] == "stopping"


@contextmanager
def much_to_do(client: Client) -> Iterator[list[socket.socket]]:
    """Queries that compute, and one whose answer has begun to leave."""
    endless = [wire.query(sql) for sql in ENDLESS.values()]
    with wire.asked(client, wire.query("SELECT * FROM lineitem"), *endless, receive_buffer=1 << 14) as connections:
        assert connections[0].recv(1 << 10).startswith(b"HTTP/1.1 200")
        yield connections


def test_sigterm_cuts_what_outlasts_the_grace(root: Path):
    with watched(root, "--timeout=10m", "--grace=1") as client, much_to_do(client) as connections:
        client.process.signal(signal.SIGTERM)
        assert client.process.wait() == 0, client.process.log()
        assert not any(wire.is_whole(wire.rest(connection)) for connection in connections)


def test_sigkill_and_restart(root: Path):
    """Nothing is left that the next process would stumble over: it takes the same address at once."""
    addr = "127.0.0.1:0"
    for _ in range(3):
        with watched(root, addr=addr) as client:
            client.query_is_right()
            addr = urlsplit(client.base).netloc
            with much_to_do(client) as connections:
                client.process.signal(signal.SIGKILL)
                assert client.process.wait() == -signal.SIGKILL
                assert not any(wire.is_whole(wire.rest(connection)) for connection in connections)


def test_no_file_descriptors_left(root: Path):
    """It goes on with those that it has, and is as good as ever when some are closed."""
    with watched(root, sending="10m") as client:
        warm(client)
        limit = client.before.files + 6
        resource.prlimit(client.process.pid, resource.RLIMIT_NOFILE, (limit, limit))
        # the first connection is open already when the crowd comes; the kernel's queue takes who finds no place
        with wire.asked(client, *[b""] * 50) as (first, *_):
            assert within(30, lambda: client.process.held().files >= limit - 1), client.process.held()
            # tables need files too: a right answer or an honest problem
            first.sendall(wire.query(COUNT))
            answer = wire.rest(first)
            assert right(answer) or wire.status(answer) >= 400, answer[:500]
        for _ in range(2 * SLOTS):
            # the files of the one before are closed a little after its answer, and there are few to spare
            assert within(30, lambda: client.process.held().files <= client.before.files), client.process.held()
            client.query_is_right()
        client.settles("no file descriptors left")


def few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (80, 80))


def test_more_connections_than_file_descriptors_are_refused_at_the_start(root: Path):
    with pytest.raises(servers.Ended) as ended, watched(root, limit=few_files):
        pass
    assert ended.value.status == 2 and "--max-connections 2000" in ended.value.log, ended.value.log
