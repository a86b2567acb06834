"""What must each village and community of the demonstration hold? The shipped allocation, row by row."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One unit (village or community) with the numbers of households that the demonstration owes it.

    `index` is the row's place in the file; ids, ID numbers and phones of the unit are built from it.
    """

    index: int
    code: str
    name: str
    town_code: str
    town: str
    county_code: str
    county: str
    kind: str
    poor_village: bool
    households: int
    poor_households: int
    rated_households: int
    credit_households: int
    credit_village: bool
    credit_township: bool

    @property
    def short_name(self) -> str:
        """The name as people and registers write it: 花山村 for 花山村民委员会."""
        for ending in ("村民委员会", "村委会"):
            if self.name.endswith(ending):
                base = self.name.removesuffix(ending)
                return base if base.endswith("村") else base + "村"
        for ending in ("居民委员会", "居委会"):
            if self.name.endswith(ending):
                base = self.name.removesuffix(ending)
                return base if base.endswith("社区") else base + "社区"
        return self.name


@cache
def read_allocation() -> tuple[AllocationRow, ...]:
    """The 1,809 units of the prefecture in the order of their codes (edition 2023 of the divisions)."""
    text = files("bashan.demo").joinpath("data", "bazhong_allocation.csv").read_text("utf-8")
    return tuple(_row(index, record) for index, record in enumerate(csv.DictReader(text.splitlines())))


def _row(index: int, record: dict[str, str]) -> AllocationRow:
    return AllocationRow(
        index=index,
        code=record["code"],
        name=record["name"],
        town_code=record["town_code"],
        town=record["town"],
        county_code=record["county_code"],
        county=record["county"],
        kind=record["kind"],
        poor_village=record["poor_village"] == "1",
        households=int(record["households"]),
        poor_households=int(record["poor_households"]),
        rated_households=int(record["rated_households"]),
        credit_households=int(record["credit_households"]),
        credit_village=record["credit_village"] == "1",
        credit_township=record["credit_township"] == "1",
    )


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in proportion to the weights, whole parts that sum to it; ties go to the earlier one."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Split a small `total` evenly along the list: each stretch of it gets its share, sum kept.

    Largest remainders would give all of a number much smaller than the list to the heaviest entries.
    """
    whole = sum(weights)
    parts: list[int] = []
    before = seen = 0
    for weight in weights:
        seen += weight
        upto = (2 * total * seen + whole) // (2 * whole)
        parts.append(upto - before)
        before = upto
    return parts
