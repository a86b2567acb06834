"""What would the bank have reported of a loan until today? Disbursement, yearly repayments, arrears."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bashan.demo.population.calendar import add_months
from bashan.demo.population.credit_file import DemoLoanEvent

CURED, CURRENT = "cured", "current"
NON_PERFORMING_DAYS = 91


@dataclass(frozen=True, slots=True)
class Terms:
    """A loan's number, principal in cents, first day and term in months."""

    number: str
    principal: int
    start: date
    months: int

    def instalments(self) -> list[tuple[date, int]]:
        """The yearly due dates with the principal due; the last one takes what does not divide."""
        years = self.months // 12
        each = self.principal // years
        parts = [each] * (years - 1) + [self.principal - each * (years - 1)]
        return [(add_months(self.start, 12 * (i + 1)), part) for i, part in enumerate(parts)]


_Line = tuple[str, date, int, int]


def paid_events(terms: Terms, today: date) -> tuple[DemoLoanEvent, ...]:
    """A loan whose every instalment due by today was paid on its day."""
    return _numbered(terms, [("repaid", due, part, 0) for due, part in terms.instalments() if due <= today])


def late_events(terms: Terms, today: date, cure: str, days: int) -> tuple[DemoLoanEvent, ...]:
    """As `paid_events`, but the last instalment due by today is late: paid after `days`, or still unpaid."""
    due_now = [(due, part) for due, part in terms.instalments() if due <= today]
    lines: list[_Line] = [("repaid", due, part, 0) for due, part in due_now[:-1]]
    due, part = due_now[-1]
    late_days = min(days, (today - due).days) if cure == CURED else (today - due).days
    lines.append(("overdue", due + timedelta(late_days), part, late_days))
    if cure == CURED:
        lines.append(("repaid", due + timedelta(late_days), part, 0))
    return _numbered(terms, lines)


def bad_events(terms: Terms, today: date, balance: int) -> tuple[DemoLoanEvent, ...]:
    """A one-year loan of which `balance` was not paid when due and is more than 90 days late today."""
    due = add_months(terms.start, terms.months)
    lines: list[_Line] = []
    if balance < terms.principal:
        lines.append(("repaid", due, terms.principal - balance, 0))
    stages = (30, NON_PERFORMING_DAYS, (today - due).days)
    lines += [("overdue", due + timedelta(days), balance, days) for days in stages]
    return _numbered(terms, lines)


def _numbered(terms: Terms, lines: Sequence[_Line]) -> tuple[DemoLoanEvent, ...]:
    balance = terms.principal
    events = [DemoLoanEvent(terms.number, 1, "disbursed", terms.start, balance, balance, 0)]
    for place, (kind, day, amount, days) in enumerate(lines, start=2):
        balance -= amount if kind == "repaid" else 0
        events.append(DemoLoanEvent(terms.number, place, kind, day, amount, balance, days))
    return tuple(events)
