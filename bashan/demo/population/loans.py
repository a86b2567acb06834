"""Which loans, with which dates and events, make up a unit's borrowing (credit rules 2.9)?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bashan.demo.population.borrowing import IN_ARREARS, OPEN, SETTLED, Amount, plan_borrowing
from bashan.demo.population.calendar import add_months
from bashan.demo.population.credit_file import DemoLoan, DemoLoanEvent
from bashan.demo.population.dice import Dice
from bashan.demo.population.identity import LOAN_KIND, household_moment, make_id
from bashan.demo.population.loan_events import CURED, CURRENT, Terms, bad_events, late_events, paid_events
from bashan.demo.population.plan import UnitPlan
from bashan.demo.population.seats import NONE, Seat

BANKS = {
    "demo-bank-1": "示范农村商业银行",
    "demo-bank-2": "示范村镇银行",
    "demo-bank-3": "示范农业银行",
    "demo-bank-4": "示范邮政储蓄银行",
}
_BANK_CODES = tuple(BANKS)
P1_RATE_BP = 300
P2_RATES_BP = (435, 465, 495)
# P1 may stand at five times the society's balance; the generator stops a little short of it.
P1_MULTIPLE_TENTHS = 49
# Of all borrowers, with those in arrears counted among them.
LATE_PERCENT, MOST_LATE_PERCENT = 3, 5


@dataclass(frozen=True, slots=True)
class _Draft:
    """A loan with its dates, before its product, rate and number are settled."""

    amount: Amount
    bank: str
    start: date
    term: int
    late: str | None = None
    days: int = 0


def make_loans(
    dice: Dice, seed: str, plan: UnitPlan, seats: Sequence[Seat], today: date
) -> dict[int, tuple[DemoLoan, ...]]:
    """The loans of each borrowing household by its number in the unit."""
    borrowers = [_dated(dice, plan, loans, today) for loans in plan_borrowing(dice, plan, seats)]
    borrowers = _some_late(dice, borrowers, today)
    made = {
        drafts[0].amount.seat.number: tuple(
            _loan(dice, seed, plan, draft, place, today) for place, draft in enumerate(drafts)
        )
        for drafts in borrowers
    }
    good = sum(loan.balance_cents for loans in made.values() for loan in loans)
    for drafts in borrowers:
        if drafts[0].amount.state == IN_ARREARS:
            number = drafts[0].amount.seat.number
            made[number] = (_in_arrears(dice, plan, made[number][0], good, today),)
    return _within_the_society(dice, plan, seats, made)


def _dated(dice: Dice, plan: UnitPlan, loans: Sequence[Amount], today: date) -> list[_Draft]:
    banks = dice.shuffled(_BANK_CODES)
    drafts: list[_Draft] = []
    open_for = 0
    for amount, bank in zip(reversed(loans), banks, strict=False):
        if amount.state == OPEN:
            term = _term(dice, amount.thousands, crowded=len(loans) > 1)
            months = dice.below(term)
            open_for = max(open_for, months)
        elif amount.state == SETTLED:
            term = dice.pick((12, 12, 24))
            months = term + open_for + (dice.between(1, 6) if len(loans) > 1 else dice.below(22))
        else:
            term = 12
            # The arrears are old in a credit village (not new within 12 months), fresh elsewhere.
            months = 12 + (dice.between(17, 28) if plan.row.credit_village else dice.between(4, 9))
        start = add_months(today, -months) - timedelta(dice.below(26))
        drafts.insert(0, _Draft(amount, bank, start, term))
    return drafts


def _term(dice: Dice, thousands: int, *, crowded: bool) -> int:
    if crowded or thousands > 20:
        return 36 if dice.chance(88) else 24
    return dice.pick((12, 24, 24, 36)) if thousands <= 12 else dice.pick((24, 36))


def _some_late(dice: Dice, borrowers: list[list[_Draft]], today: date) -> list[list[_Draft]]:
    """Make a few borrowers late with one instalment: those whose income fell first, then grade A."""
    bad = sum(drafts[0].amount.state == IN_ARREARS for drafts in borrowers)
    most = len(borrowers) * MOST_LATE_PERCENT // 100 - bad
    wanted = max(0, min(most, (len(borrowers) * LATE_PERCENT + dice.below(100)) // 100))
    able = [
        i
        for i, drafts in enumerate(borrowers)
        if len(drafts) == 1 and drafts[0].amount.state == OPEN and drafts[0].amount.grade == "A"
    ]
    first = sorted(able, key=lambda i: (borrowers[i][0].amount.seat.role != NONE, dice.random()))
    for i in first[:wanted]:
        borrowers[i] = [_late(dice, borrowers[i][0], today)]
    return borrowers


def _late(dice: Dice, draft: _Draft, today: date) -> _Draft:
    years = dice.between(1, 2)
    if dice.chance(35):
        start = add_months(today, -12 * years) - timedelta(dice.between(3, 25))
        return replace(draft, start=start, term=36, late=CURRENT)
    start = add_months(today, -12 * years - dice.between(4, 10)) - timedelta(dice.below(26))
    days = (dice.between(3, 30), dice.between(31, 60), dice.between(61, 90))[dice.weighted((80, 94, 100))]
    return replace(draft, start=start, term=36, late=CURED, days=days)


def _loan(dice: Dice, seed: str, plan: UnitPlan, draft: _Draft, place: int, today: date) -> DemoLoan:
    seat = draft.amount.seat
    index = plan.row.index
    number = f"SF{draft.bank[-1]}-{index:04d}{seat.number:03d}{place + 1}"
    terms = Terms(number, 100_000 * draft.amount.thousands, draft.start, draft.term)
    moment = household_moment(index, seat.number)
    return DemoLoan(
        loan_id=make_id(seed, moment, LOAN_KIND + place),
        loan_number=number,
        household_id=make_id(seed, moment, 0),
        village_code=plan.row.code,
        bank=draft.bank,
        product="P2",
        amount_cents=terms.principal,
        disbursed_on=terms.start,
        term_months=terms.months,
        rate_bp=dice.pick(P2_RATES_BP),
        grade_at_disbursement=draft.amount.grade,
        events=_events(draft, terms, today),
    )


def _events(draft: _Draft, terms: Terms, today: date) -> tuple[DemoLoanEvent, ...]:
    if draft.late:
        return late_events(terms, today, draft.late, draft.days)
    return paid_events(terms, today)


def _in_arrears(dice: Dice, plan: UnitPlan, loan: DemoLoan, good: int, today: date) -> DemoLoan:
    """The loan with the part of it that was never paid: in a credit village at most 0.8 % of the good balance."""
    hundreds = loan.amount_cents // 10_000
    if plan.row.credit_village:
        hundreds = max(1, min(hundreds, good * 8 // 1000 // 10_000))
    else:
        hundreds = dice.between(hundreds * 4 // 10, hundreds)
    terms = Terms(loan.loan_number, loan.amount_cents, loan.disbursed_on, loan.term_months)
    return replace(loan, events=bad_events(terms, today, 10_000 * hundreds))


def _within_the_society(
    dice: Dice, plan: UnitPlan, seats: Sequence[Seat], made: dict[int, tuple[DemoLoan, ...]]
) -> dict[int, tuple[DemoLoan, ...]]:
    """Let the poor of a village with a society borrow under P1 as far as the society's balance carries."""
    room = plan.society_balance_cents * P1_MULTIPLE_TENTHS // 10
    poor = [seat.number for seat in seats if seat.poor and seat.number in made] if room else []
    for number in dice.shuffled(poor):
        owed = sum(loan.balance_cents for loan in made[number])
        if owed <= room:
            room -= owed
            made[number] = tuple(_subsidised(made[number]))
    return made


def _subsidised(loans: Iterable[DemoLoan]) -> Iterable[DemoLoan]:
    return (replace(loan, product="P1", rate_bp=P1_RATE_BP) for loan in loans)
