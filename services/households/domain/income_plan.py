"""Does this household's plan bring it the ten thousand yuan a year? (万元增收)"""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from services.households.domain.plan_policy import PlanPolicy
from services.households.domain.rate import half_up


@dataclass(frozen=True, slots=True)
class Project:
    """One way to earn more; money in cents of net income a year, `achieved_cents` None until it is known."""

    name: str
    expected_cents: int
    achieved_cents: int | None = None


@dataclass(frozen=True, slots=True)
class IncomePlan:
    """A household's plan of a year; `people` is how many it fed when the plan was made."""

    household_id: UUID
    year: int
    people: int
    projects: tuple[Project, ...]
    version: int = 1

    @property
    def expected_cents(self) -> int:
        return sum(project.expected_cents for project in self.projects)

    @property
    def achieved_cents(self) -> int | None:
        """None as long as nothing is known of any project."""
        known = [project.achieved_cents for project in self.projects if project.achieved_cents is not None]
        return sum(known) if known else None


def reaches_target(plan: IncomePlan, policy: PlanPolicy) -> bool:
    return plan.expected_cents >= policy.income_target_cents


@dataclass(frozen=True, slots=True)
class IncomeTotals:
    """Of a place and year, money in cents."""

    plans: int
    people: int
    expected_cents: int
    achieved_cents: int

    @property
    def expected_per_household_cents(self) -> int | None:
        """Base: the households with a plan. Half up to the cent."""
        return _mean(self.expected_cents, self.plans)

    @property
    def expected_per_head_cents(self) -> int | None:
        """Base: the people of those households."""
        return _mean(self.expected_cents, self.people)


def _mean(total: int, count: int) -> int | None:
    return half_up(Fraction(total, count)) if count else None
