"""Under what does a household count in its village?

Kept counts are changed by what a change of a household takes away and adds here, and recounted by the same rule in SQL
(`count_repository`). The groupings are those of the summary: the place itself, status, poverty type, monitoring type,
year of identification, and each cause.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from services.households.domain.household import Household, HouseholdFacts

PLACE = "place"
GROUPINGS = (PLACE, "status", "poverty_type", "monitoring_type", "year", "cause")
NOTHING_SAID = ""
"""Kept for a household of which a grouping says nothing; no value is empty."""


class Cell(NamedTuple):
    """One figure of a village. Of the grouping `place` the value is the village's own code."""

    village_code: str
    grouping: str
    value: str


Counts = Counter[Cell]


def cells_of(facts: HouseholdFacts) -> list[Cell]:
    """Where a household counts for one: nowhere once it is closed, with several causes under each of them."""
    if facts.closed_on is not None:
        return []
    village, identified = facts.village_code, facts.first_identified_on
    return [
        Cell(village, PLACE, village),
        Cell(village, "status", facts.status),
        Cell(village, "poverty_type", facts.poverty_type or NOTHING_SAID),
        Cell(village, "monitoring_type", facts.monitoring_type or NOTHING_SAID),
        Cell(village, "year", str(identified.year) if identified else NOTHING_SAID),
        *(Cell(village, "cause", cause) for cause in facts.causes),
    ]


def difference(before: Iterable[Household], after: Iterable[Household]) -> Counts:
    """By how much each figure differs when these households become those; figures that stay are left out."""
    changed: Counts = Counter(cell for household in after for cell in cells_of(household.facts))
    changed.subtract(cell for household in before for cell in cells_of(household.facts))
    return Counter({cell: by for cell, by in changed.items() if by})
