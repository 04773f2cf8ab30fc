"""Processes that are measured: a server on a free port, stopped by its process id, and what it holds."""

import http.client
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import tempfile
import time

PATIENCE = 900
"""Seconds for a server to be there: the first start compiles the component."""


class Server:
    """`command` must listen on `port` of 127.0.0.1 and answer POST `path` with JSON."""

    def __init__(self, command, port, path="/query", env=None):
        self.command, self.port, self.path = command, port, path
        self.env = {**os.environ, **(env or {})}

    def __enter__(self):
        self.log = tempfile.TemporaryFile("w+")
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(self.command, stderr=self.log, stdout=self.log, env=self.env)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def connect(self):
        """As soon as the port is open."""
        while time.perf_counter() - self.begun < PATIENCE:
            try:
                connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
            except ConnectionRefusedError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.0002)
            else:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return Connection(connection, self.path)
        self.log.seek(0)
        raise RuntimeError(f"{self.command[0]} did not listen:\n{self.log.read()}")

    def ready(self):
        """Waits for a right answer; a connection."""
        connection = self.connect()
        while time.perf_counter() - self.begun < PATIENCE:
            status, body = connection.post({"sql": "SELECT 1"})
            if status == 200:
                return connection
            if status != 503:
                break
            time.sleep(0.05)
        raise RuntimeError(f"{self.command[0]} answers {status}: {body[:500]!r}")

    def memory(self):
        """Megabytes resident: of files, which other processes share, and of its own."""
        rollup = pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        kilobytes = {name: int(value) for name, value in re.findall(r"(\w+):\s+(\d+) kB", rollup)}
        own = kilobytes["Anonymous"]
        return {"of files": (kilobytes["Rss"] - own) / 1024, "its own": own / 1024}


def memory_line(memory):
    return ", ".join(f"{megabytes:.1f} MB {what}" for what, megabytes in memory.items()) + (
        f", {sum(memory.values()):.1f} MB in all"
    )


class Connection:
    """Keeps one connection, and adds as little as it can to what it measures."""

    def __init__(self, connection, path):
        self.connection, self.path = connection, path

    def request(self, payload):
        body = json.dumps(payload).encode()
        return (
            f"POST {self.path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        ).encode() + body

    def send(self, request):
        self.connection.sendall(request)
        answer = http.client.HTTPResponse(self.connection)
        answer.begin()
        return answer

    def post(self, payload):
        answer = self.send(self.request(payload))
        return answer.status, answer.read()

    def size(self, sql, format):
        """Bytes of the answer, which is thrown away as it comes."""
        answer = self.send(self.request({"sql": sql, "format": format}))
        size = 0
        first = b""
        while part := answer.read(1 << 20):
            size += len(part)
            first = first or part
        if answer.status != 200:
            raise RuntimeError(first.decode())
        return size

    def seconds(self, payload):
        request = self.request(payload)
        begin = time.perf_counter()
        answer = self.send(request)
        body = answer.read()
        taken = time.perf_counter() - begin
        if answer.status != 200:
            raise RuntimeError(body.decode())
        return taken


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def ours(args, *options, dir=None):
    """`polaroid serve`, with `options`."""
    port = free_port()
    command = [
        args.polaroid, "serve", "--component", str(args.wasm), "--addr", f"127.0.0.1:{port}",
        "--dir", str(dir or args.tpch), *options,
    ]  # fmt: skip
    return Server(command, port)


def has_option(args, option):
    """Whether this build of `polaroid serve` has it."""
    text = subprocess.run([args.polaroid, "serve", "--help"], check=True, capture_output=True, text=True).stdout
    return option in text


def percentiles(seconds):
    ordered = sorted(seconds)
    at = [ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] for percent in (50, 99)]
    return f"p50 {at[0] * 1e3:.2f} ms, p99 {at[1] * 1e3:.2f} ms"


def median_ms(seconds):
    return f"median {statistics.median(seconds) * 1e3:.1f} ms"
