"""A large answer as a stream, beside DuckDB's own export of the same rows; what clients at different speeds cost;
answers that a cache has already."""

import contextlib
import http.client
import os
import socket
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa

from running import memory_line, ours

ROWS = 10_000_000
CLIENTS = 10
SLOW = 1024
"""Bytes a second that the slow client reads."""

MAKE = f"""
    COPY (SELECT i AS id, i % 1000 AS k, (i * 7919) % 100003 AS v, i * 0.25 AS x, 'name ' || (i % 5000) AS s,
                 DATE '2020-01-01' + (i % 1500)::INTEGER AS d FROM range({ROWS}) t(i))
    TO '{{}}' (FORMAT parquet, ROW_GROUP_SIZE 122880)
"""


def streams(args):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        duckdb.connect().execute(MAKE.format(path))
        print(f"{ROWS:,} rows of 6 columns, {path.stat().st_size / 1e6:.0f} MB of Parquet")
        against_duckdb(args, path)
        memory(args, path)
        not_modified(args, path)


def against_duckdb(args, path):
    """DuckDB in this process, on one thread: no socket, so that it has it easier."""
    sides = {
        "Arrow": (lambda: over_http(server, "arrow"), lambda: arrow_of_duckdb(path)),
        "NDJSON": (lambda: over_http(server, "ndjson"), lambda: ndjson_of_duckdb(path)),
    }
    with ours(args, "--timeout", "0s", dir=path.parent) as server:
        server.ready()
        for format, pair in sides.items():
            found = {"polaroid": [], "DuckDB": []}
            for _ in range(3):
                for name, side in zip(found, pair):
                    found[name].append(side())
            medians = {}
            for name, runs in found.items():
                first, taken, size = (statistics.median(column) for column in zip(*runs))
                medians[name] = taken
                print(f"SELECT * as {format}, {name}: first byte {first * 1e3:.1f} ms, {taken:.2f} s, {size / taken / 1e6:.0f} MB/s")
            print(f"  ratio of medians {medians['polaroid'] / medians['DuckDB']:.2f}")


def over_http(server, format):
    """Seconds to the first byte of the body and to the last, and the body's bytes."""
    answer, begin = ask(server, format)
    first, size = None, 0
    # As much as has come, so that the first byte is seen when it is there.
    while part := answer.read1(1 << 20):
        first = first or time.perf_counter() - begin
        size += len(part)
    return first, time.perf_counter() - begin, size


def ask(server, format):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=900)
    begin = time.perf_counter()
    connection.request("GET", f"/query?sql=SELECT+*+FROM+rows&format={format}")
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(answer.read().decode())
    return answer, begin


def one_thread():
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return connection


def arrow_of_duckdb(path):
    """Batches as they come, written as a stream to nowhere."""
    begin = time.perf_counter()
    reader = one_thread().execute(f"SELECT * FROM '{path}'").fetch_record_batch(122_880)
    first = None
    sink = pa.MockOutputStream()
    with pa.ipc.new_stream(sink, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
            first = first or time.perf_counter() - begin
    return first, time.perf_counter() - begin, sink.size()


def ndjson_of_duckdb(path):
    """Into a pipe, as far as it can stream."""
    size = 0
    first = None
    with tempfile.TemporaryDirectory() as folder:
        pipe = Path(folder) / "pipe"
        os.mkfifo(pipe)
        begin = time.perf_counter()
        copy = f"COPY (SELECT * FROM '{path}') TO '{pipe}' (FORMAT json)"
        writing = threading.Thread(target=lambda: one_thread().execute(copy))
        writing.start()
        with open(pipe, "rb", buffering=0) as reading:
            while part := reading.read(1 << 20):
                first = first or time.perf_counter() - begin
                size += len(part)
        writing.join()
    return first, time.perf_counter() - begin, size


def memory(args, path):
    """Of host and guests together, while one client reads, and while ten do, of which one hardly does."""
    for clients, slow in ((1, 0), (CLIENTS, 1)):
        with ours(args, "--timeout", "0s", "--memory", "512MiB", "--max-concurrency", str(CLIENTS), dir=path.parent) as server:
            server.ready()
            idle = server.memory()
            peak = Peak(server)
            with peak, contextlib.ExitStack() as stack:
                crawlers = [stack.enter_context(Crawler(server)) for _ in range(slow)]
                pool = stack.enter_context(ThreadPoolExecutor(clients))
                for read in [pool.submit(over_http, server, "arrow") for _ in range(clients - slow)]:
                    read.result()
                still = all(crawler.reads for crawler in crawlers)
            print(
                f"{clients} clients of {ROWS:,} rows as Arrow, {slow} of them at {SLOW} B/s: idle {memory_line(idle)}; "
                f"at most {memory_line(peak.most)}" + ("" if still else "; THE SLOW ONE WAS CUT")
            )


class Crawler:
    """Reads [`SLOW`] bytes a second until it is closed."""

    def __init__(self, server):
        self.connection = socket.create_connection(("127.0.0.1", server.port))
        self.connection.sendall(b"GET /query?sql=SELECT+*+FROM+rows&format=arrow HTTP/1.1\r\nhost: localhost\r\n\r\n")
        self.reads = True
        self.closed = threading.Event()
        self.thread = threading.Thread(target=self.crawl)

    def crawl(self):
        while not self.closed.wait(1):
            self.reads = self.reads and bool(self.connection.recv(SLOW))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closed.set()
        self.thread.join()
        self.connection.close()


class Peak:
    """The most that a server holds meanwhile, looked at ten times a second."""

    def __init__(self, server):
        self.server, self.most = server, server.memory()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.ended.wait(0.1):
            now = self.server.memory()
            if sum(now.values()) > sum(self.most.values()):
                self.most = now

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def not_modified(args, path):
    """The same question, answered and then asked again by a client that has the answer."""
    target = "/query?sql=SELECT+k,SUM(v)+AS+s+FROM+rows+GROUP+BY+k"
    with ours(args, dir=path.parent) as server:
        server.ready()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=900)
        connection.request("GET", target)
        answer = connection.getresponse()
        answer.read()
        times = []
        for _ in range(args.requests):
            begin = time.perf_counter()
            connection.request("GET", target, headers={"If-None-Match": answer.headers["ETag"]})
            again = connection.getresponse()
            again.read()
            times.append(time.perf_counter() - begin)
            if again.status != 304:
                raise RuntimeError(f"{again.status} in place of 304")
    print(f"304 for a group-by of {ROWS:,} rows, one connection: {len(times) / sum(times):,.0f} requests/s, "
          f"median {statistics.median(times) * 1e3:.2f} ms")
