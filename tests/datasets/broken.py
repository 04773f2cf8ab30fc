"""Files that must be refused with an error, and links that lead out of the data root."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Callable

import pyarrow as pa
import pyarrow.parquet

from . import copies, small


def write(root: Path, outside: Path, later: Path) -> None:
    """Fills `root/bad`; `outside`, whose path will be `later`, gets a file that nobody may read."""
    folder = root / "bad"
    folder.mkdir(parents=True)
    good = {format: (root / format / f"people.{copies.EXTENSION[format]}").read_bytes()
            for format in ("parquet", "csv", "ndjson", "arrow", "ipc")}

    def file(name: str, content: bytes) -> None:
        (folder / name).write_bytes(content)

    file("truncated.parquet", good["parquet"][: len(good["parquet"]) // 2])
    file("no_footer.parquet", good["parquet"][:-9] + b"\xff\xff\xff\xffPAR1")
    file("only_magic.parquet", b"PAR1PAR1")
    file("zero_bytes.parquet", b"")
    file("csv_named.parquet", good["csv"])
    file("parquet_named.csv", good["parquet"])
    file("parquet_named.ndjson", good["parquet"])
    file("csv_named.arrow", good["csv"])
    file("truncated.arrow", good["arrow"][: len(good["arrow"]) // 2])
    file("truncated.ipc", good["ipc"][: len(good["ipc"]) // 2])
    file("zero_bytes.arrow", b"")
    file("zero_bytes.csv", b"")
    file("broken.ndjson", b'{"id":1,"name":"one"}\n{"id":2,"name":\n')
    file("ragged.csv", b"id,name\n1,one\n2,two,extra\n3\n")
    file("bad_utf8.csv", b"id,name\n1,caf\xe9\n")
    file("bad_utf8.ndjson", b'{"id":1,"name":"caf\xe9"}\n')
    file("plain_named.csv.gz", good["csv"])
    file("plain_named.csv.zst", good["csv"])
    file("truncated.csv.gz", gzip.compress(good["csv"], mtime=0)[:-200])
    file("truncated.ndjson.gz", gzip.compress(good["ndjson"], mtime=0)[:-200])
    file("truncated.csv.zst", pa.Codec("zstd").compress(good["csv"], asbytes=True)[:-200])
    file("notes.txt", b"no table\n")
    # far beyond what a reader looks at to tell the types, and what it holds in its buffers
    file("breaks_late.csv", b"id,name\n" + b"".join(b"%d,some text to make it long\n" % n for n in range(300_000))
         + b"oops,y\n")
    corrupt_page(folder / "corrupt_page.parquet", small.events(), 0)
    corrupt_page(folder / "breaks_late.parquet", pa.concat_tables([small.events()] * 30), -1)
    for kind, (extension, break_it) in AMONG.items():
        among(folder / "among" / kind, extension, break_it)

    outside.mkdir(parents=True, exist_ok=True)
    copies.write(small.cities(), outside / "secret.parquet", "parquet")
    (outside / "secret.csv").write_text("secret\n42\n")
    (folder / "link_out.parquet").symlink_to(later / "secret.parquet")
    (folder / "link_up.csv").symlink_to("../../outside/secret.csv")
    (folder / "dir_out").symlink_to("../../outside")


def corrupt_page(path: Path, table: pa.Table, row_group: int) -> None:
    """A valid footer over a data page whose compressed bytes are noise, in the first row group (0) or the last (-1)."""
    pyarrow.parquet.write_table(table, path, compression="zstd", use_dictionary=False, row_group_size=len(table) // 5)
    metadata = pyarrow.parquet.read_metadata(path)
    column = metadata.row_group(row_group % metadata.num_row_groups).column(0)
    raw = bytearray(path.read_bytes())
    start = column.data_page_offset + 64
    raw[start : start + 200] = b"\xa5" * 200
    path.write_bytes(raw)


def cut(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) * 2 // 3])


def append(path: Path, line: bytes) -> None:
    path.write_bytes(path.read_bytes() + line)


def repack(path: Path, pack: Callable[[bytes], bytes]) -> None:
    """Compresses, and cuts what comes of it."""
    path.write_bytes(pack(path.read_bytes())[:-200])


AMONG: dict[str, tuple[str, Callable[[Path], None]]] = {
    "parquet": ("parquet", cut),
    "page": ("parquet", lambda path: corrupt_page(path, pyarrow.parquet.read_table(path), -1)),
    "csv": ("csv", lambda path: append(path, b"5001,five,one,more\n")),
    "ndjson": ("ndjson", lambda path: append(path, b'{"id": 5001, "word":\n')),
    "csv.gz": ("csv.gz", lambda path: repack(path, lambda raw: gzip.compress(raw, mtime=0))),
    "csv.zst": ("csv.zst", lambda path: repack(path, lambda raw: pa.Codec("zstd").compress(raw, asbytes=True))),
    "ndjson.gz": ("ndjson.gz", lambda path: repack(path, lambda raw: gzip.compress(raw, mtime=0))),
    "arrow": ("arrow", cut),
    "ipc": ("ipc", cut),
}
"""Folders in which one file of three is broken: its extension, and what breaks it."""


def among(folder: Path, extension: str, break_it: Callable[[Path], None]) -> None:
    """`a` and `z` are good, `m` between them is broken: late, after more rows than are looked at to tell the types."""
    format, packed = extension.split(".")[0], "." in extension
    for name, first in (("a", 0), ("m", 10_000), ("z", 20_000)):
        path = folder / f"{name}.{extension}"
        ids = range(first, first + 5000)
        copies.write(pa.table({"id": ids, "word": [f"word {n}" for n in ids]}), path, format)
        if name == "m":
            break_it(path)
        elif packed:
            plain = path.rename(path.with_suffix(""))
            copies.compress(plain, extension.split(".")[1])
            plain.unlink()
