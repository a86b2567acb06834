"""Between the API's shapes and the domain's, for incomes and events."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from services.households.api.convert import checked_phone, household_out, member_of
from services.households.api.schemas_life import (
    ArrivalIn,
    DeathIn,
    DepartureIn,
    EventIn,
    EventOut,
    IncomeOut,
    IncomePut,
    MergeIn,
    MoveIn,
    NewHeadIn,
    RecordedOut,
    Related,
    ReturnIn,
    SplitIn,
)
from services.households.domain.event_errors import RelationsIncomplete
from services.households.domain.household import HouseholdFacts
from services.households.domain.household_events import EventKind
from services.households.domain.income import YearIncome
from services.households.storage.event_repository import EventRecord
from services.households.storage.income_repository import IncomeRecord
from services.households.use_cases.record_event import Event, Recorded


def income_of(body: IncomePut, year: int, members: int) -> YearIncome:
    return YearIncome(
        year=year,
        people=body.people or members,
        wage_cents=body.wage_cents,
        business_cents=body.business_cents,
        property_cents=body.property_cents,
        transfer_cents=body.transfer_cents,
        business_costs_cents=body.business_costs_cents,
        living_spending_cents=body.living_spending_cents,
    )


def income_out(record: IncomeRecord) -> IncomeOut:
    income = record.income
    names = [name for name in IncomeOut.model_fields if hasattr(income, name)]
    return IncomeOut(
        **{name: getattr(income, name) for name in names},
        at=record.at,
        source=record.source,
        actor_name=record.actor_name,
    )


def event_of(body: EventIn, today: date) -> Event:
    """Raises SchemaInvalid with the pointer of a personal value that does not hold, RelationsIncomplete."""
    said: dict[str, Any] = {}
    match body:
        case ArrivalIn():
            said = {"member": member_of(body.member, "/member", today)}
        case ReturnIn():
            said = {"member_id": body.member_id, "relation": body.relation}
        case DeathIn():
            said = {"member_id": body.member_id, "relations": relations_of(body.relations)}
        case DepartureIn():
            said = _departure(body)
        case NewHeadIn():
            said = {"relations": relations_of(body.relations)}
        case MoveIn():
            said = {"facts": HouseholdFacts(body.village_code, group_name=body.group_name, address=body.address)}
        case SplitIn():
            said = {"facts": _founding_facts(body), "household_id": body.new_household_id}
            said |= {"others": relations_of(body.members), "relations": relations_of(body.relations)}
        case MergeIn():
            said = {"others": relations_of(body.members), "household_id": body.other_household_id}
    return Event(EventKind(body.kind), body.happened_on, body.source, **said)


def _departure(body: DepartureIn) -> dict[str, Any]:
    if bool(body.to_household_id) != bool(body.relation):
        raise RelationsIncomplete
    return {
        "member_id": body.member_id,
        "relations": relations_of(body.relations),
        "household_id": body.to_household_id,
        "relation": body.relation or "",
    }


def recorded_out(recorded: Recorded) -> RecordedOut:
    return RecordedOut(
        event_id=recorded.event_id,
        kind=recorded.event.kind,
        happened_on=recorded.event.on,
        households=[household_out(household) for household in recorded.households],
    )


def event_out(record: EventRecord, known: Iterable[UUID]) -> EventOut:
    """`known`: the other households that the asker may know of."""
    values = {name: getattr(record, name) for name in EventOut.model_fields}
    if record.other_household_id not in set(known):
        values["other_household_id"] = None
    return EventOut(**values)


def _founding_facts(body: SplitIn) -> HouseholdFacts:
    return HouseholdFacts(
        body.village_code or "",
        group_name=body.group_name,
        address=body.address,
        phone=checked_phone(body.phone),
        register_number=body.register_number,
    )


def relations_of(given: Iterable[Related]) -> dict[UUID, str]:
    """Raises RelationsIncomplete for somebody named twice."""
    listed = list(given)
    found = {one.member_id: one.relation for one in listed}
    if len(found) < len(listed):
        raise RelationsIncomplete
    return found
