"""A minute of the soak; `python -m soak --seconds 1800` in this folder is half an hour of it."""

from __future__ import annotations

from pathlib import Path

import soak


def test_a_minute_of_mixed_traffic(root: Path):
    found = soak.run(root, seconds=60, clients=10, seed=1)
    print(found.summary())
    assert not found.faults, found.summary()
