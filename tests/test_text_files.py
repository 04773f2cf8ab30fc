"""CSV and NDJSON of random shape, where the parsers take many bytes or a whole line at a time: every value is what was
written."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from pathlib import Path

import pytest

import problems
from client import Client

ROWS = 400
COLUMNS = ["a", "b", "c", "d", "e", "f"]


def text(random: random.Random, special: str) -> str:
    """Never empty and never a number; some longer than what is looked at at once."""
    length = random.choice([0, 1, 3, 8, 15, 16, 31, 62, 63, 64, 65, 130])
    return "t" + "".join(random.choice("xyzäß .-" + special) for _ in range(length))


def fields(client: Client, name: str) -> list[list]:
    return [list(row.values()) for row in client.rows(f"SELECT * FROM '{name}'")]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("special", ["", ",", '"', ',"', ',"\n'])
def test_fields_of_csv(served: Client, folder: Path, special: str, ending: str):
    """Quoted and not, side by side, with the ends of fields and of lines at every distance."""
    for seed in range(6):
        chance = random.Random(f"{special} {ending} {seed}")
        rows = [[text(chance, special if chance.random() < 0.4 else "") for _ in COLUMNS] for _ in range(ROWS)]
        name = f"fields-{served.host}.csv"
        with open(folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator=ending)
            writer.writerow(COLUMNS)
            writer.writerows(rows)
        assert fields(served, name) == rows
        assert served.rows(f"SELECT COUNT(*) AS n FROM '{name}'") == [{"n": ROWS}]


@pytest.mark.parametrize("separator", [" ", "T"])
@pytest.mark.parametrize("fraction", ["", ".5", ".25", ".125", ".0625", ".003906", ".999999"])
def test_timestamps_of_csv(served: Client, folder: Path, separator: str, fraction: str):
    chance = random.Random(f"{separator}{fraction}")
    start = dt.datetime(1890, 1, 1)
    moments = [start + dt.timedelta(seconds=chance.randrange(6_000_000_000)) for _ in range(ROWS)]
    lines = [f"{at:%Y-%m-%d}{separator}{at:%H:%M:%S}{fraction}" for at in moments]
    name = f"moments-{served.host}.csv"
    (folder / name).write_text("at\n" + "\n".join(lines) + "\n")
    part = dt.timedelta(microseconds=round(float(f"0{fraction or '.0'}") * 1e6))
    assert served.table(f"SELECT \"at\" FROM '{name}'")["at"].to_pylist() == [at + part for at in moments]


@pytest.mark.parametrize(
    "odd", ["2024-02-30 00:00:00", "2024-01-01 24:00:00", "2024-01-01 00:00:00.", "2024-01-01 00:0a:00", "2024-01-01 x"]
)
def test_what_is_no_timestamp(served: Client, folder: Path, odd: str):
    """After those that the type is told from."""
    name = f"odd-{served.host}.csv"
    lines = ["2024-01-01 00:00:00"] * 3000 + [odd]
    (folder / name).write_text("at\n" + "\n".join(lines) + "\n")
    problems.check(served.sql(f"SELECT MAX(\"at\") AS m FROM '{name}'"), "invalid_file")


def test_fields_with_stray_quotes(served: Client, folder: Path):
    """A quote that does not begin a field is one of its characters, wherever in the file, and whatever comes before.

    Two to a line: what ends a line is told by whether its quotes are even."""
    name = f"stray-{served.host}.csv"
    rows = ['"a",5" x,6" y,1', '"Smith, J",5" or 6" pipe,"red, blue",1', 'a,5" x,6" y,1', '"a, ""b""",x" y" z,"q",1']
    chance = random.Random(0)
    lines = [chance.choice(rows) for _ in range(ROWS)]
    (folder / name).write_text("a,b,c,d\n" + "\n".join(lines) + "\n")
    fields_of = {
        rows[0]: ["a", '5" x', '6" y', 1], rows[1]: ["Smith, J", '5" or 6" pipe', "red, blue", 1],
        rows[2]: ["a", '5" x', '6" y', 1], rows[3]: ['a, "b"', 'x" y" z', "q", 1],
    }  # fmt: skip
    assert fields(served, name) == [fields_of[line] for line in lines]


def members(chance: random.Random) -> dict:
    """The same columns in any order, with gaps and strangers, scalar or nested."""
    row = {"i": chance.randrange(-(10**12), 10**12), "x": chance.random(), "s": chance.choice(["a", "b\\", 'c"', "ü"]),
           "b": chance.random() < 0.5, "l": [chance.randrange(9) for _ in range(chance.randrange(4))],
           "o": {"p": chance.randrange(9), "q": "r"}}  # fmt: skip
    row = {name: None if chance.random() < 0.1 else value for name, value in row.items() if chance.random() > 0.1}
    items = list(row.items())
    if chance.random() < 0.5:
        chance.shuffle(items)
    if chance.random() < 0.3:
        other = chance.choice([1, "x", [1, [2]], {"i": 9, "s": {"i": 8}}])
        items.insert(chance.randrange(len(items) + 1), ("other", other))
    return dict(items)


@pytest.mark.parametrize("columns", [["i", "x", "s", "b"], ["s"], ["l"], ["o", "i"], ["b", "l", "x"]])
def test_members_of_ndjson(served: Client, folder: Path, columns: list[str]):
    for seed in range(4):
        chance = random.Random(seed)
        rows = [members(chance) for _ in range(ROWS)]
        # The first line has them all, and so their types.
        rows.insert(0, {"i": 1, "x": 0.5, "s": "s", "b": True, "l": [1], "o": {"p": 1, "q": "r"}, "other": "x"})
        name = f"members-{served.host}.ndjson"
        lines = [json.dumps(row, ensure_ascii=chance.random() < 0.5) for row in rows]
        (folder / name).write_text("\n".join(lines) + "\n")
        found = served.table(f"SELECT {', '.join(columns)} FROM '{name}'").to_pylist()
        assert found == [{column: row.get(column) for column in columns} for row in rows]


@pytest.mark.parametrize("line", ['{"i": 1', '[1]', '7', '{"i": 1}}', '{"i": 01}', "{'i': 1}"])
def test_a_broken_line_is_an_error(served: Client, folder: Path, line: str):
    name = f"broken-{served.host}.ndjson"
    (folder / name).write_text('{"i": 1, "s": "x"}\n' * 3000 + line + "\n")
    problems.check(served.sql(f"SELECT SUM(i) AS s FROM '{name}'"), "invalid_file")
