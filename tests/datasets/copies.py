"""One logical table as a file in each format."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet

EXTENSION = {"parquet": "parquet", "csv": "csv", "ndjson": "ndjson", "arrow": "arrow", "ipc": "ipc"}
"""The data format's name in tests, and its file extension. `arrow` is the IPC file form, `ipc` the stream form."""
ROW_GROUP = 1000


def write(table: pa.Table, path: Path, format: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    match format:
        case "parquet":
            pa.parquet.write_table(table, path, row_group_size=ROW_GROUP)
        case "csv":
            pa.csv.write_csv(table, path, pa.csv.WriteOptions(quoting_style="needed"))
        case "ndjson":
            path.write_text(ndjson(table), encoding="utf-8")
        case "arrow":
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as out:
                out.write_table(table, max_chunksize=ROW_GROUP)
        case "ipc":
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as out:
                out.write_table(table, max_chunksize=ROW_GROUP)
        case _:
            raise ValueError(f"unknown format {format!r}")


def ndjson(table: pa.Table) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_pylist())


def compress(source: Path, suffix: str) -> None:
    """Writes `source` once more, as `source.gz` or `source.zst`."""
    raw = source.read_bytes()
    packed = {
        # mtime 0: the same bytes on every run
        "gz": lambda: gzip.compress(raw, mtime=0),
        "zst": lambda: pa.Codec("zstd").compress(raw, asbytes=True),
    }[suffix]()
    source.with_name(f"{source.name}.{suffix}").write_bytes(packed)
