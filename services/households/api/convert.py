"""Between the API's shapes and the domain's: reads personal numbers in, masks them on the way out."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from services.households.api.schemas import FactsIn, HouseholdIn, HouseholdOut, MemberIn, MemberOut, MemberPut
from services.households.domain.errors import ValueRefused
from services.households.domain.household import Household, HouseholdFacts, Member
from services.households.domain.household_errors import HeadWrong
from services.households.domain.id_number import resident_id
from services.households.domain.masking import mask_id_number, mask_phone
from services.households.domain.may_change_by_form import MONITORING_FIELDS
from services.households.domain.person_name import person_name
from services.households.domain.phone_number import phone_number
from services.households.domain.register_findings import sentence_of
from shared.ids import new_id
from shared.web.validation import SchemaInvalid, failure_of

HEAD = "户主"
T = TypeVar("T")


def household_of(body: HouseholdIn, today: date) -> Household:
    """Raises SchemaInvalid with the pointer of each personal value that does not hold, HeadWrong."""
    members = tuple(member_of(m, f"/members/{i}", today) for i, m in enumerate(body.members))
    _refuse_twins(members)
    heads = [m for m in members if m.is_head]
    if len(heads) != 1:
        raise HeadWrong(errors=[{"pointer": "/members", "code": HeadWrong.code, "message": HeadWrong.message}])
    others = tuple(m for m in members if not m.is_head)
    return Household(body.household_id or new_id(), facts_of(body), (heads[0], *others))


def _refuse_twins(members: tuple[Member, ...]) -> None:
    numbers = [member.id_number for member in members]
    twins = [place for place, number in enumerate(numbers) if number in numbers[:place]]
    if twins:
        raise SchemaInvalid(
            errors=[
                {
                    "pointer": f"/members/{place}/id_number",
                    "code": "id_number_twice_in_household",
                    "message": sentence_of("id_number_twice_in_household"),
                }
                for place in twins
            ]
        )


def facts_of(body: FactsIn) -> HouseholdFacts:
    values = {name: getattr(body, name) for name in FactsIn.model_fields}
    values["causes"] = tuple(body.causes)
    values["phone"] = checked_phone(body.phone)
    return HouseholdFacts(**values)


def checked_phone(phone: str | None) -> str | None:
    """Raises SchemaInvalid."""
    return checked("/phone", lambda: phone_number(phone)) if phone else None


def replaced_facts(before: HouseholdFacts, body: FactsIn) -> HouseholdFacts:
    """A whole body. Status and danger that are not in it stay: no form ends a course by leaving them out."""
    kept = {"status", *MONITORING_FIELDS} - body.model_fields_set
    return replace(facts_of(body), **{name: getattr(before, name) for name in kept})


def patched_facts(before: HouseholdFacts, changes: dict[str, Any], at: tuple[str, ...]) -> HouseholdFacts:
    """A JSON merge patch over the record. Raises FieldUnknown or SchemaInvalid like a whole body would."""
    standing = {name: getattr(before, name) for name in FactsIn.model_fields}
    standing["causes"] = list(before.causes)
    defaults = {"causes": [], "status": "general"}
    merged = {**standing, **{name: defaults.get(name) if value is None else value for name, value in changes.items()}}
    try:
        body = FactsIn.model_validate(merged)
    except ValidationError as findings:
        raise failure_of([{**finding, "loc": (*at, *finding["loc"])} for finding in findings.errors()]) from None
    return facts_of(body)


def member_of(body: MemberIn, pointer: str, today: date, member_id: UUID | None = None) -> Member:
    """Sex and birth date come from the ID number. Raises SchemaInvalid."""
    person = checked(f"{pointer}/id_number", lambda: resident_id(body.id_number, today))
    values = {name: getattr(body, name) for name in MemberIn.model_fields}
    values.update(
        member_id=member_id or body.member_id or new_id(),
        name=checked(f"{pointer}/name", lambda: person_name(body.name)),
        id_number=person.number,
        sex=str(person.sex),
        birth_date=person.birth_date,
        phone=checked(f"{pointer}/phone", lambda: phone_number(body.phone)) if body.phone else None,
        is_head=body.relation == HEAD,
        left_on=body.left_on if isinstance(body, MemberPut) else None,
        left_reason=body.left_reason if isinstance(body, MemberPut) else None,
    )
    return Member(**values)


def household_out(household: Household) -> HouseholdOut:
    values = asdict(household.facts)
    phone = household.facts.phone
    values.update(
        household_id=household.household_id,
        version=household.version,
        phone=mask_phone(phone) if phone else None,
        causes=list(household.facts.causes),
        members=[member_out(member) for member in household.members],
    )
    return HouseholdOut.model_validate(values)


def member_out(member: Member) -> MemberOut:
    values = {name: getattr(member, name) for name in MemberOut.model_fields}
    values["id_number"] = mask_id_number(member.id_number)
    values["phone"] = mask_phone(member.phone) if member.phone else None
    return MemberOut.model_validate(values)


def checked(pointer: str, read: Any) -> Any:
    """What `read` gives. Raises SchemaInvalid that points at a value that does not hold."""
    try:
        return read()
    except ValueRefused as refused:
        raise SchemaInvalid(
            errors=[{"pointer": pointer, "code": refused.reason, "message": refused.sentence}]
        ) from None
