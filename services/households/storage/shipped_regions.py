"""The divisions that the product ships: `data/regions.csv`."""

import csv
from pathlib import Path

from services.households.storage.region_repository import Region

FILE = Path(__file__).resolve().parent.parent / "data" / "regions.csv"


def shipped_regions() -> list[Region]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            Region(
                row["code"], row["name"], row["level"], row["kind"], row["parent"] or None, row["poor_village"] == "1"
            )
            for row in csv.DictReader(file)
        ]
