"""Where does a problem of the ledger (问题清单) stand, and what becomes of it by this step (台账销号)?

    found ──► assigned ──► fixed ──► looked_again ──► closed
      ▲          ▲           │            │             │
      │          └─(not fixed)────────────┘             │
      └──────────────────(opened again)─────────────────┘

Whoever fixed a problem neither looks at it again (回头看) nor closes it: both need a second person. The record stays.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.households.domain.problem_errors import (
    AssigneeMissing,
    ProblemNeedsSecondPerson,
    ProblemStepRefused,
)
from services.households.domain.working_days import DueDay

FOUND, ASSIGNED, FIXED, LOOKED_AGAIN, CLOSED = "found", "assigned", "fixed", "looked_again", "closed"
STATES = (FOUND, ASSIGNED, FIXED, LOOKED_AGAIN, CLOSED)
SOURCES = ("visit", "inspection", "household", "department")
WAITING = (FOUND, ASSIGNED)
_NEXT = {
    FOUND: (ASSIGNED,),
    ASSIGNED: (ASSIGNED, FIXED),
    FIXED: (LOOKED_AGAIN, ASSIGNED),
    LOOKED_AGAIN: (CLOSED, ASSIGNED),
    CLOSED: (FOUND,),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Of a household, or of a village as a whole; it stays with the village in which it was found.

    `source_id` is the source's own mark, by which the same problem told twice is known. `assignee` is a cadre's id or
    a login.
    """

    village_code: str
    problem_id: UUID
    household_id: UUID | None
    source: str
    source_id: str | None
    what: str
    found_by: str
    found_by_name: str
    found_on: date
    due_on: date
    due_provisional: bool
    state: str = FOUND
    assignee: str | None = None
    assignee_name: str | None = None
    fixed_by: str | None = None
    fixed_on: date | None = None
    closed_on: date | None = None
    version: int = 1

    @property
    def allowed(self) -> tuple[str, ...]:
        """The states to which it may go now."""
        return _NEXT[self.state]

    def overdue(self, today: date) -> bool:
        return self.state in WAITING and self.due_on < today


@dataclass(frozen=True, slots=True)
class ProblemStep:
    """What is asked, by whom, on which day; whom it is given to. `due`: by when it is to be fixed from now on.

    A problem that still waits keeps the day that it has, unless somebody named another one (`due_named`).
    """

    to: str
    actor: str
    today: date
    due: DueDay
    assignee: str | None = None
    assignee_name: str | None = None
    due_named: bool = False


def problem_after(problem: Problem, step: ProblemStep) -> Problem:
    """Raises ProblemStepRefused, ProblemNeedsSecondPerson, AssigneeMissing."""
    if step.to not in problem.allowed:
        raise ProblemStepRefused(allowed=list(problem.allowed))
    after = replace(problem, state=step.to, version=problem.version + 1)
    if step.to == FIXED:
        return replace(after, fixed_by=step.actor, fixed_on=step.today)
    if step.to in (LOOKED_AGAIN, CLOSED):
        if step.actor == problem.fixed_by:
            raise ProblemNeedsSecondPerson(allowed=list(problem.allowed))
        return replace(after, closed_on=step.today if step.to == CLOSED else None)
    after = replace(after, fixed_by=None, fixed_on=None, closed_on=None)
    if step.due_named or problem.state not in WAITING:
        after = replace(after, due_on=step.due.on, due_provisional=step.due.provisional)
    if step.to == FOUND:
        return replace(after, assignee=None, assignee_name=None)
    return _assigned(after, step)


def problem_withdrawn(problem: Problem, today: date) -> Problem | None:
    """Closed at once, because whoever found it says that it never was; None when somebody has begun with it."""
    if problem.state != FOUND or problem.version != 1:
        return None
    return replace(problem, state=CLOSED, closed_on=today, version=problem.version + 1)


def _assigned(problem: Problem, step: ProblemStep) -> Problem:
    """To whom it is given, or to whoever has it when it was not fixed."""
    if step.assignee is not None and step.assignee_name is not None:
        return replace(problem, assignee=step.assignee, assignee_name=step.assignee_name)
    if problem.assignee is None or step.assignee is not None or step.assignee_name is not None:
        raise AssigneeMissing
    return problem
