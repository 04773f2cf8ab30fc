"""The root `odd`: names that look like globs, hidden files, and links in circles and out of the root."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from . import copies, small

HIDDEN = [".folder/x", "_folder/x", ".file", "_file", "sub/.file", "sub/_file", "sub/.folder/x", "sub/_folder/deep/x"]


def write(root: Path) -> None:
    names(root)
    names(root / "names")
    hidden(root / "hidden")
    links(root)


def names(folder: Path) -> None:
    """In pairs: a file whose name is a glob, and one beside it that the glob fits. Each holds a number of its own."""
    for number, name in enumerate(["a[1].parquet", "a1.parquet", "b?.csv", "bx.csv", "c*.csv", "cxx.csv"]):
        copies.write(pa.table({"n": [number]}), folder / name, name.rsplit(".")[-1])


def hidden(folder: Path) -> None:
    """Two files of data, among what writers leave behind."""
    for number, name in enumerate(["first", "sub/second", *HIDDEN], 1):
        copies.write(pa.table({"n": [number]}), folder / f"{name}.parquet", "parquet")
    (folder / "_SUCCESS").touch()


def links(root: Path) -> None:
    """A folder for each kind of link, with a good file of the same columns beside it."""
    cycle, cycle_of_files, file_out, folder_out = (root / name for name in (
        "cycle", "cycle_of_files", "file_out", "folder_out"))
    for folder in (cycle, cycle_of_files, file_out, folder_out):
        copies.write(small.cities().slice(0, 2), folder / "good.parquet", "parquet")
    (cycle / "again").symlink_to(".")
    (cycle_of_files / "one.parquet").symlink_to("two.parquet")
    (cycle_of_files / "two.parquet").symlink_to("one.parquet")
    (file_out / "out.parquet").symlink_to("../../outside/secret.parquet")
    (folder_out / "out").symlink_to("../../outside")
    # at the top, where plain names look
    (root / "plain_out.parquet").symlink_to("../outside/secret.parquet")
    (root / "plain_folder_out").symlink_to("../outside")
