"""The rules that the demonstration must satisfy, written a second time from the credit rules alone (2.2, 2.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from bashan.demo.population import DemoFacts, DemoLoan, DemoUnit

TODAY = date(2026, 11, 24)
TOWNSHIP = "511921122"
ATTRIBUTES = ("A1", "A2", "B1", "B2", "C1", "C2", "C3", "C4", "D1", "D2", "D3", "E1")


def points_of(facts: DemoFacts, reviews: Sequence[int]) -> tuple[int, ...]:
    """The twelve attributes' points of a household with all facts, in card order."""
    found = {**_labour(facts), **_spending(facts), **_capacity(facts), **_record(facts)}
    found["E1"] = village_review(reviews)
    return tuple(found[attribute] for attribute in ATTRIBUTES)


def _known(value: int | None) -> int:
    assert value is not None
    return value


def _labour(facts: DemoFacts) -> dict[str, int]:
    return {
        "A1": {0: 0, 1: 3, 2: 7}.get(facts.workers, 8),
        "A2": {"none": 0, "training": 4, "certificate": 7}[facts.skill],
    }


def _spending(facts: DemoFacts) -> dict[str, int]:
    share = Fraction(facts.net_income_cents, facts.people * facts.county_median_cents)
    b1 = 1
    for bound, points in ((Fraction(1, 2), 4), (Fraction(4, 5), 7), (Fraction(6, 5), 9), (Fraction(2), 10)):
        b1 = points if share >= bound else b1
    ok, due = facts.bills_ok, facts.bills_due
    b2 = 3 if due == 0 or Fraction(80, 100) <= Fraction(ok, due) < Fraction(95, 100) else 0
    return {"B1": b1, "B2": 5 if due and Fraction(ok, due) >= Fraction(95, 100) else b2}


def _capacity(facts: DemoFacts) -> dict[str, int]:
    income, service = facts.net_income_cents, facts.debt_service_cents
    assets = _known(facts.net_assets_cents)
    c1 = 0
    for percent, points in ((70, 2), (50, 5), (35, 9), (20, 12)):
        c1 = points if 100 * service <= percent * income else c1
    c2 = 0 if assets < 0 else 3
    for bound, points in ((Fraction(1, 2), 5), (Fraction(1), 7), (Fraction(2), 8)):
        c2 = points if assets >= 0 and Fraction(assets, income) >= bound else c2
    return {
        "C1": 12 if service == 0 else c1,
        "C2": c2,
        "C3": {0: 0, 1: 3, 2: 5}.get(_known(facts.income_sources), 6),
        "C4": {0: 0, 1: 2, 2: 4}[_known(facts.insurance_orders)],
    }


def _record(facts: DemoFacts) -> dict[str, int]:
    d1, d2 = 12, 2
    if facts.worst_days_past_due is not None:
        d1 = 20
        for days, points in ((1, 14), (31, 7), (61, 2), (91, 0)):
            d1 = points if facts.worst_days_past_due >= days else d1
    if facts.months_since_first_loan is not None:
        d2 = 3 if facts.months_since_first_loan < 12 else 4 if facts.months_since_first_loan < 36 else 5
    return {"D1": d1, "D2": d2, "D3": {0: 5, 1: 5, 2: 4, 3: 2}.get(facts.lenders, 0)}


def village_review(reviews: Sequence[int]) -> int:
    """The mean without one highest and one lowest, half up."""
    assert len(reviews) >= 5
    kept = sorted(reviews)[1:-1]
    return int(Fraction(sum(kept), len(kept)) + Fraction(1, 2))


def band_of(total: int) -> str:
    """The grade that a total gives."""
    return "AAA" if total >= 80 else "AA" if total >= 70 else "A" if total >= 60 else "none"


@dataclass(frozen=True, slots=True)
class Counted:
    """What the loan and grade tests of a unit look at, counted from its facts, vetoes and loan events."""

    households: int
    rated: int
    bands: dict[str, int]
    borrowers: int
    late: int
    balance: int
    bad: int
    new_bad: int

    @property
    def credit(self) -> int:
        return sum(self.bands.values())

    @property
    def is_credit_village(self) -> bool:
        return all(
            (
                self.borrowers >= 10,
                self.rated >= 30,
                100 * self.credit >= 70 * self.rated,
                100 * (self.borrowers - self.late) >= 90 * self.borrowers,
                100 * self.bad <= 3 * self.balance,
                100 * self.new_bad <= self.balance,
            )
        )


def count(unit: DemoUnit, today: date = TODAY) -> Counted:
    """Count a unit; borrowers are households with a balance, late is any day past due now or once in two years."""
    bands = {"AAA": 0, "AA": 0, "A": 0}
    rated = 0
    for file in unit.files:
        if not is_rated(file.facts, file.reviews):
            continue
        rated += 1
        band = band_of(sum(points_of(file.facts, file.reviews)))
        if band != "none" and not file.vetoes:
            bands[band] += 1
    open_loans = [loan for loan in unit.loans if loan.balance_cents > 0]
    bad = [loan for loan in open_loans if loan.events[-1].days_past_due > 90]
    new = [loan for loan in bad if _went_bad(loan) > today - timedelta(366)]
    return Counted(
        households=len(unit.households),
        rated=rated,
        bands=bands,
        borrowers=len({loan.household_id for loan in open_loans}),
        late=len({loan.household_id for loan in open_loans if any(e.days_past_due for e in loan.events)}),
        balance=sum(loan.balance_cents for loan in open_loans),
        bad=sum(loan.balance_cents for loan in bad),
        new_bad=sum(loan.balance_cents for loan in new),
    )


def is_rated(facts: DemoFacts, reviews: Sequence[int]) -> bool:
    """Whether there are five reviewers and no fact is missing (no record and no loan are not missing)."""
    may_be_none = {"worst_days_past_due", "months_since_first_loan"}
    values = (getattr(facts, name) for name in DemoFacts.__slots__ if name not in may_be_none)
    return len(reviews) >= 5 and all(value is not None for value in values)


def _went_bad(loan: DemoLoan) -> date:
    return next(event.date for event in loan.events if event.days_past_due > 90)
