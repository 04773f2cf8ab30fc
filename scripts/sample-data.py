#!/usr/bin/env python3
"""Makes the sample data of scripts/demo: sample-data.py FOLDER TPCHGEN.

    FOLDER/lineitem.parquet …       TPC-H at scale 0.01, eight tables, 60,000 line items
    FOLDER/stations.csv             the stations of a bicycle share
    FOLDER/rides/year=Y/month=M/    a year of rides, a CSV file a month, partitioned as Hive does it
    FOLDER/events.ndjson            what happened to the bicycles, nested JSON

The same on every machine: README.md shows answers over it.
"""

import csv
import json
import random
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

STATIONS = [
    ("Harbour", 59.908, 10.735, 40), ("Old Mill", 59.921, 10.752, 24), ("University", 59.940, 10.722, 60),
    ("Market Hall", 59.923, 10.751, 32), ("North Park", 59.957, 10.771, 18), ("Opera", 59.907, 10.753, 44),
    ("Botanical Garden", 59.917, 10.771, 20), ("Central Station", 59.911, 10.750, 80),
]
RIDES_A_MONTH = [180, 200, 310, 420, 560, 640, 610, 600, 520, 390, 260, 170]
EVENTS = ["repaired", "moved", "charged", "reported"]


def main(folder: Path, tpchgen: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([tpchgen, "parquet", "-s", "0.01", "--output-dir", folder], check=True)
    rng = random.Random(2025)
    stations(folder / "stations.csv")
    for month in range(1, 13):
        rides(folder / f"rides/year=2025/month={month}/rides.csv", month, rng)
    events(folder / "events.ndjson", rng)


def stations(path: Path) -> None:
    with path.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["station_id", "name", "lat", "lon", "docks"])
        out.writerows([i, *station] for i, station in enumerate(STATIONS, 1))


def rides(path: Path, month: int, rng: random.Random) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    start = datetime(2025, month, 1, 5)
    with path.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["ride_id", "started", "station_id", "minutes", "km"])
        for i in range(RIDES_A_MONTH[month - 1]):
            started = start + timedelta(days=rng.randrange(28), minutes=rng.randrange(18 * 60))
            minutes = rng.randint(3, 55)
            km = round(minutes * rng.uniform(0.12, 0.31), 2)
            out.writerow([month * 10_000 + i, started.isoformat(" "), rng.randint(1, len(STATIONS)), minutes, km])


def events(path: Path, rng: random.Random) -> None:
    at = datetime(2025, 1, 1)
    with path.open("w") as file:
        for _ in range(1_000):
            at += timedelta(minutes=rng.randint(5, 1_000))
            event = {
                "at": at.isoformat(),
                "station_id": rng.randint(1, len(STATIONS)),
                "kind": rng.choice(EVENTS),
                "bike": {"id": rng.randint(1, 120), "battery": rng.choice([None, round(rng.random(), 2)])},
                "parts": rng.sample(["chain", "brake", "tyre", "lamp", "bell"], rng.randint(0, 3)),
            }
            file.write(json.dumps(event) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2])
