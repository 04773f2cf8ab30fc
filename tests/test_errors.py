"""Every error in errors.toml: its status, code, place and text; and what no error may show.

To add one, add its `sql` to errors.toml and let the server say the rest, which you then read:

    POLAROID_BIN=… POLAROID_WASM=… python tests/test_errors.py --write
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

from client import Client

LIST = Path(__file__).with_name("errors.toml")
ENTRIES = tomllib.loads(LIST.read_text(encoding="utf-8"))["error"]

INTERNAL = re.compile(
    r"Expr\b|Some\(|\bNone\b|Ident \{|Identifier\(|ValueWithSpan|Span\(|SQLInterface|SQLSyntax|DslPlan|[Rr]esolved plan|"
    r"FILTER \[|\bDF \[|\.rs:|/data/|POLARS|__POLARS|dtype|\bdyn (?:int|float|str)\b|Utf8View|`[iuf]\d+`|`str`|List\(|"
    r"\bInt(?:8|16|32|64|128)\b|\bFloat(?:32|64)\b|col\(\"|\bseries\b"
)
"""What is Polars' or Rust's own, and not for users."""


def problem(server: Client, sql: str) -> dict:
    answer = server.post({"sql": sql, "format": "arrow"})
    assert answer.status != 200, f"{sql} is answered"
    return answer.json()


def entry_of(problem: dict) -> dict:
    place = f"{problem['line']}:{problem['column']}" if "line" in problem else ""
    return {"status": problem["status"], "code": problem["code"], "at": place, "detail": problem["detail"]}


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["sql"][:60] for entry in ENTRIES])
def test_error(server: Client, entry: dict):
    got = entry_of(problem(server, entry["sql"]))
    want = {"status": entry.get("status", 400), "code": entry["code"], "at": entry.get("at", "")}
    assert {name: got[name] for name in want} == want, got
    assert entry["detail"] in got["detail"]
    shown = INTERNAL.search(got["detail"])
    assert not shown, f"{shown[0]!r} is not for users: {got['detail']}"


def test_there_are_enough():
    assert len(ENTRIES) >= 80
    assert len({entry["sql"] for entry in ENTRIES}) == len(ENTRIES)


def write(server: Client) -> None:
    """Writes what the server says of each entry, under the comments that are there."""
    text = LIST.read_text(encoding="utf-8")
    head = text[: text.index("[[error]]")]
    chunks = [head]
    groups = re.split(r"(?m)^(# .*)$", text[len(head) :])
    for part in groups:
        if part.startswith("# "):
            chunks.append(f"{part}\n\n")
            continue
        for entry in tomllib.loads(part).get("error", []):
            got = entry_of(problem(server, entry["sql"]))
            lines = [f"sql = {json.dumps(entry['sql'], ensure_ascii=False)}"]
            if got["status"] != 400:
                lines.append(f"status = {got['status']}")
            lines.append(f'code = "{got["code"]}"')
            if got["at"]:
                lines.append(f'at = "{got["at"]}"')
            lines.append(f"detail = {json.dumps(got['detail'], ensure_ascii=False)}")
            chunks.append("[[error]]\n" + "\n".join(lines) + "\n\n")
    LIST.write_text("".join(chunks).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    import datasets
    import servers

    root = datasets.ensure()
    with servers.serve("polaroid", {"data": root / "data"}) as client:
        write(client)
