"""Differences and refusals that stay: `kept.toml`. Each has its reason and an example that still shows it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .outcome import Outcome

LIST = Path(__file__).with_name("kept.toml")


@dataclass(frozen=True)
class Kept:
    kind: str
    """An outcome's kind: `differ`, `refused`, `accepted`."""
    reason: str
    """Why it stays, as docs/sql.md says."""
    example: str
    """A query without tables that shows it."""
    detail: str = ""
    """A pattern that is in the outcome's detail,"""
    sql: str = ""
    """and one that is in the query."""
    code: str = ""

    def fits(self, outcome: Outcome, sql: str) -> bool:
        return (outcome.kind == self.kind and (not self.code or outcome.code == self.code)
                and re.search(self.detail, outcome.detail) is not None
                and re.search(self.sql, sql, re.IGNORECASE) is not None)


ENTRIES = [Kept(**entry) for entry in tomllib.loads(LIST.read_text(encoding="utf-8")).get("kept", [])]


def reason(outcome: Outcome, sql: str) -> Kept | None:
    return next((entry for entry in ENTRIES if entry.fits(outcome, sql)), None)
