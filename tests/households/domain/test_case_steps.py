"""The course of a monitoring case: whatever is tried, nobody removes a danger alone."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.households.domain.case_steps import Step, moved, to_be_checked
from services.households.domain.guarantees import GUARANTEES, Guarantee, GuaranteeSheet
from services.households.domain.may_remove_risk import Bearing
from services.households.domain.monitoring_case import (
    DANGERS,
    FOUND,
    IN_DANGER,
    REMOVAL_PROPOSED,
    REMOVED,
    STATES,
    MonitoringCase,
)
from services.households.domain.monitoring_errors import CaseStepRefused, DangerMissing, RiskNotRemoved
from services.households.domain.opens_case import WATCH
from services.households.domain.working_days import DueDay
from shared.errors import Failure

TODAY = date(2026, 11, 24)
DUE = DueDay(date(2026, 12, 1), provisional=False)
ALL_YES = GuaranteeSheet({name: Guarantee("yes", TODAY, "看了") for name in GUARANTEES}, 2)
GOOD = Bearing(ALL_YES, 900_000, 600_000, measures=1, measures_open=0)
CASE = MonitoringCase(UUID(int=1), UUID(int=2), "finding", TODAY, check_due_on=DUE.on)


def step(to: str, actor: str = "甲", danger: str | None = None) -> Step:
    return Step(to, actor, TODAY, DUE, danger)


def in_danger(danger: str = "marginal") -> MonitoringCase:
    return moved(CASE, step(IN_DANGER, danger=danger), GOOD)


def refused(case: MonitoringCase, wanted: Step, bearing: Bearing = GOOD) -> list[str]:
    with pytest.raises(RiskNotRemoved) as why:
        moved(case, wanted, bearing)
    return [error["code"] for error in why.value.data["errors"]]


def test_the_home_check_sets_the_class_and_takes_the_check_off_the_list() -> None:
    case = in_danger("sudden")
    assert (case.state, case.danger, case.check_due_on, case.checked_on) == (IN_DANGER, "sudden", None, TODAY)
    with pytest.raises(DangerMissing):
        moved(CASE, step(IN_DANGER), GOOD)


def test_a_step_out_of_order_names_the_allowed_ones() -> None:
    with pytest.raises(CaseStepRefused) as why:
        moved(CASE, step(REMOVED), GOOD)
    assert why.value.data["allowed"] == [IN_DANGER, REMOVAL_PROPOSED]


def test_only_a_second_person_removes_the_danger() -> None:
    proposed = moved(in_danger(), step(REMOVAL_PROPOSED, "甲"), GOOD)
    assert refused(proposed, step(REMOVED, "甲")) == ["own_proposal"]
    removed = moved(proposed, step(REMOVED, "乙"), GOOD)
    assert (removed.state, removed.removed_on, removed.danger) == (REMOVED, TODAY, "marginal")


def test_that_there_never_was_a_danger_needs_a_second_person_too() -> None:
    proposed = moved(CASE, step(REMOVAL_PROPOSED, "甲"), replace(GOOD, measures=0))
    assert refused(proposed, step(REMOVED, "甲"), replace(GOOD, measures=0)) == ["own_proposal"]


def test_a_yearly_watch_in_which_all_is_well_ends_at_once() -> None:
    watch = replace(CASE, danger=WATCH, origin=WATCH)
    assert moved(watch, step(REMOVED), GOOD).state == REMOVED
    missing = replace(GOOD, sheet=GuaranteeSheet({**ALL_YES.guarantees, "water": Guarantee("no", TODAY, "看了")}, 3))
    assert refused(watch, step(REMOVED), missing) == ["guarantee_missing"]


@pytest.mark.parametrize(
    ("bearing", "reason"),
    [
        (replace(GOOD, measures=0), "measure_needed"),
        (replace(GOOD, measures_open=1), "measure_not_done"),
        (replace(GOOD, income_per_head_cents=599_999), "income_under_line"),
        (
            replace(GOOD, sheet=GuaranteeSheet({**ALL_YES.guarantees, "food": Guarantee("no", TODAY, "看了")}, 3)),
            "guarantee_missing",
        ),
    ],
)
def test_what_is_not_settled_stands_against_removing_the_danger(bearing: Bearing, reason: str) -> None:
    assert refused(in_danger(), step(REMOVAL_PROPOSED), bearing) == [reason]
    proposed = moved(in_danger(), step(REMOVAL_PROPOSED), GOOD)
    assert refused(proposed, step(REMOVED, "乙"), bearing) == [reason], "also when it turns up after the proposal"


def test_news_after_the_check_is_checked_at_home_before_anything_is_removed() -> None:
    news = to_be_checked(in_danger(), DUE)
    assert refused(news, step(REMOVAL_PROPOSED)) == ["check_outstanding"]
    again = moved(news, step(IN_DANGER, danger="sudden"), GOOD)
    assert moved(again, step(REMOVAL_PROPOSED), GOOD).state == REMOVAL_PROPOSED


def test_a_check_that_is_due_earlier_stays_so() -> None:
    later = DueDay(DUE.on + timedelta(days=3), provisional=True)
    assert to_be_checked(CASE, later).check_due_on == DUE.on
    assert to_be_checked(CASE, DueDay(TODAY, provisional=False)).check_due_on == TODAY


def test_a_case_that_is_opened_again_is_checked_at_home_again() -> None:
    removed = moved(moved(in_danger(), step(REMOVAL_PROPOSED), GOOD), step(REMOVED, "乙"), GOOD)
    again = moved(removed, step(FOUND), GOOD)
    assert (again.state, again.check_due_on, again.removed_on, again.classified) == (FOUND, DUE.on, None, False)


def test_a_check_is_overdue_on_the_day_after_it_was_due() -> None:
    assert not CASE.overdue(DUE.on)
    assert CASE.overdue(DUE.on + timedelta(days=1))


class Course(RuleBasedStateMachine):
    """Three people try any step at any time, while news comes in and what bears upon the case changes."""

    def __init__(self) -> None:
        super().__init__()
        self.case = CASE
        self.proposer: str | None = None
        self.removed_by: tuple[str | None, str] | None = None
        self.bearing = GOOD

    @rule(
        to=st.sampled_from(STATES),
        actor=st.sampled_from("甲乙丙"),
        danger=st.sampled_from([None, *DANGERS]),
    )
    def try_step(self, to: str, actor: str, danger: str | None) -> None:
        before = self.case
        try:
            self.case = moved(before, step(to, actor, danger), self.bearing)
        except Failure:
            return
        if to == REMOVAL_PROPOSED:
            self.proposer = actor
        if to == REMOVED:
            assert before.state == REMOVAL_PROPOSED, "no way to the end past a proposal"
            assert self.bearing == GOOD or not before.classified
            self.removed_by = (self.proposer, actor)
        assert self.case.version == before.version + 1

    @rule()
    def news_comes_in(self) -> None:
        if self.case.open:
            self.case = to_be_checked(self.case, DUE)

    @rule(bearing=st.sampled_from([GOOD, replace(GOOD, measures=0), replace(GOOD, measures_open=2)]))
    def measures_change(self, bearing: Bearing) -> None:
        self.bearing = bearing

    @invariant()
    def nobody_removed_a_danger_alone(self) -> None:
        if self.removed_by is not None:
            proposer, confirmer = self.removed_by
            assert proposer is not None
            assert proposer != confirmer

    @invariant()
    def a_removed_case_has_its_day_and_no_open_check(self) -> None:
        assert (self.case.state == REMOVED) == (self.case.removed_on is not None)
        assert not (self.case.state == REMOVED and self.case.check_due_on)

    @invariant()
    def a_found_case_is_always_waiting_for_its_check(self) -> None:
        assert self.case.state != FOUND or self.case.check_due_on is not None


TestCourse = Course.TestCase
