"""A small HTTP client: no connection is reused, so that each request stands for itself."""

from __future__ import annotations

import http.client
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Iterator
from urllib.parse import urlsplit

import pyarrow as pa

from process import Process

TIMEOUT = 60.0
"""Seconds without a byte after which a server is taken to hang."""


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get_content_type()

    def json(self):
        return json.loads(self.body)


class Refused(AssertionError):
    """The server answered with a problem where the test wanted rows."""

    def __init__(self, answer: Answer):
        self.answer = answer
        try:
            self.detail = answer.json()["detail"]
        except (ValueError, KeyError, TypeError):
            self.detail = answer.body.decode(errors="replace")
        super().__init__(f"{answer.status}: {self.detail}")


@dataclass
class Client:
    base: str
    """`http://127.0.0.1:PORT`"""
    host: str
    """`polaroid` or `wasmtime`"""
    process: Process
    hangs: list[str] = field(default_factory=list)
    """Requests that were never answered. Each may hold a worker of the server for good."""
    timeout: float = TIMEOUT
    """Seconds without a byte after which a request is given up."""

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=self.timeout)

    def request(
        self, method: str, path: str, body: bytes | str | Iterator[bytes] | None = None, headers: dict | None = None
    ) -> Answer:
        """An iterator as body is sent in chunks, without a length."""
        if len(self.hangs) >= 2:
            # no worker may be left: fail now, and not after a minute for each test
            raise TimeoutError(f"the server hangs since {self.hangs}")
        connection = self.connect()
        try:
            # a server may answer before it has read the whole body, and close
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body.encode() if isinstance(body, str) else body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except TimeoutError:
            self.hangs.append(f"{method} {path} {str(body)[:100]}")
            raise
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, payload: object) -> Answer:
        """POST /query with a JSON body."""
        return self.request("POST", "/query", json.dumps(payload), {"Content-Type": "application/json"})

    def sql(self, sql: str, format: str = "json") -> Answer:
        return self.post({"sql": sql, "format": format})

    def table(self, sql: str) -> pa.Table:
        """The rows as Arrow, read by pyarrow from the stream."""
        answer = self.sql(sql, "arrow")
        if answer.status != 200:
            raise Refused(answer)
        return pa.ipc.open_stream(answer.body).read_all()

    def rows(self, sql: str) -> list[dict]:
        return self.table(sql).to_pylist()
