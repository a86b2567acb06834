"""Which facts give these points? The inverse of the default card's bins (credit rules 2.2)."""

from collections.abc import Sequence
from datetime import date

from bashan.demo.population.calendar import add_months, full_months
from bashan.demo.population.card import ATTRIBUTES, IncomePiece
from bashan.demo.population.credit_file import DemoFacts, DemoLoan, DrawnPoints
from bashan.demo.population.dice import Dice

_SKILLS = {0: "none", 4: "training", 7: "certificate"}
# Net assets ÷ yearly net income in percent, from (inside) up to (outside).
_ASSETS = {0: (-80, 0), 3: (0, 50), 5: (50, 100), 7: (100, 200), 8: (200, 450)}
_BILLS = {0: ((9, 12), (8, 12), (18, 24), (5, 12)), 5: ((12, 12), (12, 12), (24, 24), (23, 24))}
_SOME_BILLS = ((10, 12), (11, 12), (20, 24), (22, 24), (0, 0), (0, 0), (0, 0))
NO_RECORD = (12, 2, 5)


def record_points(loans: Sequence[DemoLoan], today: date) -> tuple[int, int, int]:
    """D1, D2, D3 of a household with these loans."""
    if not loans:
        return NO_RECORD
    worst, months, lenders = loan_record(loans, today)
    d1 = next(points for days, points in ((0, 20), (30, 14), (60, 7), (90, 2), (worst, 0)) if worst <= days)
    d2 = next(points for below, points in ((12, 3), (36, 4), (months + 1, 5)) if months < below)
    d3 = next(points for most, points in ((1, 5), (2, 4), (3, 2), (lenders, 0)) if lenders <= most)
    return d1, d2, d3


def loan_record(loans: Sequence[DemoLoan], today: date) -> tuple[int, int, int]:
    """Worst days past due in 24 months, months since the first loan, lenders with a balance."""
    since = add_months(today, -24)
    worst = max(event.days_past_due if event.date >= since else 0 for loan in loans for event in loan.events)
    first = min(loan.disbursed_on for loan in loans)
    return worst, full_months(first, today), len({loan.bank for loan in loans if loan.balance_cents > 0})


def make_facts(
    dice: Dice,
    drawn: DrawnPoints,
    piece: IncomePiece,
    *,
    people: int,
    median_cents: int,
    loans: Sequence[DemoLoan],
    today: date,
) -> DemoFacts:
    """Facts that score exactly the drawn points, the loans' own facts among them."""
    points = dict(zip(ATTRIBUTES, drawn.points, strict=True))
    income = dice.between(piece.low, piece.high)
    bills_ok, bills_due = dice.pick(_SOME_BILLS if points["B2"] == 3 else _BILLS[points["B2"]])
    worst, months, lenders = loan_record(loans, today) if loans else (None, None, 0)
    return DemoFacts(
        workers=_workers(dice, points["A1"], people),
        skill=_SKILLS[points["A2"]],
        people=people,
        net_income_cents=100 * income,
        county_median_cents=median_cents,
        bills_ok=bills_ok,
        bills_due=bills_due,
        debt_service_cents=sum(loan.yearly_service_cents for loan in loans),
        net_assets_cents=_assets(dice, points["C2"], income),
        income_sources=3 + dice.chance(20) if points["C3"] == 6 else (0, 3, 5).index(points["C3"]),
        insurance_orders=points["C4"] // 2,
        worst_days_past_due=worst,
        months_since_first_loan=months,
        lenders=lenders,
    )


def _workers(dice: Dice, a1: int, people: int) -> int:
    if a1 < 8:
        return (0, 3, 7).index(a1)
    return min(people, 3 + dice.chance(35) + dice.chance(10))


def _assets(dice: Dice, c2: int, income: int) -> int:
    low, high = _ASSETS[c2]
    # Whole yuan in [low %, high %) of income.
    return 100 * dice.between(-(-low * income // 100), -(-high * income // 100) - 1)
