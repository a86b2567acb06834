"""The divisions that the product ships, read from `data/regions.csv`."""

import csv
from collections.abc import Iterator
from pathlib import Path

from services.households.domain.place_name import Level, Place

SHIPPED = Path(__file__).parent.parent / "data" / "regions.csv"


def read_places(path: Path = SHIPPED) -> Iterator[Place]:
    """All places of the file, parents before their children."""
    with path.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            yield Place(
                code=row["code"],
                name=row["name"],
                level=Level(row["level"]),
                kind=row["kind"],
                parent=row["parent"],
                poor_village=row["poor_village"] == "1" if row["poor_village"] else None,
            )
