"""The list of cases that do not run yet, and the rule that it can only shrink."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Callable

import pytest

from client import Refused

LIST = Path(__file__).with_name("known_failures.toml")
ENTRIES = tomllib.loads(LIST.read_text(encoding="utf-8")).get("case", [])


def expected_error(name: str, format: str) -> str | None:
    found = [e["error"] for e in ENTRIES if e["name"] == name and format in e.get("formats", [format])]
    return found[0] if found else None


def check(name: str, format: str, run: Callable[[], str | None]) -> None:
    """Runs a case: `run` returns the difference from the right answer, or raises `Refused`."""
    try:
        error = run()
    except Refused as refused:
        error = refused.detail
    known = expected_error(name, format)
    if known is None:
        assert error is None, error
    elif error is None:
        pytest.fail(f"{name} over {format} passes: take it off {LIST.name}")
    elif error != known:
        pytest.fail(f"{name} over {format} fails in a new way: {error}\n{LIST.name} has: {known}")
    else:
        pytest.xfail(error)
