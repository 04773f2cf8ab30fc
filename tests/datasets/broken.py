"""Files that must be refused with an error, and links that lead out of the data root."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from . import copies, small


def write(root: Path, outside: Path) -> None:
    """Fills `root/bad`; `outside` gets a file that nobody may read."""
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
    corrupt_page(folder / "corrupt_page.parquet")

    outside.mkdir(parents=True, exist_ok=True)
    copies.write(small.cities(), outside / "secret.parquet", "parquet")
    (outside / "secret.csv").write_text("secret\n42\n")
    (folder / "link_out.parquet").symlink_to(outside / "secret.parquet")
    (folder / "link_up.csv").symlink_to("../../outside/secret.csv")
    (folder / "dir_out").symlink_to(outside)


def corrupt_page(path: Path) -> None:
    """A valid footer over a data page whose compressed bytes are noise."""
    pyarrow.parquet.write_table(small.events(), path, compression="zstd", use_dictionary=False)
    column = pyarrow.parquet.read_metadata(path).row_group(0).column(0)
    raw = bytearray(path.read_bytes())
    start = column.data_page_offset + 64
    raw[start : start + 200] = b"\xa5" * 200
    path.write_bytes(raw)
