"""A case is a text file `sql/**/NAME.sql`: comments that start the file say what it shows and how to run it.

    -- Any text: what the case shows.
    -- formats: parquet, csv     only these copies of the tables (else every format that holds them)
    -- ordered                   the order of the rows counts
    -- approx                    floats may differ in the last digits (sums in another order)
    -- large                     so many rows that one at a time would take minutes
    -- types: any                the other engine gives another type for the same value
    -- duckdb: SELECT …          the text for DuckDB, where the dialects differ (several lines are joined)
    SELECT … FROM {people}

`{people}` is the table's file in the format at hand. A case that names its files itself runs once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from datasets.copies import EXTENSION
from datasets.small import TABLES

HERE = Path(__file__).parent
PLACEHOLDER = re.compile(r"\{(\w+)\}")
OPTION = re.compile(r"--\s*(formats|types|duckdb):\s*(.*)$|--\s*(ordered|approx|large)\s*$")


@dataclass
class Case:
    name: str
    sql: str
    formats: list[str]
    duckdb: str
    flags: set[str] = field(default_factory=set)
    types: bool = True

    def text(self, format: str) -> str:
        """The SQL over the copies in `format`; "files" is a case that names its files itself."""
        return PLACEHOLDER.sub(lambda m: f"'{format}/{m[1]}.{EXTENSION[format]}'", self.sql)

    def duckdb_text(self) -> str:
        """DuckDB always reads the Parquet copies: the formats must agree with each other, too."""
        return PLACEHOLDER.sub(lambda m: f"'parquet/{m[1]}.parquet'", self.duckdb)


def read(path: Path) -> Case:
    options: dict[str, list[str]] = {}
    flags = set()
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if not line.startswith("--"))
    for line in lines[:start]:
        if found := OPTION.match(line):
            if found[3]:
                flags.add(found[3])
            else:
                options.setdefault(found[1], []).append(found[2])
    sql = "\n".join(lines[start:]).strip()
    tables = PLACEHOLDER.findall(sql)
    formats = [f for f in EXTENSION if all(f in TABLES[name][1] for name in tables)] if tables else ["files"]
    if "formats" in options:
        asked = [f.strip() for f in options["formats"][0].split(",")]
        if unknown := set(asked) - set(formats):
            raise ValueError(f"{path}: formats {sorted(unknown)} do not hold the tables {tables}")
        formats = asked
    return Case(
        name=path.relative_to(HERE / "sql").with_suffix("").as_posix(),
        sql=sql,
        formats=formats,
        duckdb="\n".join(options["duckdb"]) if "duckdb" in options else sql,
        flags=flags,
        types=options.get("types") != ["any"],
    )


def all_cases() -> list[Case]:
    return [read(path) for path in sorted((HERE / "sql").rglob("*.sql"))]
