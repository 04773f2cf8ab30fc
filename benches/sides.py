"""The engines that answer the same question in turn, each in a process of its own: how long it took, what was read, and
the most memory that the process held meanwhile."""

import contextlib
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from running import ours


@dataclasses.dataclass
class Run:
    seconds: float
    read: int
    """Bytes read by system calls, from the page cache too; what is mapped is not seen."""
    peak: int
    """Bytes resident at the most, pages of files included."""


class Process:
    """What the kernel knows of a process."""

    def __init__(self, pid):
        self.folder = pathlib.Path(f"/proc/{pid}")

    def measured(self, work):
        """Runs `work`, which gives the seconds that count."""
        (self.folder / "clear_refs").write_text("5")  # The peak so far is forgotten.
        read = self.read()
        seconds = work()
        return Run(seconds, self.read() - read, self.field("status", "VmHWM") * 1024)

    def read(self):
        return self.field("io", "rchar")

    def field(self, file, name):
        lines = (self.folder / file).read_text().splitlines()
        return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


class Polaroid:
    """`polaroid serve`: a fresh instance a question, over HTTP, answered as an Arrow stream."""

    name = "polaroid"

    def __init__(self, args, folder):
        self.server = ours(args, "--timeout", "0s", "--memory", "2GiB", dir=folder)

    def __enter__(self):
        self.server.__enter__()
        self.connection = self.server.ready()
        self.process = Process(self.server.process.pid)
        return self

    def __exit__(self, *exception):
        self.server.__exit__(*exception)

    def ask(self, sql):
        def work():
            begin = time.perf_counter()
            self.connection.size(sql, "arrow")
            return time.perf_counter() - begin

        return self.process.measured(work)


class Program:
    """`polaroid query`: a process a question, from its start to its end; its answer as an Arrow file to nowhere."""

    name = "polaroid query"

    def __init__(self, args, folder):
        self.command = [
            args.polaroid, "query", "--component", str(args.wasm), "--dir", str(folder), "--memory", "2GiB",
            "--format", "arrow", "--quiet",
        ]  # fmt: skip

    def __enter__(self):
        self.ask("SELECT 1")  # Compiles the component, where that is to be done.
        return self

    def __exit__(self, *_):
        pass

    def ask(self, sql):
        begin = time.perf_counter()
        process = subprocess.Popen([*self.command, sql], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        if status:
            raise RuntimeError(error.decode())
        return Run(seconds, 0, usage.ru_maxrss * 1024)


class Peer:
    """An engine in Python, on one thread, its answer as Arrow in memory."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder

    def __enter__(self):
        command = [sys.executable, pathlib.Path(__file__).with_name("native.py"), self.name, self.folder]
        self.worker = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "POLARS_MAX_THREADS": "1"}
        )
        self.process = Process(self.worker.pid)
        self.seconds("SELECT 1 AS one")
        return self

    def __exit__(self, *_):
        self.worker.stdin.close()
        self.worker.wait()

    def ask(self, sql):
        return self.process.measured(lambda: self.seconds(sql))

    def seconds(self, sql):
        print(json.dumps(sql), file=self.worker.stdin, flush=True)
        answer = json.loads(self.worker.stdout.readline())
        if isinstance(answer, str):
            raise RuntimeError(f"{self.name}: {answer}")
        return answer


def compare(what, questions, make, runs, over=2.0):
    """Asks each of `questions` (name to SQL, or name to side to SQL) of all sides in turn, and prints a table: medians, how much more the
    first side took than each of the others, bytes read and peak memory."""
    with contextlib.ExitStack() as stack:
        sides = [stack.enter_context(side) for side in make]
        names = [side.name for side in sides]
        print(f"\n{what}: medians of {runs}, milliseconds; ratio of {names[0]} to each; MB read; peak MB resident")
        head = [f"{name:>14}" for name in names] + [f"{'/ ' + name:>16}" for name in names[1:]]
        print(f"{'':24}" + "".join(head) + f"{'read':>24}{'peak':>28}")
        totals = dict.fromkeys(names, 0.0)
        slow = []
        for question, sql in questions.items():
            found = {name: [] for name in names}
            for _ in range(runs):
                for side in sides:
                    text = sql if isinstance(sql, str) else sql.get(side.name, sql["polaroid"])
                    try:
                        found[side.name].append(side.ask(text))
                    except RuntimeError as error:
                        print(f"{question}: {side.name} cannot: {str(error)[:200]}")
            seconds = {
                name: statistics.median(run.seconds for run in of) if of else None for name, of in found.items()
            }
            for name, median in seconds.items():
                totals[name] += median or 0
            ratios = {name: seconds[names[0]] / seconds[name] for name in names[1:] if seconds[name] and seconds[names[0]]}
            slow += [f"{question} {ratio:.2f} of {name}" for name, ratio in ratios.items() if ratio > over]
            row(question, names, seconds, ratios, found)
        ratios = {name: totals[names[0]] / totals[name] for name in names[1:] if totals[name]}
        row("sum", names, totals, ratios, {})
        print(f"over {over:g} times: {', '.join(slow) or 'none'}", flush=True)


def row(what, names, seconds, ratios, found):
    times = [f"{seconds[name] * 1e3:14.1f}" if seconds[name] else f"{'-':>14}" for name in names]
    quotients = [f"{ratios[name]:16.2f}" if name in ratios else f"{'-':>16}" for name in names[1:]]
    megabytes = [
        " / ".join(f"{max(getattr(run, field) for run in found[name]) / 1e6:.0f}" if found.get(name) else "-" for name in names)
        for field in ("read", "peak")
    ]
    read, peak = megabytes if found else ("", "")
    print(f"{what:24}" + "".join(times + quotients) + f"{read:>24}{peak:>28}", flush=True)
