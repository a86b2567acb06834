"""What is the case of a grade that was first set by a run, when something happens to it? (credit rules 2.4)

It is opened as if it had been there from the run's confirmation on, in effect; a grade that stood under a veto then is
suspended, and carries what the same facts score without one, so that it can return.
"""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from uuid import UUID

from services.credit.domain.grade_case import INITIAL_BASIS, CaseScore, GradeCase
from services.credit.domain.grade_state import State


def first_case(
    household_id: UUID,
    run_id: UUID,
    village_code: str,
    score: CaseScore,
    days: tuple[date, date],
    people: tuple[str, str],
) -> GradeCase:
    """In effect, two steps old. `days`: the first and the last in effect; `people`: who ordered, who confirmed."""
    return GradeCase(
        household_id,
        first_case_id(run_id, household_id),
        village_code,
        State.EFFECTIVE,
        version=2,
        score=score,
        effective_on=days[0],
        valid_until=days[1],
        people={State.SCORED: people[0], State.EFFECTIVE: people[1]},
        basis=INITIAL_BASIS,
    )


def first_steps(case: GradeCase, *, vetoed: bool) -> list[tuple[GradeCase, str]]:
    """The case after each step that stands in its chain, with who took it; the last is how it stands now."""
    scored = replace(case, state=State.SCORED, version=case.version - 1)
    steps = [(scored, case.people[State.SCORED]), (case, case.people[State.EFFECTIVE])]
    if vetoed:
        stopped = replace(case, state=State.SUSPENDED, suspended_from=case.state, version=case.version + 1)
        steps.append((stopped, "system"))
    return steps


def first_case_id(run_id: UUID, household_id: UUID) -> UUID:
    """One for a household and run, so that nobody opens it twice; it stands in time where the run does.

    The first half is the run's id, which begins with its time; the second follows from the household.
    """
    rest = sha256(run_id.bytes + household_id.bytes).digest()[:8]
    return UUID(bytes=run_id.bytes[:8] + bytes([rest[0] & 0x3F | 0x80]) + rest[1:])
