"""A server as the system sees it: its log, and what it holds."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Callable


@dataclass(frozen=True)
class Held:
    """What a process holds. Pages of files (the component's machine code) are not its own, and not counted."""

    memory: int
    """Bytes that no other process shares and no file backs, now."""
    peak: int
    """Bytes resident at the most, pages of files with them."""
    files: int
    """Open file descriptors, sockets with them."""
    threads: int

    def __str__(self) -> str:
        return f"{self.memory / 1e6:6.1f} MB, {self.files:3} files, {self.threads:2} threads"


@dataclass
class Process:
    child: subprocess.Popen
    output: BinaryIO
    """Where standard output and standard error go."""

    @property
    def pid(self) -> int:
        return self.child.pid

    def log(self) -> str:
        # a second description of the file: the child writes through the first, at its offset
        return Path(f"/proc/self/fd/{self.output.fileno()}").read_bytes().decode(errors="replace")

    def held(self) -> Held:
        status = Path(f"/proc/{self.pid}/status").read_text()
        kilobytes = {name: int(value) for name, value in re.findall(r"(\w+):\s+(\d+) kB", status)}
        return Held(
            memory=(kilobytes["RssAnon"] + kilobytes["RssShmem"]) << 10,
            peak=kilobytes["VmHWM"] << 10,
            files=len(os.listdir(f"/proc/{self.pid}/fd")),
            threads=len(os.listdir(f"/proc/{self.pid}/task")),
        )

    def forget_peak(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def signal(self, number: signal.Signals) -> None:
        self.child.send_signal(number)

    def wait(self, patience: float = 60) -> int:
        """The exit status; TimeoutExpired is a server that hangs."""
        return self.child.wait(patience)

    def stop(self) -> None:
        self.child.terminate()
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def within(patience: float, ask: Callable[[], object]) -> bool:
    """Asks again until the answer is yes; `patience` only bounds how long a hang takes to fail."""
    until = time.monotonic() + patience
    while not ask():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
