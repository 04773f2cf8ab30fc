"""All test data, made once and kept by a hash of the code that makes it.

    ROOT/data/       the data root of the tests: FORMAT/TABLE.EXT, TABLE.parquet, hive/, parts/, logs/, …
    ROOT/tpch/       TPC-H at scale 0.1, the second data root
    ROOT/odd/        the third data root: odd names, hidden files, links
    ROOT/outside/    what lies beside the roots and must stay out of reach
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from . import broken, copies, layouts, odd, readers, small

TPCH_SCALE = "0.1"


def ensure() -> Path:
    """Returns ROOT, after making the data when it is not there for this state of the code."""
    home = Path(os.environ.get("POLAROID_TEST_DATA") or Path.home() / ".cache/polaroid/test-data")
    root = home / fingerprint()
    if not root.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=home, prefix="making-"))
        try:
            make(scratch, root)
            scratch.rename(root)
        except OSError:
            if not root.is_dir():  # else another run was faster
                raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return root


def fingerprint() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    digest.update(f"{version('pyarrow')} {version('tpchgen-cli')} {TPCH_SCALE}".encode())
    return digest.hexdigest()[:16]


def make(root: Path, later: Path) -> None:
    """Fills `root`, which is renamed to `later` when it is whole."""
    data = root / "data"
    for name, (table, formats) in small.TABLES.items():
        for format in formats:
            copies.write(table(), data / format / f"{name}.{copies.EXTENSION[format]}", format)
        shutil.copy(data / "parquet" / f"{name}.parquet", data / f"{name}.parquet")
    for layout in (layouts.codecs, layouts.hive, layouts.many, layouts.text_variants):
        layout(data)
    readers.write(data)
    broken.write(data, root / "outside", later / "outside")
    odd.write(root / "odd")
    tool = Path(sys.executable).with_name("tpchgen-cli")
    subprocess.run([tool, "parquet", "-s", TPCH_SCALE, "--output-dir", root / "tpch"], check=True)
