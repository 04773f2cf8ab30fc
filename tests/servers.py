"""The two hosts as real processes: on a port the system chose, stopped by their process id."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Callable, Iterator, Sequence

from client import Client
from process import Process, within

REPO = Path(__file__).resolve().parent.parent
HOSTS = (os.environ.get("POLAROID_TEST_HOSTS") or "polaroid,wasmtime").split(",")
COMPILING = 900.0
"""Seconds to wait for a server: the first start compiles the component, which takes minutes on a busy machine."""


def binary() -> Path:
    target = Path(os.environ.get("CARGO_TARGET_DIR") or REPO / "target")
    return existing("POLAROID_BIN", target / "release/polaroid", "cargo build --release -p polaroid")


def component() -> Path:
    return existing("POLAROID_WASM", REPO / "target/component/polaroid.wasm", "cargo xtask component")


def wasmtime() -> Path:
    found = shutil.which("wasmtime") or Path.home() / ".cargo/bin/wasmtime"
    return existing("WASMTIME_BIN", Path(found), "cargo install wasmtime-cli@48")


def existing(variable: str, default: Path, how: str) -> Path:
    path = Path(os.environ.get(variable) or default)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: set {variable}, or make it with `{how}`")
    return path


@contextmanager
def serve(
    host: str,
    dirs: dict[str, Path],
    env: dict[str, str] | None = None,
    options: Sequence[str] = (),
    *,
    guest: Path | None = None,
    addr: str = "127.0.0.1:0",
    own: dict[str, str] | None = None,
    limit: Callable[[], None] | None = None,
) -> Iterator[Client]:
    """Starts `host` over `dirs` (guest name: directory), with `options` of its own; a client once it listens.

    `env` is for the guest, `own` for the host's process; `limit` runs in that process before the host does.
    `guest` takes the place of the component (polaroid only).
    """
    command = {"polaroid": polaroid_command, "wasmtime": wasmtime_command}[host](dirs, env or {}, options, guest, addr)
    with tempfile.TemporaryFile("w+b") as log:
        # the harness's own POLAROID_ variables are not for the guest
        clean = {name: value for name, value in os.environ.items() if not name.startswith("POLAROID_")}
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean | (own or {}), preexec_fn=limit
        )
        process = Process(child, log)
        try:
            client = Client(address(process), host, process)
            if host == "polaroid":
                until_ready(client)
            yield client
        finally:
            process.stop()


def serve_datasets(host: str, root: Path, env: dict[str, str] | None = None, options: Sequence[str] = ()):
    """Over all test data. Limits of the engine are tested there: the sandbox's own, which tests/faults is about, must
    not come before them."""
    limits = ["--memory=4GiB"] if host == "polaroid" else []
    dirs = {name: root / name for name in ("data", "tpch", "odd")}
    return serve(host, dirs, env, [*limits, *options])


def admin(client: Client) -> Client:
    """Where a server with `--admin-addr` answers operators."""
    found = re.compile(r"admin on (http://127\.0\.0\.1:\d+)")
    assert within(30, lambda: found.search(client.process.log())), client.process.log()
    return Client(found.search(client.process.log())[1], client.host, client.process)


def address(process: Process) -> str:
    deadline = time.monotonic() + COMPILING
    while time.monotonic() < deadline:
        text = process.log()
        if found := re.search(r"(?:listening on|Serving HTTP on) (https?://127\.0\.0\.1:\d+)", text):
            return found[1]
        if process.child.poll() is not None:
            raise Ended(process.child.returncode, process.log())
        time.sleep(0.02)
    raise TimeoutError(f"the server did not listen within {COMPILING} s:\n{text}")


def until_ready(client: Client) -> None:
    """Our own host listens before it has loaded, or compiled, the component."""
    deadline = time.monotonic() + COMPILING
    while time.monotonic() < deadline:
        with suppress(OSError):
            if client.get("/readyz").status == 200:
                return
        if client.process.child.poll() is not None:
            raise Ended(client.process.child.returncode, client.process.log())
        time.sleep(0.02)
    raise TimeoutError(f"the server was not ready within {COMPILING} s:\n{client.process.log()}")


class Ended(RuntimeError):
    """The server ended before it listened."""

    def __init__(self, status: int, log: str):
        self.status, self.log = status, log
        super().__init__(f"the server ended with {status}:\n{log}")


def polaroid_command(
    dirs: dict[str, Path], env: dict[str, str], options: Sequence[str], guest: Path | None, addr: str
) -> list[str]:
    roots = [f"--dir={name}={path}" for name, path in dirs.items()]
    variables = [f"--env={name}={value}" for name, value in env.items()]
    return [str(binary()), "serve", "--addr", addr, "--component", str(guest or component()), *options, *variables,
            *roots]


def wasmtime_command(
    dirs: dict[str, Path], env: dict[str, str], options: Sequence[str], guest: Path | None, addr: str
) -> list[str]:
    assert guest is None, "only polaroid serves another component"
    roots = [f"--dir={path}::/{name}" for name, path in dirs.items()]
    variables = [f"--env={name}={value}" for name, value in env.items()]
    return [str(wasmtime()), "serve", "--addr", addr, "-S", "cli=y", "-O", "pooling-allocator=n",
            *options, *variables, *roots, "--allow-precompiled", str(precompiled())]


def misbehaving() -> Path:
    """The component of the host's tests, which fails as its path says. Built where those tests build it."""
    target = Path(os.environ.get("CARGO_TARGET_DIR") or REPO / "target") / "tmp/guest"
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "--release", "--target", "wasm32-wasip2", "--target-dir", target],
        cwd=REPO / "host/tests/guest", check=True,
    )
    return target / "wasm32-wasip2/release/guest.wasm"


def precompiled() -> Path:
    """`wasmtime compile` of the component, kept by the content of both."""
    version = subprocess.run([wasmtime(), "--version"], check=True, capture_output=True).stdout
    name = hashlib.sha256(version + component().read_bytes()).hexdigest()[:24]
    home = Path.home() / ".cache/polaroid/cwasm"
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"{name}.cwasm"
    if not path.is_file():
        scratch = path.with_suffix(f".{os.getpid()}")
        try:
            subprocess.run([wasmtime(), "compile", "-o", scratch, component()], check=True)
            scratch.rename(path)
        finally:
            scratch.unlink(missing_ok=True)
    return path
