"""The two hosts as real processes: on a port the system chose, stopped by their process id."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Sequence

from client import Client

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
    host: str, dirs: dict[str, Path], env: dict[str, str] | None = None, options: Sequence[str] = ()
) -> Iterator[Client]:
    """Starts `host` over `dirs` (guest name: directory), with `options` of its own; a client once it listens."""
    command = {"polaroid": polaroid_command, "wasmtime": wasmtime_command}[host](dirs, env or {}, options)
    with tempfile.TemporaryFile("w+b") as log:
        # the harness's own POLAROID_ variables are not for the guest
        own = {name: value for name, value in os.environ.items() if not name.startswith("POLAROID_")}
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=own)
        try:
            client = Client(address(process, log), host, lambda: printed(log))
            wait_until_ready(client)
            yield client
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def address(process: subprocess.Popen, log) -> str:
    deadline = time.monotonic() + COMPILING
    while time.monotonic() < deadline:
        text = printed(log)
        if found := re.search(r"(?:listening on|Serving HTTP on) (http://127\.0\.0\.1:\d+)", text):
            return found[1]
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}:\n{text}")
        time.sleep(0.02)
    raise TimeoutError(f"{process.args[0]} did not listen within {COMPILING} s:\n{text}")


def wait_until_ready(client: Client):
    """Our own host listens before it has loaded, or compiled, its component."""
    deadline = time.monotonic() + COMPILING
    while client.get("/readyz").status == 503:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the server was not ready within {COMPILING} s:\n{client.output()}")
        time.sleep(0.02)


def printed(log) -> str:
    # not by its position, at which the server writes as well
    return os.pread(log.fileno(), os.fstat(log.fileno()).st_size, 0).decode(errors="replace")


def polaroid_command(dirs: dict[str, Path], env: dict[str, str], options: Sequence[str]) -> list[str]:
    roots = [f"--dir={name}={path}" for name, path in dirs.items()]
    variables = [f"--env={name}={value}" for name, value in env.items()]
    return [str(binary()), "serve", "--addr", "127.0.0.1:0", "--component", str(component()), *options, *variables,
            *roots]


def wasmtime_command(dirs: dict[str, Path], env: dict[str, str], options: Sequence[str]) -> list[str]:
    roots = [f"--dir={path}::/{name}" for name, path in dirs.items()]
    variables = [f"--env={name}={value}" for name, value in env.items()]
    return [str(wasmtime()), "serve", "--addr", "127.0.0.1:0", "-S", "cli=y", "-O", "pooling-allocator=n",
            *options, *variables, *roots, "--allow-precompiled", str(precompiled())]


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
