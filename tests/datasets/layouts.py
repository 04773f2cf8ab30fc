"""Tables that are more than one file, and files that need more than their extension to be read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from . import copies, small

CODECS = ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]


def codecs(root: Path) -> None:
    """`codecs/NAME.parquet`: every type, in several row groups, in every compression."""
    table = pa.concat_tables([small.alltypes()] * 40)
    wide = table.append_column("row", pa.array(range(len(table)), pa.int64()))
    folder = root / "codecs"
    folder.mkdir(parents=True)
    for codec in CODECS:
        pa.parquet.write_table(wide, folder / f"{codec}.parquet", compression=codec, row_group_size=100)
    pa.parquet.write_table(wide, folder / "v2_pages.parquet", data_page_version="2.0", compression="zstd",
                           use_dictionary=False, row_group_size=64)


def hive(root: Path) -> None:
    """`hive/year=…/month=…/`: partitions by number; `byname/region=…/`: by text, one with an escaped space and a null."""
    purchases = small.purchases()
    days = purchases["day"].to_pylist()
    for year in (2023, 2024):
        for month in range(1, 13):
            rows = [n for n, day in enumerate(days) if day[5:7] == f"{month:02d}" and n % 2 == year % 2]
            copies.write(purchases.take(rows), root / f"hive/year={year}/month={month}/part-0.parquet", "parquet")
    people = small.people().select(["id", "name", "age"])
    for n, region in enumerate(["north", "south%20west", "__HIVE_DEFAULT_PARTITION__"]):
        copies.write(people.slice(n * 50, 50), root / f"byname/region={region}/data.parquet", "parquet")


def many(root: Path) -> None:
    """`parts/` is a directory of parts, `logs/` a set for globs with folders in it."""
    people = small.people()
    for n in range(4):
        copies.write(people.slice(n * 50, 50), root / f"parts/part-{n:03d}.parquet", "parquet")
        copies.write(people.slice(n * 50, 50), root / f"csvparts/part-{n:03d}.csv", "csv")
    purchases = small.purchases()
    for n, name in enumerate(["2024-01", "2024-02", "2024-03", "extra/2023-12", "extra/deep/2022-12"]):
        part = purchases.slice(n * 100, 100)
        for format in ("parquet", "csv", "ndjson"):
            copies.write(part, root / f"logs/{name}.{format}", format)


def text_variants(root: Path) -> None:
    """Compressed text, tab-separated text, other names of the same format, a file behind a link."""
    folder = root / "variants"
    folder.mkdir(parents=True)
    for name in ("people.csv", "purchases.csv", "people.ndjson", "purchases.ndjson"):
        shutil.copy(root / name.rsplit(".")[1] / name, folder / name)
        for suffix in ("gz", "zst"):
            copies.compress(folder / name, suffix)
        (folder / name).unlink()
    people = small.people()
    pa.csv.write_csv(people, folder / "people.tsv", pa.csv.WriteOptions(quoting_style="needed", delimiter="\t"))
    shutil.copy(root / "ndjson/people.ndjson", folder / "people.jsonl")
    pa.feather.write_feather(people, folder / "people.feather", compression="zstd")
    pa.feather.write_feather(people, folder / "people_lz4.arrow", compression="lz4")
    (folder / "dates.csv").write_text(
        "id;day;at;price\n1;2024-01-31;2024-01-31 10:00:00;1,5\n2;2024-02-29;2024-02-29 23:59:59;2,25\n3;;;\n")
    (folder / "crlf.csv").write_bytes(b"id,name\r\n1,one\r\n2,\"two\r\nlines\"\r\n3,\r\n")
    (folder / "no_newline.csv").write_text("id,name\n1,one\n2,two")
    (folder / "no_newline.ndjson").write_text('{"id":1,"name":"one"}\n{"id":2,"name":"two"}')
    (folder / "sparse.ndjson").write_text('{"id":1}\n{"id":2,"extra":"late"}\n\n{"extra":null,"id":3}\n')
    (folder / "space name.parquet").write_bytes((root / "parquet/cities.parquet").read_bytes())
    (folder / "linked.parquet").symlink_to("../parquet/cities.parquet")
    wide_csv(folder / "wide.csv")


def wide_csv(path: Path) -> None:
    """Two megabytes: more than one buffer of any reader."""
    with path.open("w", encoding="utf-8") as out:
        out.write("id,bucket,text\n")
        for n in range(40_000):
            out.write(f"{n},{n % 10},\"{'ü' * (n % 30)}, {n}\"\n")
