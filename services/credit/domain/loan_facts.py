"""How late was a household with its loans, since when does it borrow, at how many lenders, and does a veto stand?

These are D1, D2, D3 and V2. Only what banks reported counts, up to a day. Lateness counts for 24 months after the day
on which its bank reported it gone; a loan that ended longer ago than that is no record of repaying (credit rules 2.2,
2.7).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from services.credit.domain.legal_dates import add_months
from services.credit.domain.loan_balance import NON_PERFORMING_FROM_DAY, WRITTEN_OFF, LoanEvent

MONTHS_LOOKED_BACK = 24
FIELDS = ("worst_days_past_due", "months_since_first_loan", "lenders")


@dataclass(frozen=True, slots=True)
class ReportedLoan:
    """A loan as its bank reported it: the applied events in the order of their numbers, the first of them disburses."""

    partner_id: str
    loan_number: str
    events: tuple[LoanEvent, ...]

    def until(self, day: date) -> tuple[LoanEvent, ...]:
        return tuple(event for event in self.events if event.on <= day)


@dataclass(frozen=True, slots=True)
class Veto:
    """V2 stands since that day, because of that loan."""

    since: date
    loan_number: str
    written_off: bool


@dataclass(frozen=True, slots=True)
class LoanFacts:
    """`worst_days_past_due` None: no record in 24 months. The veto that began first; None when none stands."""

    worst_days_past_due: int | None
    months_since_first_loan: int
    lenders: int
    veto: Veto | None

    @property
    def values(self) -> dict[str, int | None]:
        """By the name of the fact."""
        return {name: getattr(self, name) for name in FIELDS}


@dataclass(frozen=True, slots=True)
class Spell:
    """So many days past due, until the day on which the bank reported otherwise; None while it still stands."""

    days_past_due: int
    ended_on: date | None

    @property
    def forgotten_on(self) -> date | None:
        """The first day on which it no longer counts."""
        return None if self.ended_on is None else add_months(self.ended_on, MONTHS_LOOKED_BACK) + timedelta(days=1)


def loan_facts(loans: Iterable[ReportedLoan], day: date) -> LoanFacts | None:
    """As of a day; None when no bank has reported a loan until then."""
    told = [(loan, events) for loan in loans if (events := loan.until(day))]
    if not told:
        return None
    counting = [spell for _, events in told for spell in spells(events) if _counts(spell, day)]
    vetoes = [veto for loan, events in told if (veto := _veto(loan, events)) is not None]
    return LoanFacts(
        worst_days_past_due=max((spell.days_past_due for spell in counting), default=None),
        months_since_first_loan=full_months(min(events[0].on for _, events in told), day),
        lenders=len({loan.partner_id for loan, events in told if events[-1].balance_cents > 0}),
        veto=min(vetoes, key=lambda veto: (veto.since, veto.loan_number), default=None),
    )


def holds_until(loans: Iterable[ReportedLoan], day: date) -> date:
    """Through which day, with nothing new reported, what is drawn as of a day stays true by itself.

    Until a month more has passed since the first loan, or a lateness that still counts is forgotten. The loans have
    at least one event until the day.
    """
    told = [events for loan in loans if (events := loan.until(day))]
    first = min(events[0].on for events in told)
    turning = [add_months(first, full_months(first, day) + 1)]
    for events in told:
        turning += [one.forgotten_on for one in spells(events) if one.forgotten_on is not None]
    return min(turn for turn in turning if turn > day) - timedelta(days=1)


def spells(events: Sequence[LoanEvent]) -> Iterator[Spell]:
    """Each state of a loan that owed something, with the day on which it ended."""
    for event, after in pairwise((*events, None)):
        if event is not None and event.balance_cents > 0:
            yield Spell(event.days_past_due, None if after is None else after.on)


def full_months(start: date, day: date) -> int:
    """How many months have passed wholly: a month ends on the same date, or on the month's last day."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return months if add_months(start, months) <= day else months - 1


def _counts(spell: Spell, day: date) -> bool:
    return spell.forgotten_on is None or day < spell.forgotten_on


def _veto(loan: ReportedLoan, events: Sequence[LoanEvent]) -> Veto | None:
    if events[-1].balance_cents == 0:
        return None
    written_off = next((event for event in events if event.kind == WRITTEN_OFF), None)
    if written_off is not None:
        return Veto(written_off.on, loan.loan_number, written_off=True)
    late = _late_since(events)
    return None if late is None else Veto(late, loan.loan_number, written_off=False)


def _late_since(events: Sequence[LoanEvent]) -> date | None:
    """The day on which the loan came to be more than 90 days past due, if it is so after the last event."""
    since: date | None = None
    for event in events:
        if event.days_past_due < NON_PERFORMING_FROM_DAY:
            since = None
        elif since is None:
            since = event.on - timedelta(days=event.days_past_due - NON_PERFORMING_FROM_DAY)
    return since
