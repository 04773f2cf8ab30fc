"""A peer on one thread: reads SQL, one JSON string a line, and writes the seconds that its answer took, or what went
wrong. `on_one_thread.py duckdb|polars FOLDER`: the tables are the files of the folder, by their stems."""

import functools
import json
import pathlib
import sys
import time


def files(folder):
    return [path for path in pathlib.Path(folder).iterdir() if path.suffix in (".parquet", ".csv", ".ndjson")]


def of_duckdb(folder):
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    for path in files(folder):
        connection.execute(f"CREATE VIEW {path.stem} AS FROM '{path}'")
    return lambda sql: connection.execute(sql).fetch_arrow_table()


def of_polars(folder):
    import polars

    scan = {
        ".parquet": polars.scan_parquet,
        ".csv": functools.partial(polars.scan_csv, try_parse_dates=True),
        ".ndjson": polars.scan_ndjson,
    }

    def ask(sql):
        # Scanned anew for each question, as ours does.
        frames = {path.stem: scan[path.suffix](path) for path in files(folder) if path.stem in sql}
        return polars.SQLContext(frames).execute(sql).collect(engine="streaming").to_arrow()

    return ask


def main():
    side, folder = sys.argv[1:]
    ask = {"duckdb": of_duckdb, "polars": of_polars}[side](folder)
    for line in sys.stdin:
        sql = json.loads(line)
        begin = time.perf_counter()
        try:
            # Kept while the clock is read: what it takes to free it is nobody's question.
            table = ask(sql)
            answer = {"seconds": time.perf_counter() - begin}
            del table
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
