"""Which step may be taken with a task, by whom; and when a household is without a visit for too long."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cadres.domain.caseload_due import HouseholdDays, household_due
from services.cadres.domain.task import Task, TaskRole, TaskState, TaskStep, task_after
from services.cadres.domain.task_errors import TaskNeedsSecondPerson, TaskNotYours, TaskStepNotAllowed
from services.cadres.domain.unvisited import last_day_in_time, visit_due_on
from shared.ids import new_id

TODAY = date(2026, 11, 24)
CADRE: frozenset[TaskRole] = frozenset({"cadre"})
OFFICIAL: frozenset[TaskRole] = frozenset({"official"})
TASK = Task(
    "511921122201", new_id(), "task", None, new_id(), "核对医保", TODAY, "official-1", "张三",
    datetime(2026, 11, 1, tzinfo=UTC),
)  # fmt: skip


def test_a_task_is_done_by_its_cadre_and_confirmed_by_an_official() -> None:
    done = task_after(TASK, TaskStep("done", "cadre-1", CADRE))
    confirmed = task_after(done, TaskStep("confirmed", "official-1", OFFICIAL))
    assert (done.state, done.done_by, confirmed.state, confirmed.version) == ("done", "cadre-1", "confirmed", 3)


def test_an_official_who_has_the_task_says_that_it_is_done() -> None:
    both = CADRE | OFFICIAL
    assert TASK.allowed(both, "both") == ("done", "open", "cancelled")
    done = task_after(TASK, TaskStep("done", "both", both))
    assert (done.done_by, done.allowed(both, "both")) == ("both", ("open",))
    assert done.allowed(OFFICIAL, "official-1") == ("confirmed", "open")


def test_whoever_did_it_does_not_confirm_it_even_as_an_official() -> None:
    done = task_after(TASK, TaskStep("done", "both", CADRE | OFFICIAL))
    with pytest.raises(TaskNeedsSecondPerson):
        task_after(done, TaskStep("confirmed", "both", CADRE | OFFICIAL))


def test_a_task_sent_back_is_to_be_done_again_by_nobody_yet() -> None:
    done = task_after(TASK, TaskStep("done", "cadre-1", CADRE))
    back = task_after(done, TaskStep("open", "official-1", OFFICIAL, due_on=TODAY + timedelta(days=3)))
    assert (back.state, back.done_by, back.due_on) == ("open", None, TODAY + timedelta(days=3))


def test_giving_an_open_task_anew_needs_another_cadre_or_another_day() -> None:
    with pytest.raises(TaskStepNotAllowed):
        task_after(TASK, TaskStep("open", "official-1", OFFICIAL))
    other = new_id()
    assert task_after(TASK, TaskStep("open", "official-1", OFFICIAL, cadre_id=other)).cadre_id == other


@pytest.mark.parametrize(
    ("state", "to", "roles", "actor"),
    list(
        product(get_args(TaskState), get_args(TaskState), (CADRE, OFFICIAL, CADRE | OFFICIAL), ("cadre-1", "another"))
    ),
)
def test_a_step_succeeds_exactly_when_it_is_named_as_allowed(
    state: TaskState, to: TaskState, roles: frozenset[TaskRole], actor: str
) -> None:
    task = replace(TASK, state=state, done_by="cadre-1" if state == "done" else None)
    step = TaskStep(to, actor, roles, due_on=TODAY if (state, to) == ("open", "open") else None)
    if to in task.allowed(roles, actor):
        assert task_after(task, step).state == to
    else:
        with pytest.raises((TaskStepNotAllowed, TaskNotYours)):
            task_after(task, step)


@given(last=st.none() | st.integers(0, 400), since=st.integers(0, 400), every=st.integers(1, 365))
def test_a_household_is_overdue_exactly_when_neither_visit_nor_new_cadre_is_recent(
    last: int | None, since: int, every: int
) -> None:
    visited = None if last is None else TODAY - timedelta(days=last)
    begun = TODAY - timedelta(days=since)
    late = visit_due_on(visited, begun, every) < TODAY
    assert late == (min(since, since if last is None else last) > every)
    if visited is not None and visited >= begun:
        assert late == (visited < last_day_in_time(TODAY, every)), "the cadre's list and the place's list agree"


def test_only_households_in_care_are_told_as_unvisited() -> None:
    home = HouseholdDays(new_id(), None, True, False, TODAY - timedelta(days=91), None, TODAY, None, None)
    assert [one.kind for one in household_due(home, TODAY, 90)] == ["danger_to_check", "visit_overdue"]
    assert [one.kind for one in household_due(replace(home, in_care=False), TODAY, 90)] == ["danger_to_check"]
