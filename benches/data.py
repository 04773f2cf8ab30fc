"""The tables that the figures of the engine ask: made by DuckDB, once a folder."""

import duckdb

ROWS = 10_000_000
TEXT_ROWS = 1_000_000
SMALL_ROWS = 10_000
KEYS = 100_000
"""Rows of `keys`, which `k` of the other tables points at."""

COLUMNS = f"""
    SELECT i AS id,
           (i * 7919 % 10)::INTEGER AS g10,
           (i * 7919 % 10007)::INTEGER AS g10k,
           (i * 7919 % 1000003)::INTEGER AS g1m,
           (i * 104729 % {KEYS})::INTEGER AS k,
           ((i * 31 % 1000000) / 100)::DECIMAL(12, 2) AS price,
           (i * 6151 % 1000003) / 7.0 AS amount,
           DATE '2020-01-01' + (i * 17 % 1500)::INTEGER AS day,
           TIMESTAMP '2020-01-01 00:00:00' + to_seconds(i % 10000000 * 11) AS at,
           CASE WHEN i % 50 = 0 THEN NULL ELSE 'name ' || (i * 613 % 200003) || CASE i % 7 WHEN 0 THEN ' blue' WHEN 1
           THEN ' green and long enough for a buffer' ELSE ' red' END END AS name
    FROM range({{rows}}) t(i)
"""

KEYS_COLUMNS = f"SELECT i::INTEGER AS k, 'label ' || i AS label, i % 25 AS region FROM range({KEYS}) t(i)"

FORMATS = {"parquet": "FORMAT parquet", "csv": "FORMAT csv, HEADER", "ndjson": "FORMAT json"}


def make(folder):
    """Whatever of the tables is not there. Each has a stem of its own, which is its name."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    tables = [("rows", "parquet", ROWS), ("keys", "parquet", None)]
    tables += [(f"text_{format}", format, TEXT_ROWS) for format in ("csv", "ndjson")]
    tables += [(f"small_{format}", format, SMALL_ROWS) for format in FORMATS]
    for table, format, rows in tables:
        sql = COLUMNS.format(rows=rows) if rows else KEYS_COLUMNS
        write(connection, sql, folder / f"{table}.{format}", FORMATS[format])


def write(connection, sql, path, options):
    """The rows of `sql`, if `path` is not there: it is whole when it is."""
    if path.exists():
        return
    part = path.with_suffix(".part")
    connection.execute(f"COPY ({sql}) TO '{part}' ({options})")
    part.rename(path)
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB", flush=True)
