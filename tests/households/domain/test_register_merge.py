"""What the record says after the register has spoken."""

from dataclasses import replace
from datetime import date
from itertools import count
from uuid import UUID

import pytest

from services.households.domain.fuzzy_date import FuzzyDate, Precision
from services.households.domain.household import Household
from services.households.domain.place_name import PlaceIndex
from services.households.domain.register_household import RegisterHousehold
from services.households.domain.register_merge import Merged, Standing, merge
from services.households.domain.register_plan import plan_households
from services.households.domain.register_reading import RegisterReading
from services.households.domain.register_values import HouseholdKind, MonitoringType
from tests.builders.places import read_places
from tests.builders.register import invent_household, register_rows

TODAY = date(2026, 11, 24)
PLACES = PlaceIndex(read_places())
_ids = count(1)


def new_id() -> UUID:
    return UUID(int=next(_ids))


def said(index: int = 1, members: int = 3, **facts: object) -> RegisterHousehold:
    """A household as the register says it; `facts` are cells of the register."""
    rows = register_rows([invent_household(index, members, **facts)])
    (household,) = RegisterReading(lambda: enumerate(rows, start=1), PLACES, TODAY)
    assert isinstance(household, RegisterHousehold)
    return household


def with_facts(register: RegisterHousehold, **facts: object) -> RegisterHousehold:
    return replace(register, facts=replace(register.facts, **facts))  # type: ignore[arg-type] # fields of the facts


def registered(register: RegisterHousehold) -> Household:
    return merge(register, None, TODAY, new_id).household


def again(register: RegisterHousehold, household: Household) -> Merged:
    return merge(register, Standing(household), TODAY, new_id)


def test_what_the_register_says_once_more_changes_nothing() -> None:
    household = registered(said())
    merged = again(said(), household)
    assert merged.household == household
    assert (merged.changed, merged.written, merged.arrived, merged.left) == ((), (), (), ())


@pytest.mark.parametrize(
    ("kind", "monitoring", "status"),
    [
        (HouseholdKind.GENERAL, None, "general"),
        (HouseholdKind.POOR, None, "poor"),
        (HouseholdKind.OUT_OF_POVERTY, MonitoringType.SUDDEN_HARDSHIP, "out_of_poverty"),
        (HouseholdKind.MONITORED, MonitoringType.UNSTABLE, "out_of_poverty"),
        (HouseholdKind.MONITORED, MonitoringType.MARGINAL, "general"),
        (None, None, "general"),
    ],
)
def test_the_kind_of_a_household_becomes_its_status(
    kind: HouseholdKind | None, monitoring: MonitoringType | None, status: str
) -> None:
    assert registered(with_facts(said(), kind=kind, monitoring=monitoring)).facts.status == status


def test_being_watched_says_nothing_of_a_status_that_stands() -> None:
    poor = registered(with_facts(said(), kind=HouseholdKind.POOR))
    watched = with_facts(said(), kind=HouseholdKind.MONITORED, monitoring=MonitoringType.SUDDEN_HARDSHIP)
    facts = again(watched, poor).household.facts
    assert (facts.status, facts.monitoring_type) == ("poor", "sudden")


def test_a_month_alone_is_kept_as_its_first_day() -> None:
    month = with_facts(said(), first_identified=FuzzyDate(date(2014, 5, 1), Precision.MONTH))
    assert registered(month).facts.first_identified_on == date(2014, 5, 1)


def test_a_record_that_knows_more_causes_keeps_them() -> None:
    household = registered(said(cause="因病、因残"))
    assert again(said(cause="因病"), household).household.facts.causes == ("因残", "因病")
    assert again(said(cause="因学"), household).household.facts.causes == ("因学",)
    assert again(said(cause=""), household).household.facts.causes == ("因残", "因病")


def test_what_only_the_record_knows_stays() -> None:
    household = registered(said())
    by_hand = replace(
        household,
        facts=replace(household.facts, address="环山村12号", handbook_number="H-1", demonstration=True),
        members=tuple(replace(member, work_capacity="able", pension=True) for member in household.members),
    )
    merged = again(with_facts(said(), safe_water=False), by_hand)
    assert merged.changed == ("safe_water",)
    assert merged.household.facts == replace(by_hand.facts, safe_water=False)
    assert merged.household.members == by_hand.members
    assert merged.written == ()
    assert merged.household.version == 2


def test_a_new_head_takes_the_place_of_the_old_one_who_has_left() -> None:
    household = registered(said())
    register = said()
    spouse = replace(register.members[1], relation=register.head.relation)
    merged = again(replace(register, members=(spouse, register.members[2])), household)
    assert merged.household.head.id_number == spouse.resident.number
    (left,) = merged.left
    assert (left.member_id, left.left_on, left.left_reason) == (household.head.member_id, TODAY, "not_in_register")
    assert not left.is_head
    assert merged.changed == ("members",)


def test_a_refused_household_keeps_its_people_and_so_blocks_the_next() -> None:
    """X moves from A to B, Y from B to C; but B cannot be taken, for Z stays registered elsewhere."""
    a, b, c = said(1, 3), said(2, 3), said(3, 2)
    standing = {register.number: Standing(registered(register)) for register in (a, b, c)}
    x, y, z = a.members[2], b.members[2], said(4, 1).head
    at = {
        person.resident.number: standing[register.number].household.household_id
        for register in (a, b, c)
        for person in register.members
    }
    a_without, b_changed = replace(a, members=a.members[:2]), replace(b, members=(*b.members[:2], x, z))
    c_changed = replace(c, members=(*c.members, y))
    chunk = [c_changed, b_changed, a_without]
    free = plan_households(chunk, standing, at, "", TODAY, new_id)
    assert (len(free.changed), free.blocked) == (3, ())
    plan = plan_households(chunk, standing, at | {z.resident.number: new_id()}, "", TODAY, new_id)
    assert [one.register.number for one in plan.changed] == [a.number]
    assert {household.number: person for household, person in plan.blocked} == {b.number: z, c.number: y}


def test_whom_the_record_knows_as_dead_no_register_brings_back() -> None:
    register = said()
    household = registered(register)
    *living, last = household.members
    buried = replace(last, left_on=TODAY, left_reason="died")
    standing = {register.number: Standing(replace(household, members=tuple(living)), (buried,))}
    plan = plan_households([register], standing, {}, ("",), TODAY, new_id)
    ((refused,), taken) = plan.refused, (*plan.new, *plan.changed, *plan.unchanged)
    codes = {finding.code for row in refused.rows for finding in row.findings}
    assert (codes, taken) == ({"household_refused", "member_has_died"}, ())
