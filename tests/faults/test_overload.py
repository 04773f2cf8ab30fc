"""More queries at once than there are slots and places in the queue."""

from __future__ import annotations

import select
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import wire
from conftest import COUNT, COUNTED, QUEUE, SLOTS, right
from test_queries import ENDLESS


def test_some_are_refused_politely_and_the_others_are_right(patient):
    with ExitStack() as stack:
        holding = stack.enter_context(wire.asked(patient, *[wire.query(ENDLESS["aggregate"])] * SLOTS))
        # the slots compute for good: of these, the queue takes its part and the rest is refused
        waiting = stack.enter_context(wire.asked(patient, *[wire.query(COUNT)] * 3 * QUEUE))
        refused: list[socket.socket] = []
        while len(refused) < 2 * QUEUE:
            ready, _, _ = select.select([c for c in waiting if c not in refused], [], [], 60)
            assert ready, f"{len(refused)} of {len(waiting)} were refused, and then nothing came"
            refused += ready
        for connection in holding:
            connection.close()
        for connection in waiting:
            answer = wire.rest(connection)
            if connection in refused:
                head = answer.split(b"\r\n\r\n")[0].lower()
                assert wire.status(answer) in (429, 503), answer[:500]
                assert b"\r\nretry-after: " in head and b"application/problem+json" in head, answer[:500]
            else:
                assert right(answer), answer[:500]


def test_health_is_answered_while_every_slot_computes(patient):
    with wire.asked(patient, *[wire.query(ENDLESS["one_call"])] * (SLOTS + QUEUE)) as holding:
        for path in ["/healthz", "/readyz"] * 5:
            assert patient.get(path).status == 200
        assert not select.select(holding, [], [], 0)[0], "the slots were not held while health was asked for"


def test_many_clients_at_once_get_right_answers_or_none(patient):
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: patient.sql(COUNT), range(60)))
    assert {answer.status for answer in answers} <= {200, 429, 503}
    given = [answer.json()["data"] for answer in answers if answer.status == 200]
    assert given == [[COUNTED]] * len(given) and len(given) >= SLOTS + QUEUE
