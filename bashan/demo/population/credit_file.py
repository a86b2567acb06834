"""The invented credit files and loans, as the generator hands them out. Money in cents, rates in basis points."""

from dataclasses import dataclass
from datetime import date
from typing import Any

_NULL_SAYS_NONE = frozenset({"worst_days_past_due", "months_since_first_loan"})


@dataclass(frozen=True, slots=True)
class DemoFacts:
    """The facts of a household under their contract names.

    None means missing, except in `worst_days_past_due` (no record) and `months_since_first_loan` (none).
    Only what no other service could supply is ever missing.
    """

    workers: int
    skill: str
    people: int
    net_income_cents: int
    county_median_cents: int
    bills_ok: int
    bills_due: int
    debt_service_cents: int
    net_assets_cents: int | None
    income_sources: int | None
    insurance_orders: int | None
    worst_days_past_due: int | None
    months_since_first_loan: int | None
    lenders: int

    def by_name(self) -> dict[str, int | str | None]:
        """The facts under their contract names; a missing one is left out, no record and no loan are null."""
        values = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: value for name, value in values if value is not None or name in _NULL_SAYS_NONE}


@dataclass(frozen=True, slots=True)
class DemoVeto:
    """An open veto (V1 to V5) with what speaks for it; `until` None = until it is cleared."""

    code: str
    source: str
    evidence: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class DemoConsent:
    """A consent in force from `given_on` to `valid_to`, both included; `form` is ordinary or written,
    `manner` phone or assisted (then with a witness).
    """

    form: str
    institution: str
    purpose: str
    fields: tuple[str, ...]
    given_on: date
    valid_to: date
    manner: str
    witness: str | None


@dataclass(frozen=True, slots=True)
class DrawnPoints:
    """What the facts were built backwards from; for checks only, never loaded. Points in card order."""

    band: str
    points: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.points)


@dataclass(frozen=True, slots=True)
class DemoCreditFile:
    """One household's credit file; `reviewers` names the invented villager behind each of `reviews`."""

    household_id: str
    village_code: str
    rated: bool
    facts: DemoFacts
    reviews: tuple[int, ...]
    reviewers: tuple[str, ...]
    vetoes: tuple[DemoVeto, ...]
    consents: tuple[DemoConsent, ...]
    drawn: DrawnPoints | None

    def preview(self) -> dict[str, Any]:
        """The `facts` of a score preview: facts, reviews and veto codes."""
        vetoes = [veto.code for veto in self.vetoes]
        return {**self.facts.by_name(), "reviews": list(self.reviews), "vetoes": vetoes}


@dataclass(frozen=True, slots=True)
class DemoLoanEvent:
    """What a bank reports: kind disbursed, repaid or overdue; numbers count from 1 within the loan.

    `amount_cents` is the principal paid out, paid back or in arrears; `balance_cents` the principal still
    owed afterwards; `days_past_due` the age of the arrears on that day (0 unless overdue).
    """

    loan_number: str
    event_number: int
    kind: str
    date: date
    amount_cents: int
    balance_cents: int
    days_past_due: int


@dataclass(frozen=True, slots=True)
class DemoLoan:
    """One loan with its events in order; `product` is P1 or P2 of the default catalogue."""

    loan_id: str
    loan_number: str
    household_id: str
    village_code: str
    bank: str
    product: str
    amount_cents: int
    disbursed_on: date
    term_months: int
    rate_bp: int
    grade_at_disbursement: str
    events: tuple[DemoLoanEvent, ...]

    @property
    def balance_cents(self) -> int:
        return self.events[-1].balance_cents

    @property
    def yearly_service_cents(self) -> int:
        """Principal ÷ term in years + one year's interest, half up; nothing once it is repaid."""
        if self.balance_cents == 0:
            return 0
        principal = (2 * 12 * self.amount_cents + self.term_months) // (2 * self.term_months)
        interest = (2 * self.amount_cents * self.rate_bp + 10_000) // 20_000
        return principal + interest
