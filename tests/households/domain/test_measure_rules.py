"""What may stand in a household's plan, and how a measure goes on."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.household import Household, HouseholdFacts
from services.households.domain.may_move_measure import may_move_measure
from services.households.domain.may_plan_measure import may_plan_measure
from services.households.domain.measure import NEXT, Measure, MeasureFacts, State
from services.households.domain.plan_errors import (
    MeasureCauseForeign,
    MeasureDatesWrong,
    MeasureKindUnknown,
    MeasureNoteNeeded,
    MeasureNotForType,
    MeasuresOfKindEnough,
    MeasureSpentAbovePlan,
    MeasureStepNotAllowed,
    PlanNeedsRegister,
    SecondPersonNeeded,
)
from services.households.domain.plan_policy import policy_at
from services.households.storage.plan_policy_file import load_plan_policies
from shared.ids import new_id

DAY = date(2026, 11, 24)
POLICY = policy_at(load_plan_policies(), DAY)
FACTS = MeasureFacts("training", "茶叶种植培训", "农技站", 100_000, DAY, date(2027, 3, 1), "缺技术")
ID = UUID(int=1)


def household(**facts: Any) -> Household:
    given: dict[str, Any] = {"status": "poor", "poverty_type": "lacking_skills", "causes": ("缺技术", "因病"), **facts}
    return Household(ID, HouseholdFacts("511921122202", **given))


def measure(state: State = "planned", **more: Any) -> Measure:
    return replace(Measure(ID, new_id(), FACTS), state=state, **more)


def test_a_measure_that_answers_type_and_cause_may_stand() -> None:
    assert may_plan_measure(household(), FACTS, [], POLICY) is None


@pytest.mark.parametrize(
    ("poverty_type", "kind", "may"),
    [
        ("harsh_environment", "relocation_lease", True),
        ("harsh_environment", "relocation_low_rent", True),
        ("lacking_skills", "relocation_purchase", False),
        ("backward_conditions", "conditions_rebuilt", True),
        ("lagging_industry", "priority_cooperative", True),
        ("harsh_environment", "priority_cooperative", False),
        ("lagging_industry", "public_service_job", True),
        (None, "school_aid", True),
        (None, "training", False),
    ],
)
def test_each_type_has_its_measures(poverty_type: str | None, kind: str, may: bool) -> None:
    asked = replace(FACTS, kind=kind, cause=None)
    refusal = may_plan_measure(household(poverty_type=poverty_type, causes=()), asked, [], POLICY)
    assert (refusal is None) == may
    assert may or isinstance(refusal, MeasureNotForType)


def test_the_five_priorities_and_two_provisions_are_all_there() -> None:
    kinds = {kind.code for kind in POLICY.kinds_for("lagging_industry")}
    five = {"priority_project", "priority_park", "priority_cooperative", "priority_mutual_fund", "priority_brand"}
    assert five | {"support_in_kind", "public_service_job"} <= kinds
    assert set(POLICY.poverty_types.values()) == {"生活环境恶劣型", "生产条件落后型", "技能缺乏型", "产业滞后型"}


def test_a_household_of_neither_register_has_no_plan() -> None:
    assert isinstance(may_plan_measure(household(status="general"), FACTS, [], POLICY), PlanNeedsRegister)
    watched = household(status="general", monitoring_type="marginal")
    assert may_plan_measure(watched, FACTS, [], POLICY) is None
    safe = household(status="general", monitoring_type="marginal", risk_removed=True)
    assert isinstance(may_plan_measure(safe, FACTS, [], POLICY), PlanNeedsRegister)


def test_what_the_catalogue_or_the_record_does_not_know_is_refused() -> None:
    assert isinstance(may_plan_measure(household(), replace(FACTS, kind="gift"), [], POLICY), MeasureKindUnknown)
    assert isinstance(may_plan_measure(household(), replace(FACTS, cause="缺水"), [], POLICY), MeasureCauseForeign)
    early = replace(FACTS, due_on=date(2026, 11, 23))
    assert isinstance(may_plan_measure(household(), early, [], POLICY), MeasureDatesWrong)


def test_a_family_has_one_or_two_skilled_earners() -> None:
    earner = replace(FACTS, kind="skilled_earner")
    two = [replace(measure(), facts=earner), replace(measure("done"), facts=earner)]
    assert may_plan_measure(household(), earner, two[:1], POLICY) is None
    assert isinstance(may_plan_measure(household(), earner, two, POLICY), MeasuresOfKindEnough)
    over = [two[0], replace(two[1], state="cancelled")]
    assert may_plan_measure(household(), earner, over, POLICY) is None


def test_whoever_reported_it_done_does_not_accept_it() -> None:
    done = measure("done", done_by="li")
    assert isinstance(may_move_measure(done, "accepted", "li", 0, None), SecondPersonNeeded)
    assert may_move_measure(done, "accepted", "wang", 0, None) is None
    assert isinstance(may_move_measure(done, "under_way", "wang", 0, None), MeasureNoteNeeded)
    assert may_move_measure(done, "under_way", "wang", 0, "培训没有办完") is None


def test_more_than_was_planned_is_not_spent() -> None:
    at_work = measure("under_way")
    assert may_move_measure(at_work, "done", "li", 100_000, None) is None
    assert isinstance(may_move_measure(at_work, "done", "li", 100_001, None), MeasureSpentAbovePlan)


@given(st.lists(st.tuples(st.sampled_from(sorted(NEXT)), st.sampled_from(["li", "wang"])), min_size=10, max_size=20))
def test_no_way_leads_to_accepted_past_a_second_person(tries: list[tuple[State, str]]) -> None:
    """Whatever two people try in whatever order."""
    standing = measure()
    for to, person in tries:
        refusal = may_move_measure(standing, to, person, 0, "原因")
        if to not in NEXT[standing.state]:
            assert isinstance(refusal, MeasureStepNotAllowed)
            assert refusal.data["allowed"] == list(NEXT[standing.state])
        if refusal is None:
            assert to != "accepted" or standing.done_by not in (None, person)
            standing = replace(standing, state=to, done_by=person if to == "done" else standing.done_by)
