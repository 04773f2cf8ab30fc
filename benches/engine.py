"""What a question takes, beside DuckDB and Polars natively on one thread, over the same files.

Ours pays for HTTP and a fresh instance; the thread that writes to the socket and the client run beside the one that
computes. The peers give a table in memory."""

import importlib.metadata

import duckdb

import data
from sides import Peer, Polaroid, Program, compare


def sides(args, folder):
    peers = [Peer("duckdb", folder), Peer("polars", folder)]
    in_process = [Program(args, folder)] if args.in_process else []
    return [Polaroid(args, folder), *peers, *in_process]


def tpch(args):
    """The 22 queries of TPC-H."""
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    load_tpch(connection)
    queries = connection.execute("FROM tpch_queries()").fetchall()
    questions = {f"Q{number:02}": sql.rstrip().rstrip(";") for number, sql in queries}
    compare("TPC-H", questions, sides(args, args.tpch), args.repeat)


def load_tpch(connection):
    """The extension from PyPI, which lies beside no other installed one."""
    files = importlib.metadata.files("duckdb-ext-tpch")
    extension = next(file for file in files if file.name == "tpch.duckdb_extension").locate()
    connection.execute(f"LOAD '{extension}'")


def questions(table, format="parquet"):
    # In NDJSON a date is a text, but for DuckDB, to which the cast is nothing.
    day = "CAST(day AS DATE)" if format == "ndjson" else "day"
    return {
        "count": f"SELECT COUNT(*) AS n FROM {table}",
        "filtered sum": f"SELECT SUM(amount) AS s FROM {table} WHERE k > 50000 AND g10 < 5",
        "filtered by day": f"SELECT SUM(price) AS s FROM {table} WHERE {day} >= DATE '2022-01-01'",
        "by g10": f"SELECT g10, SUM(price) AS s, AVG(amount) AS a, COUNT(*) AS n FROM {table} GROUP BY g10",
        "by g10k": f"SELECT g10k, SUM(amount) AS s, COUNT(*) AS n FROM {table} GROUP BY g10k",
        "by g1m": f"SELECT g1m, SUM(amount) AS s, COUNT(*) AS n FROM {table} GROUP BY g1m",
        "top 10": f"SELECT * FROM {table} ORDER BY amount DESC, id LIMIT 10",
        "distinct g1m": f"SELECT COUNT(DISTINCT g1m) AS n FROM {table}",
        "like": f"SELECT COUNT(*) AS n FROM {table} WHERE name LIKE '%12% blue'",
        "join 100,000": f"SELECT region, SUM(amount) AS s FROM {table} AS f JOIN keys ON f.k = keys.k GROUP BY region",
        "all rows": f"SELECT * FROM {table}",
    }


def rows(args):
    """Ten million rows."""
    if not (folder := tables(args)):
        return
    compare(f"{data.ROWS:,} rows", questions("rows"), sides(args, folder), args.repeat)


def text(args):
    """A million rows as CSV and as NDJSON."""
    if not (folder := tables(args)):
        return
    for format in ("csv", "ndjson"):
        asked = questions(f"text_{format}", format)
        compare(f"{data.TEXT_ROWS:,} rows of {format}", asked, sides(args, folder), args.repeat)


def small(args):
    """Ten thousand rows: the question that is asked most."""
    if not (folder := tables(args)):
        return
    for format in data.FORMATS:
        asked = {"SELECT 1": "SELECT 1 AS one", **questions(f"small_{format}", format)}
        compare(f"{data.SMALL_ROWS:,} rows of {format}", asked, sides(args, folder), args.repeat * 10)


def tables(args):
    if not args.tables:
        print("tables of many and of few rows: not measured without --tables")
        return None
    folder = args.tables.resolve()
    data.make(folder)
    return folder
