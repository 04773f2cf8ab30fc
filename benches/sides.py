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

MEMORY = "2GiB"
"""What a sandbox may have. The peers have no limit."""


@dataclasses.dataclass
class Run:
    seconds: float
    read: int | None = None
    """Bytes read by system calls, from the page cache too; what is mapped is not seen."""
    peak: int | None = None
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
    """`polaroid serve`: a fresh instance a question, over HTTP, to the last byte of an Arrow stream."""

    name = "polaroid"

    def __init__(self, args, folder):
        self.server = ours(args, "--timeout", "0s", "--memory", MEMORY, dir=folder)

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
    """`polaroid query`: a process a question, from its start to its end; an Arrow stream to nowhere."""

    name = "polaroid query"

    def __init__(self, args, folder):
        self.command = [
            args.polaroid, "query", "--component", str(args.wasm), "--dir", str(folder), "--memory", MEMORY,
            "--format", "arrow",
        ]  # fmt: skip

    def __enter__(self):
        self.ask("SELECT 1")  # Compiles the component, where that is to be done.
        return self

    def __exit__(self, *_):
        pass

    def ask(self, sql):
        begin = time.perf_counter()
        done = subprocess.run([*self.command, sql], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        seconds = time.perf_counter() - begin
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return Run(seconds)


class Peer:
    """An engine in Python, on one thread, its answer an Arrow table in memory."""

    def __init__(self, name, folder):
        self.name = name
        self.command = [sys.executable, pathlib.Path(__file__).with_name("on_one_thread.py"), name, folder]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
        pipe = subprocess.PIPE
        self.worker = subprocess.Popen(self.command, stdin=pipe, stdout=pipe, text=True, env=environment)
        self.process = Process(self.worker.pid)
        self.seconds("SELECT 1 AS one")

    def stop(self):
        self.worker.stdin.close()
        return self.worker.wait()

    def ask(self, sql):
        return self.process.measured(lambda: self.seconds(sql))

    def seconds(self, sql):
        print(json.dumps(sql), file=self.worker.stdin, flush=True)
        line = self.worker.stdout.readline()
        if not line:
            status = self.stop()
            self.start()
            raise RuntimeError(f"the process ended with {status}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["seconds"]


def compare(what, questions, sides, repeat):
    """Asks each of `questions` (name to SQL) of all sides in turn, and prints a table: medians, how much more the first
    side took than each other one, bytes read and peak memory."""
    with contextlib.ExitStack() as stack:
        for side in sides:
            stack.enter_context(side)
        first, *others = (side.name for side in sides)
        print(f"\n{what}: medians of {repeat}, milliseconds; {first} to each other one; MB read; peak MB resident")
        print(line("", [first, *others], [f"/ {name}" for name in others], "read", "peak"))
        medians = {}
        for question, sql in questions.items():
            runs = measured(question, sql, sides, repeat)
            times = {name: statistics.median(run.seconds for run in of) for name, of in runs.items()}
            medians[question] = times
            figures = [figure(runs, sides, field) for field in ("read", "peak")]
            print(row(question, first, others, times, ratios([times], first, others), *figures))
        every = list(medians.values())
        total = {name: sum(times.get(name, 0) for times in every) for name in (first, *others)}
        print(row("sum", first, others, total, ratios(every, first, others), "", ""), flush=True)
        slow = [
            f"{question} {ratio:.2f} of {name}"
            for question, times in medians.items()
            for name, ratio in ratios([times], first, others).items()
            if ratio > 2
        ]
        print(f"over twice as long: {', '.join(slow) or 'none'}", flush=True)


def measured(question, sql, sides, repeat):
    """The runs of each side, by its name; none of a side that cannot answer."""
    runs = {side.name: [] for side in sides}
    for _ in range(repeat):
        for side in sides:
            if side.name in runs:
                try:
                    runs[side.name].append(side.ask(sql))
                except RuntimeError as error:
                    del runs[side.name]
                    print(f"{question}: {side.name} cannot: {str(error)[:200]}")
    return runs


def figure(runs, sides, field):
    """The most of a figure, for each side, in MB."""

    def most(name):
        values = [getattr(run, field) for run in runs.get(name, [])]
        return f"{max(values) / 1e6:.0f}" if values and None not in values else "-"

    return " / ".join(most(side.name) for side in sides)


def ratios(medians, first, others):
    """How much more the first side took than each other one, over the questions that both of them can answer."""
    found = {}
    for name in others:
        both = [times for times in medians if {first, name} <= times.keys()]
        if both:
            found[name] = sum(times[first] for times in both) / sum(times[name] for times in both)
    return found


def row(what, first, others, seconds, ratios, read, peak):
    times = [f"{seconds[name] * 1e3:.1f}" if name in seconds else "-" for name in (first, *others)]
    return line(what, times, [f"{ratios[name]:.2f}" if name in ratios else "-" for name in others], read, peak)


def line(what, times, ratios, read, peak):
    cells = [f"{cell:>15}" for cell in times] + [f"{cell:>17}" for cell in ratios]
    return f"{what:24}{''.join(cells)}{read:>24}{peak:>28}"
