"""Clients that do harm, each with what an honest server makes of it."""

from __future__ import annotations

import http.client
import random
import socket
import time
from typing import Callable

import wire
from client import Client
from soak.right import BUSY, Found

PAIRS = "lineitem AS a CROSS JOIN lineitem AS b"
BOMBS = [
    f"SELECT a.l_comment, b.l_comment AS c FROM {PAIRS} ORDER BY b.l_comment, a.l_comment",
    "SELECT REPEAT('x', 200000000) AS s",
    "SELECT STRING_AGG(l_comment || l_comment || l_comment || l_comment, ',') AS s FROM lineitem",
]
ENDLESS = [
    f"SELECT SUM(a.l_quantity * b.l_quantity) AS s FROM {PAIRS}",
    "SELECT LEVENSHTEIN(REPEAT('abcd', 1000000), REPEAT('bcda', 1000000)) AS n",
]
MISTAKES = ["SELEC 1", "SELECT nope FROM lineitem", "SELECT * FROM nope", "SELECT CAST('x' AS INTEGER) AS n",
            f"SELECT {'(' * 3000}1{')' * 3000}", "DROP TABLE lineitem", "SELECT * FROM '../../etc/passwd'"]
EVERYTHING = "SELECT * FROM lineitem"


def bomb(server: Client, chance: random.Random) -> Found:
    return stopped(server, chance.choice(BOMBS), (507, 504, *BUSY))


def endless(server: Client, chance: random.Random) -> Found:
    return stopped(server, chance.choice(ENDLESS), (504, *BUSY))


def mistake(server: Client, chance: random.Random) -> Found:
    return problem(server, chance.choice(MISTAKES), (400, 403, 404, 504, *BUSY))


def stopped(server: Client, sql: str, accepted: tuple[int, ...]) -> Found:
    """A query that is ended at a limit: by a problem, or by a cut where its answer, be it the problem, had begun."""
    try:
        return problem(server, sql, accepted)
    except http.client.IncompleteRead:
        return Found("harm: cut")


def problem(server: Client, sql: str, accepted: tuple[int, ...]) -> Found:
    answer = server.sql(sql)
    if answer.status not in accepted or answer.type != "application/problem+json":
        return Found("harm: NOT REFUSED", f"{sql[:80]}: {answer.status} {answer.body[:300]!r}")
    return Found(f"harm: {answer.status}")


def leaves_early(server: Client, chance: random.Random) -> Found:
    """Somewhere in the head, in the computing or in the rows."""
    request = wire.query(chance.choice([EVERYTHING, *ENDLESS]))
    with wire.asked(server, request[: chance.choice([20, len(request) - 5, len(request), len(request)])]) as (connection,):
        time.sleep(chance.random() / 5)
        connection.setblocking(False)
        try:
            connection.recv(1 << 16)
        except BlockingIOError:
            pass
    return Found("harm: left")


def reads_slowly(server: Client, chance: random.Random) -> Found:
    """Until the deadline cuts the answer, which must not look whole."""
    with wire.asked(server, wire.query(EVERYTHING), receive_buffer=1 << 14) as (connection,):
        received = b""
        for _ in range(20):
            part = connection.recv(1 << 10)
            received += part
            if not part:
                break
            time.sleep(0.15)
        received += wire.rest(connection)
    if wire.status(received) != 200 and wire.status(received) not in (504, *BUSY):
        return Found("harm: ODD ANSWER", f"{received[:300]!r}")
    if wire.status(received) == 200 and wire.is_whole(received) and wire.body(received).count(b"\n") != 600_573:
        return Found("harm: SHORT ANSWER", "an answer that looks whole has too few rows")
    return Found("harm: read slowly")


def dawdles(server: Client, chance: random.Random) -> Found:
    """A byte now and then, until the server has enough of it."""
    begin = chance.choice([
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        wire.head("POST", "/query", {"Content-Type": "application/sql", "Content-Length": "100000"}),
    ])
    with wire.asked(server, begin) as (connection,):
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if wire.trickle(connection):
                return Found("harm: dawdler hung up on")
            time.sleep(0.1)
    return Found("harm: STILL WAITED FOR", "30 s of one byte at a time")


def garbage(server: Client, chance: random.Random) -> Found:
    with wire.asked(server, chance.randbytes(chance.randrange(1, 5_000)) + b"\r\n\r\n") as (connection,):
        try:
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            return Found("harm: garbage hung up on")
        answer = wire.rest(connection)
    if answer and not 400 <= wire.status(answer) < 500:
        return Found("harm: GARBAGE TAKEN", f"{answer[:300]!r}")
    return Found("harm: garbage refused")


ALL: list[tuple[str, Callable[[Client, random.Random], Found]]] = [
    (act.__name__, act) for act in (bomb, endless, mistake, mistake, leaves_early, leaves_early, reads_slowly, dawdles, garbage)
]
