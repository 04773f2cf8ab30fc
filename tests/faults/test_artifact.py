"""Machine code that is damaged, not what its name says, or has no room to be kept."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator

import pytest

import servers
from client import Client


@pytest.fixture(scope="module")
def guest() -> Path:
    return servers.misbehaving()


@pytest.fixture(scope="module")
def made(guest: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    artifact = place / "guest.cwasm"
    subprocess.run(
        [servers.binary(), "compile", "--component", guest, "-o", artifact], check=True, capture_output=True,
        env={**os.environ, "XDG_CACHE_HOME": str(place)},
    )
    return artifact


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory that nobody else may write to, as the host demands."""
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.fixture
def artifact(made: Path, place: Path) -> Path:
    return Path(shutil.copy(made, place))


@contextmanager
def serving(component: Path, cache: Path, limit: Callable[[], None] | None = None) -> Iterator[Client]:
    own = {"XDG_CACHE_HOME": str(cache)}
    with servers.serve("polaroid", {}, guest=component, own=own, limit=limit) as client:
        yield client


def answers(component: Path, cache: Path) -> bool:
    with serving(component, cache) as client:
        return client.request("POST", "/echo", "as it was").body == b"as it was"


def refusal(component: Path, cache: Path, limit: Callable[[], None] | None = None) -> str:
    """The host must end with 1; what it says. It may listen before it has looked."""
    try:
        with serving(component, cache, limit) as client:
            status, log = client.process.wait(), client.process.log()
    except servers.Ended as ended:
        status, log = ended.status, ended.log
    assert status == 1, log
    return log


def flip(at: float) -> Callable[[Path], None]:
    """One bit, at that part of the file."""

    def harm(artifact: Path) -> None:
        code = bytearray(artifact.read_bytes())
        code[int(at * (len(code) - 1))] ^= 1
        artifact.write_bytes(code)

    return harm


def truncate(artifact: Path) -> None:
    os.truncate(artifact, artifact.stat().st_size // 2)


def empty(artifact: Path) -> None:
    os.truncate(artifact, 0)


def swap(artifact: Path) -> None:
    """Another program's machine code under this name."""
    shutil.copy(servers.binary(), artifact)


HARM = {f"flip_at_{at}": flip(at) for at in (0, 0.01, 0.2, 0.4, 0.6, 0.8, 0.99, 1)} | {
    "truncated": truncate, "empty": empty, "swapped": swap,
}
HARM_TO_THE_CACHE = ["flip_at_0.4", "flip_at_1", "truncated", "swapped"]
"""Each of these compiles again."""


@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_artifact_is_refused(artifact: Path, place: Path, harm: str):
    assert answers(artifact, place)
    HARM[harm](artifact)
    log = refusal(artifact, place)
    assert str(artifact) in log and "polaroid compile" in log, log


@pytest.mark.parametrize("harm", HARM_TO_THE_CACHE)
def test_a_damaged_artifact_in_the_cache_is_made_again(guest: Path, place: Path, harm: str):
    assert answers(guest, place)
    (artifact,) = (place / "polaroid/aot").glob("*.cwasm")
    whole = artifact.read_bytes()
    HARM[harm](artifact)
    assert answers(guest, place)
    assert artifact.read_bytes() == whole


def test_an_artifact_that_is_swapped_while_it_runs(artifact: Path, place: Path):
    """What runs keeps the file that it has mapped; the next start judges the new one."""
    with serving(artifact, place) as client:
        other = place / "other"
        other.write_bytes(b"\x7fELF" + bytes(1 << 20))
        other.chmod(0o644)
        other.rename(artifact)
        for _ in range(20):
            assert client.request("POST", "/echo", "as it was").body == b"as it was"
            assert client.get("/trap").status == 500
    refusal(artifact, place)


@pytest.fixture
def full_disk(place: Path) -> Iterator[tuple[Path, Callable[[], None] | None, Callable[[], None]]]:
    """A cache directory with no room for machine code, what limits the host to it, and what makes room.

    A file system of 64 KiB where this user may mount one, else a limit on the size of files.
    """
    cache = place / "cache"
    cache.mkdir(0o700)
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", cache], capture_output=True
    )
    if mount.returncode == 0:
        try:
            more = ["mount", "-o", "remount,size=64m", cache]
            yield cache, None, lambda: subprocess.run(more, check=True)
        finally:
            subprocess.run(["umount", cache], check=True)
    else:
        yield cache, small_files, lambda: None


def small_files() -> None:
    # else the signal ends who writes more, and no error is told
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 10, resource.RLIM_INFINITY))


def test_no_room_for_the_cache(guest: Path, full_disk):
    """The reason is said, half a file is not left behind, and with room the next start is as ever."""
    cache, limit, make_room = full_disk
    log = refusal(guest, cache, limit)
    assert str(cache) in log, log
    left = [path for path in cache.rglob("*") if path.is_file() and path.stat().st_size > 4 << 10]
    assert not left
    make_room()
    assert answers(guest, cache)
