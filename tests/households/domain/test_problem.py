"""The ledger of problems: whatever is tried, nobody closes what they fixed themselves."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.households.domain.problem import (
    ASSIGNED,
    CLOSED,
    FIXED,
    FOUND,
    LOOKED_AGAIN,
    STATES,
    Problem,
    ProblemStep,
    problem_after,
)
from services.households.domain.problem_errors import AssigneeMissing, ProblemNeedsSecondPerson, ProblemStepRefused
from services.households.domain.working_days import DueDay
from shared.errors import Failure

TODAY = date(2026, 11, 24)
DUE = DueDay(date(2026, 12, 22), provisional=False)
PROBLEM = Problem(
    village_code="511921122202",
    problem_id=UUID(int=1),
    household_id=None,
    source="inspection",
    source_id=None,
    what="入户路不通",
    found_by="甲",
    found_by_name="甲",
    found_on=TODAY,
    due_on=date(2026, 12, 1),
    due_provisional=False,
)


def step(to: str, actor: str = "甲", assignee: str | None = None) -> ProblemStep:
    return ProblemStep(to, actor, TODAY, DUE, assignee, assignee)


def walked(*steps: ProblemStep) -> Problem:
    problem = PROBLEM
    for one in steps:
        problem = problem_after(problem, one)
    return problem


def test_giving_a_problem_to_somebody_keeps_the_day_that_its_finder_set() -> None:
    given = walked(step(ASSIGNED, "甲", "乙"), step(ASSIGNED, "甲", "丙"))
    assert given.due_on == PROBLEM.due_on
    named = problem_after(PROBLEM, replace(step(ASSIGNED, "甲", "乙"), due_named=True))
    assert named.due_on == DUE.on


def test_a_problem_that_was_not_fixed_has_a_new_time_to_be_fixed_in() -> None:
    assert walked(*FIXED_BY_B, step(ASSIGNED, "甲")).due_on == DUE.on
    closed = walked(*FIXED_BY_B, step(LOOKED_AGAIN, "甲"), step(CLOSED, "甲"))
    assert problem_after(closed, step(FOUND, "丁")).due_on == DUE.on


FIXED_BY_B = (step(ASSIGNED, "甲", "乙"), step(FIXED, "乙"))


def test_a_problem_goes_from_hand_to_hand_until_a_second_person_closes_it() -> None:
    closed = walked(*FIXED_BY_B, step(LOOKED_AGAIN, "甲"), step(CLOSED, "甲"))
    assert (closed.state, closed.closed_on, closed.fixed_by, closed.version) == (CLOSED, TODAY, "乙", 5)


@pytest.mark.parametrize("way", [(step(LOOKED_AGAIN, "乙"),), (step(LOOKED_AGAIN, "甲"), step(CLOSED, "乙"))])
def test_who_fixed_it_neither_looks_at_it_again_nor_closes_it(way: tuple[ProblemStep, ...]) -> None:
    with pytest.raises(ProblemNeedsSecondPerson):
        walked(*FIXED_BY_B, *way)


def test_nothing_is_closed_that_nobody_looked_at_again() -> None:
    with pytest.raises(ProblemStepRefused) as refused:
        walked(*FIXED_BY_B, step(CLOSED, "甲"))
    assert refused.value.data["allowed"] == [LOOKED_AGAIN, ASSIGNED]


def test_what_was_not_fixed_goes_back_to_whoever_has_it_with_a_new_day() -> None:
    back = walked(*FIXED_BY_B, step(ASSIGNED, "甲"))
    assert (back.assignee, back.due_on, back.fixed_by, back.fixed_on) == ("乙", DUE.on, None, None)


def test_an_assignment_says_to_whom_by_mark_and_name() -> None:
    with pytest.raises(AssigneeMissing):
        walked(step(ASSIGNED))
    with pytest.raises(AssigneeMissing):
        walked(replace(step(ASSIGNED, "甲", "乙"), assignee_name=None))


def test_a_closed_problem_that_comes_again_is_opened_again() -> None:
    again = walked(*FIXED_BY_B, step(LOOKED_AGAIN), step(CLOSED), step(FOUND))
    assert (again.state, again.assignee, again.closed_on, again.due_on) == (FOUND, None, None, DUE.on)


def test_only_what_waits_to_be_fixed_is_overdue() -> None:
    late = PROBLEM.due_on + timedelta(days=1)
    assert PROBLEM.overdue(late)
    assert not PROBLEM.overdue(PROBLEM.due_on)
    assert not walked(*FIXED_BY_B).overdue(date(2199, 1, 1))


class Ledger(RuleBasedStateMachine):
    """Three people try any step at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.problem = PROBLEM
        self.fixer: str | None = None
        self.looked = False

    @rule(to=st.sampled_from(STATES), actor=st.sampled_from("甲乙丙"), assignee=st.sampled_from([None, "乙", "丙"]))
    def try_step(self, to: str, actor: str, assignee: str | None) -> None:
        before = self.problem
        try:
            self.problem = problem_after(before, step(to, actor, assignee))
        except Failure:
            return
        assert self.problem.version == before.version + 1
        if to == FIXED:
            self.fixer, self.looked = actor, False
        if to in (LOOKED_AGAIN, CLOSED):
            assert actor != self.fixer
            assert to == LOOKED_AGAIN or self.looked, "closed before anybody looked again"
            self.looked = True
        if to in (FOUND, ASSIGNED):
            self.fixer, self.looked = None, False

    @invariant()
    def a_closed_problem_was_fixed_by_somebody(self) -> None:
        if self.problem.state == CLOSED:
            assert self.problem.fixed_by is not None
            assert self.problem.closed_on is not None

    @invariant()
    def what_is_to_be_fixed_has_somebody_to_fix_it(self) -> None:
        assert (self.problem.state == FOUND) == (self.problem.assignee is None)


TestLedger = Ledger.TestCase
