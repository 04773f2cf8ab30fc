"""DuckDB, the engine that answers are compared with."""

from __future__ import annotations

from importlib.metadata import files
from pathlib import Path

import duckdb
import pyarrow as pa

from datasets.small import TABLES

TPCH_TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]


class SecondEngine:
    def __init__(self, root: Path):
        self.con = duckdb.connect(config={"allow_unsigned_extensions": "true"})
        # the extension comes from PyPI, nothing is fetched
        extension = next(f for f in files("duckdb-ext-tpch") if f.name == "tpch.duckdb_extension").locate()
        self.con.execute(f"LOAD '{extension}'")
        self.con.execute("SET TimeZone = 'UTC'")
        self.con.execute(f"SET file_search_path = '{root / 'data'}'")
        for folder, names in (("data", TABLES), ("tpch", TPCH_TABLES)):
            for name in names:
                self.con.execute(f"CREATE VIEW {name} AS FROM '{root / folder / name}.parquet'")

    def answer(self, sql: str) -> pa.Table:
        result = self.con.execute(sql).fetch_arrow_table()
        return result

    def tpch_queries(self) -> dict[int, str]:
        return dict(self.con.execute("SELECT query_nr, query FROM tpch_queries()").fetchall())
