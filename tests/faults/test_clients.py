"""Clients that leave, that dawdle, and that come in numbers."""

from __future__ import annotations

import socket
import struct
import time
from pathlib import Path

import pytest

import wire
from conftest import SLOTS, warm, watched
from process import within
from test_queries import ENDLESS

EVERYTHING = wire.query("SELECT * FROM lineitem")


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize("leave", [socket.socket.close, reset], ids=["closes", "resets"])
def test_client_gone_in_mid_stream(patient, leave):
    """Twice as often as there are slots: each must be free again for the next."""
    for _ in range(2 * SLOTS):
        connection = wire.ask(patient, EVERYTHING, receive_buffer=1 << 14)
        assert connection.recv(1 << 10).startswith(b"HTTP/1.1 200")
        leave(connection)


@pytest.mark.parametrize("query", ENDLESS)
def test_client_gone_while_the_query_computes(patient, query: str):
    """There is no deadline here: only that nobody waits any more can end these."""
    for _ in range(2):
        with wire.asked(patient, *[wire.query(ENDLESS[query])] * SLOTS):
            time.sleep(0.3)


def test_answers_that_nobody_reads(hurried):
    """The guests wait to write until their deadline, which frees the slots."""
    with wire.asked(hurried, *[EVERYTHING] * SLOTS, receive_buffer=1 << 14) as connections:
        assert all(connection.recv(1 << 10).startswith(b"HTTP/1.1 200") for connection in connections)
        hurried.query_is_right()
        assert not any(wire.is_whole(wire.rest(connection)) for connection in connections)


def all_ended(connections: list[socket.socket], byte: bytes) -> bool:
    """After a byte more on each."""
    return all([wire.trickle(connection, byte) for connection in connections])


def test_slowloris_on_headers(patient):
    with wire.asked(patient, *[b"POST /query HTTP/1.1\r\nHost: localhost\r\nX-Slow: "] * 200) as connections:
        assert not all_ended(connections, b"x")
        patient.query_is_right()
        assert within(60, lambda: all_ended(connections, b"x")), "the server waits for ever for the end of a head"


def test_slowloris_on_bodies(patient):
    head = wire.head("POST", "/query", {"Content-Type": "application/json", "Content-Length": "100000"})
    with wire.asked(patient, *[head] * (SLOTS - 1)) as connections:
        assert not all_ended(connections, b" ")
        patient.query_is_right()
        assert within(60, lambda: all_ended(connections, b" ")), "the server waits for ever for the end of a body"


def test_a_thousand_idle_connections(root: Path):
    with watched(root, sending="10m") as client:
        warm(client)
        with wire.asked(client, *[b""] * 1_000):
            assert within(30, lambda: client.process.held().files >= client.before.files + 1_000)
            client.query_is_right()
            grown = client.process.held().memory - client.before.memory
        assert grown < 32 << 20, f"{grown / 1000:.0f} bytes a connection"
        client.query_is_right()
        client.settles("a thousand idle connections")


GARBAGE = {
    "random": bytes(range(256)) * 64,
    "tls": bytes.fromhex("16030100c2010000be0303") + bytes(200),
    "huge_head": wire.head("GET", "/healthz", {f"X-{n}": "x" * 1_000 for n in range(200)}),
    "endless_line": b"GET /" + b"a" * 1_000_000,
    "two_lengths": wire.head("POST", "/query", {"Content-Length": "5", "content-length": "50"}) + b"SELECT 1",
    "bad_chunks": wire.head("POST", "/query", {"Transfer-Encoding": "chunked"}) + b"zz\r\nSELECT 1\r\n0\r\n\r\n",
    "short_body": wire.head("POST", "/query", {"Content-Length": "500"}) + b"SELECT 1",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage(patient, kind: str):
    """Refused or hung up on: never answered as if it were a query, and no failure of the server's."""
    connection = wire.connect(patient)
    try:
        connection.sendall(GARBAGE[kind])
        connection.shutdown(socket.SHUT_WR)
        answer = wire.rest(connection)
    except TimeoutError:
        raise
    except OSError:  # hung up on before all of it was sent
        answer = b""
    finally:
        connection.close()
    assert not answer or 400 <= wire.status(answer) < 500, answer[:500]
