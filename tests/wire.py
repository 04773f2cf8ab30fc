"""HTTP by hand: half a request, a byte a second, an answer that nobody reads."""

from __future__ import annotations

import json
import re
import socket
from contextlib import ExitStack, contextmanager, suppress
from typing import Iterator
from urllib.parse import urlsplit

from client import TIMEOUT, Client


def connect(client: Client, receive_buffer: int | None = None) -> socket.socket:
    """With a small `receive_buffer` the server soon waits for whoever reads here."""
    host, port = urlsplit(client.base).netloc.split(":")
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(TIMEOUT)
    connection.connect((host, int(port)))
    return connection


def query(sql: str, format: str = "csv") -> bytes:
    """A whole request, whose answer ends the connection."""
    body = json.dumps({"sql": sql, "format": format}).encode()
    return head("POST", "/query", {"Content-Type": "application/json", "Content-Length": str(len(body))}) + body


def head(method: str, path: str, headers: dict[str, str] | None = None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def ask(client: Client, request: bytes, receive_buffer: int | None = None) -> socket.socket:
    """Sends a request and leaves its answer to be read."""
    connection = connect(client, receive_buffer)
    connection.sendall(request)
    return connection


@contextmanager
def asked(client: Client, *requests: bytes, receive_buffer: int | None = None) -> Iterator[list[socket.socket]]:
    """A connection for each request; all are closed in the end, also when the test fails."""
    with ExitStack() as stack:
        yield [stack.enter_context(ask(client, request, receive_buffer)) for request in requests]


def trickle(connection: socket.socket, byte: bytes = b"x") -> bool:
    """Sends a byte; whether the server has ended the connection."""
    connection.setblocking(False)
    try:
        connection.send(byte)
        while connection.recv(1 << 12):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def rest(connection: socket.socket) -> bytes:
    """Everything up to the end of the connection, also where that is a reset. TimeoutError is a hang."""
    received = bytearray()
    with suppress(ConnectionResetError, BrokenPipeError):
        while part := connection.recv(1 << 16):
            received += part
    return bytes(received)


def is_whole(answer: bytes) -> bool:
    """The body ended as its framing says."""
    return parsed(answer)[1]


def body(answer: bytes) -> bytes:
    """The data of an answer, as far as it goes."""
    return parsed(answer)[0]


def parsed(answer: bytes) -> tuple[bytes, bool]:
    """The data and whether all of it came: a body has a length, or chunks of which the last is empty."""
    head, _, framed = answer.partition(b"\r\n\r\n")
    if length := re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE):
        return framed, len(framed) == int(length[1])
    data, at = bytearray(), 0
    while (end := framed.find(b"\r\n", at)) > 0:
        size = int(framed[at:end], 16)
        if not size:
            return bytes(data), framed[end:] == b"\r\n\r\n"
        data += framed[end + 2 : end + 2 + size]
        at = end + 2 + size + 2
    return bytes(data), False


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])
