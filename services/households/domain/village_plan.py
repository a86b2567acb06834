"""What does a village set out to do in its three years? (因村规划)"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.households.domain.plan_errors import VillagePlanYearOutside
from shared.errors import Failure


@dataclass(frozen=True, slots=True)
class VillageProject:
    """One project of the plan, in one of its years; money in cents."""

    name: str
    year: int
    amount_cents: int
    owner: str


@dataclass(frozen=True, slots=True)
class VillagePlan:
    """A draft until a second person declares it adopted; then it stands."""

    village_code: str
    plan_id: UUID
    first_year: int
    last_year: int
    aim: str
    projects: tuple[VillageProject, ...]
    drafted_by: str
    adopted_by: str | None = None
    version: int = 1

    @property
    def amount_cents(self) -> int:
        return sum(project.amount_cents for project in self.projects)


def projects_within(first_year: int, last_year: int, projects: Sequence[VillageProject]) -> Failure | None:
    """None when every project falls into the plan's years."""
    if all(first_year <= project.year <= last_year for project in projects):
        return None
    return VillagePlanYearOutside(first_year=first_year, last_year=last_year)
