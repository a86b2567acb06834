"""Who borrows in a unit, how often and how much? Whole thousands that sum exactly to the unit's total.

Each amount stays within the limit of its product for the grade at disbursement (credit rules 2.6): P1
A 30,000, AA 40,000, AAA 50,000; P2 A 30,000, AA 50,000, AAA 100,000 yuan; loans open at the same time
share one limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bashan.demo.population.dice import Dice
from bashan.demo.population.plan import UnitPlan
from bashan.demo.population.seats import BAD, CREDIT, NONE, Seat

OPEN, SETTLED, IN_ARREARS = "open", "settled", "in_arrears"
SMALLEST_THOUSANDS = 5
# Loans that share a limit below the prefecture's average must stay few, or the total cannot be reached.
CROWDED_THOUSANDS = 25
P1_LIMITS = {"A": 30, "AA": 40, "AAA": 50}
P2_LIMITS = {"A": 30, "AA": 50, "AAA": 100}

# What a borrower's loans look like, first loan first, and how likely that is by grade (running sums).
_PATTERNS = (
    (OPEN,),
    (SETTLED,),
    (SETTLED, OPEN),
    (OPEN, OPEN),
    (OPEN, OPEN, OPEN),
    (OPEN, OPEN, OPEN, OPEN),
)
_PATTERN_WEIGHTS = {
    "A": (78, 87, 97, 99, 100, 100),
    "AA": (52, 60, 82, 95, 99, 100),
    "AAA": (46, 50, 74, 90, 97, 100),
}
# Better grades borrow more often; a smaller number comes earlier.
_EAGERNESS = {"AAA": 35, "AA": 60, "A": 100}
_LAPSED_PERCENT = 3


@dataclass(slots=True)
class Amount:
    """One planned loan: whose, in which state, of which grade when paid out, up to `most` thousand yuan."""

    seat: Seat
    state: str
    grade: str
    most: int
    thousands: int = 0


class LoanTotalError(Exception):
    """The unit's loan total does not fit the limits of its borrowers; the plan is at fault."""


def plan_borrowing(dice: Dice, plan: UnitPlan, seats: Sequence[Seat]) -> list[list[Amount]]:
    """The loans of each borrower, `plan.loans` in all, of `plan.loan_total_thousands` together."""
    bad = [[_amount(plan, seat, IN_ARREARS, "A", 1)] for seat in seats if seat.role == BAD]
    lapsed_count = (plan.loans * _LAPSED_PERCENT + 50) // 100
    lapsed_seats = dice.shuffled([seat for seat in seats if seat.role == NONE])[:lapsed_count]
    lapsed = [[_amount(plan, seat, OPEN, "A", 1)] for seat in lapsed_seats]
    left = plan.loans - len(bad) - len(lapsed)
    borrowers = bad + lapsed
    crowded_left = plan.loans // 25
    for seat in _eager(dice, plan, seats):
        if left == 0:
            break
        loans = _drawn_pattern(dice, plan, seat)
        crowded = any(amount.most < CROWDED_THOUSANDS for amount in loans)
        if len(loans) > left or (crowded and crowded_left == 0):
            loans, crowded = [_amount(plan, seat, OPEN, seat.band, 1)], False
        crowded_left -= crowded
        borrowers.append(loans)
        left -= len(loans)
    share_out(dice, [amount for loans in borrowers for amount in loans], plan.loan_total_thousands)
    return borrowers


def _drawn_pattern(dice: Dice, plan: UnitPlan, seat: Seat) -> list[Amount]:
    pattern = _PATTERNS[dice.weighted(_PATTERN_WEIGHTS[seat.band])]
    return [_amount(plan, seat, state, seat.band, pattern.count(OPEN)) for state in pattern]


def _eager(dice: Dice, plan: UnitPlan, seats: Sequence[Seat]) -> list[Seat]:
    credit = [seat for seat in seats if seat.role == CREDIT]
    subsidy = 75 if plan.society_balance_cents else 100
    return sorted(
        credit,
        key=lambda seat: dice.random() * _EAGERNESS[seat.band] * (subsidy if seat.poor else 100),
    )


def _amount(plan: UnitPlan, seat: Seat, state: str, grade: str, at_once: int) -> Amount:
    subsidised = seat.poor and plan.society_balance_cents > 0
    limit = (P1_LIMITS if subsidised else P2_LIMITS)[grade]
    return Amount(seat, state, grade, limit if state == SETTLED else limit // max(1, at_once))


def share_out(dice: Dice, amounts: Sequence[Amount], total: int) -> None:
    """Give each amount its thousands: drawn in the upper half of its range, then nudged by one to the total."""
    for amount in amounts:
        low = max(SMALLEST_THOUSANDS, amount.most * 45 // 100)
        amount.thousands = dice.between(low, max(low, amount.most * 97 // 100))
    missing = total - sum(amount.thousands for amount in amounts)
    step = 1 if missing > 0 else -1
    order = dice.shuffled(amounts)
    while missing:
        movable = [a for a in order if SMALLEST_THOUSANDS <= a.thousands + step <= a.most]
        if not movable:
            raise LoanTotalError(f"{missing} thousand yuan do not fit into {len(amounts)} loans")
        for amount in movable[: abs(missing)]:
            amount.thousands += step
        missing -= step * min(len(movable), abs(missing))
