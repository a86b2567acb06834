"""From the generator's people to the services' own shapes."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from bashan.demo.population import DemoCreditFile, DemoHousehold, DemoLoan, DemoMember, DemoUnit
from services.credit.domain.loan_balance import Loan, LoanEvent, loan_after
from services.households.domain.household import Household, HouseholdFacts, Member
from shared.ids import new_id

SOURCE = "demonstration"
WORDS_OF_TYPE = {
    "生活环境恶劣型": "harsh_environment",
    "生产条件落后型": "backward_conditions",
    "技能缺乏型": "lacking_skills",
    "产业滞后型": "lagging_industry",
}
WORDS_OF_WATCH = {"脱贫不稳定户": "unstable", "边缘易致贫户": "marginal", "突发严重困难户": "sudden"}


def household_of(given: DemoHousehold) -> Household:
    facts = HouseholdFacts(
        village_code=given.village_code,
        status=given.status,
        group_name=given.group,
        address=given.address,
        phone=given.phone,
        register_number=given.register_number,
        handbook_number=given.handbook_number,
        first_identified_on=given.first_identified,
        poverty_type=WORDS_OF_TYPE.get(given.poverty_type or "", given.poverty_type),
        causes=given.causes,
        monitoring_type=WORDS_OF_WATCH.get(given.monitoring_class or "", given.monitoring_class),
        risk_removed=given.risk_removed is not None if given.monitoring_class else None,
        risk_found_on=given.risk_identified,
        risk_removed_on=given.risk_removed,
        housing_dangerous=given.dangerous_housing,
        safe_water=given.safe_water,
        net_income_per_head_cents=given.income_per_head_cents,
        demonstration=True,
    )
    members = tuple(member_of(member, head=place == 0) for place, member in enumerate(given.members))
    return Household(UUID(given.household_id), facts, members)


def member_of(given: DemoMember, *, head: bool) -> Member:
    return Member(
        member_id=UUID(given.member_id),
        name=given.name,
        id_number=given.id_number,
        sex=given.sex,
        birth_date=given.birth_date,
        relation=given.relation,
        is_head=head,
        ethnicity=given.ethnicity,
        education=given.education,
        schooling=given.schooling,
        health=given.health,
        work_capacity="able" if given.has_capacity else None,
        skill=given.skill,
        work_months=given.work_months,
        medical_insurance=given.insured,
        phone=given.phone,
    )


def credit_rows(unit: DemoUnit) -> dict[str, list[dict[str, Any]]]:
    """The rows of `load_files` for a unit."""
    return {
        "files": [file_row(file) for file in unit.files],
        "vetoes": [row for file in unit.files for row in veto_rows(file)],
        "consents": [row for file in unit.files for row in consent_rows(file)],
        "loans": [loan_row(loan) for loan in unit.loans],
        "events": [row for loan in unit.loans for row in event_rows(loan)],
    }


def file_row(file: DemoCreditFile) -> dict[str, Any]:
    """A missing fact is absent; a null says that there is no record."""
    known: dict[str, Any] = dict(file.facts.by_name())
    if file.reviews:
        known["reviews"] = list(file.reviews)
    return {
        "household_id": UUID(file.household_id),
        "village_code": file.village_code,
        "facts": known,
        "source": SOURCE,
        "entered_by": SOURCE,
    }


def veto_rows(file: DemoCreditFile) -> Iterator[dict[str, Any]]:
    for veto in file.vetoes:
        yield {
            "household_id": UUID(file.household_id),
            "veto_id": new_id(),
            "code": veto.code,
            "evidence": veto.evidence,
            "source": veto.source,
            "opened_on": veto.since,
            "expires_on": veto.until,
            "entered_by": SOURCE,
        }


def consent_rows(file: DemoCreditFile) -> Iterator[dict[str, Any]]:
    """The ordinary and the written half of a demonstration consent stand in one record here."""
    for consent in file.consents[:1]:
        yield {
            "household_id": UUID(file.household_id),
            "consent_id": new_id(),
            "partner_id": consent.institution,
            "purposes": ["loan_review", "post_loan"],
            "fields": ["grade", "validity", "reasons"],
            "valid_from": consent.given_on,
            "valid_to": consent.valid_to,
            "written": len(file.consents) > 1,
            "given_by": SOURCE,
            "given_through": consent.manner,
            "witness": consent.witness,
        }


def loan_row(given: DemoLoan) -> dict[str, Any]:
    """Where the loan stands after its events, by the rule that a bank's own reports go through."""
    loan: Loan | None = None
    for event in _events(given):
        loan = loan_after(loan, event)
    if loan is None:
        raise ValueError("a loan without events")
    values = {name: getattr(loan, name) for name in Loan.__slots__}
    return {**_loan_key(given), "village_code": given.village_code, **values}


def event_rows(given: DemoLoan) -> Iterator[dict[str, Any]]:
    for event in _events(given):
        yield {
            **_loan_key(given),
            "event_number": event.number,
            "kind": event.kind,
            "on_date": event.on,
            "amount_cents": event.amount_cents,
            "balance_cents": event.balance_cents,
            "days_past_due": event.days_past_due,
            "product": event.product,
            "applied": True,
        }


def _events(given: DemoLoan) -> Iterator[LoanEvent]:
    for event in given.events:
        yield LoanEvent(
            event.event_number,
            event.kind,
            event.date,
            event.amount_cents,
            event.balance_cents,
            event.days_past_due,
            given.product if event.event_number == 1 else None,
        )


def _loan_key(given: DemoLoan) -> dict[str, Any]:
    return {"household_id": UUID(given.household_id), "partner_id": given.bank, "loan_number": given.loan_number}
