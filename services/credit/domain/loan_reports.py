"""What becomes of a loan when its bank reports an event, early, late or twice?

Events apply in the order of their numbers. One that comes before its turn waits; when its turn comes and it does not
fit, it is let go, and its bank sees from the next number that it has to send it again (credit rules 2.7).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.credit.domain.loan_balance import Loan, LoanEvent, loan_after
from services.credit.domain.record_errors import LoanEventDiffers, LoanEventRefused

APPLIED, WAITING, REPEATED, REFUSED = "applied", "waiting", "repeated", "refused"


@dataclass(frozen=True, slots=True)
class Standing:
    """A loan (None before its first event) and the events kept of it by number, applied and waiting."""

    loan: Loan | None = None
    applied: Mapping[int, LoanEvent] = field(default_factory=dict)
    waiting: Mapping[int, LoanEvent] = field(default_factory=dict)

    @property
    def next_event(self) -> int:
        return self.loan.last_event + 1 if self.loan else 1


def take_report(standing: Standing, event: LoanEvent) -> tuple[Standing, str]:
    """Where the loan stands after the report, and `applied`, `waiting` or `repeated`.

    Raises LoanEventDiffers for a known number with other content, LoanEventRefused for what cannot be.
    """
    known = standing.applied.get(event.number) or standing.waiting.get(event.number)
    if known is not None:
        if known != event:
            raise LoanEventDiffers
        return standing, REPEATED
    if event.number < standing.next_event:
        # It was here, and what it said has been deleted in its time: it does not come back.
        return standing, REPEATED
    if event.number != standing.next_event:
        return replace(standing, waiting={**standing.waiting, event.number: event}), WAITING
    return _with_those_that_waited(_apply(standing, event)), APPLIED


def _apply(standing: Standing, event: LoanEvent) -> Standing:
    loan = loan_after(standing.loan, event)
    return Standing(loan, {**standing.applied, event.number: event}, _without(standing.waiting, event.number))


def _with_those_that_waited(standing: Standing) -> Standing:
    while (following := standing.waiting.get(standing.next_event)) is not None:
        try:
            standing = _apply(standing, following)
        except LoanEventRefused:
            return replace(standing, waiting=_without(standing.waiting, following.number))
    return standing


def _without(events: Mapping[int, LoanEvent], number: int) -> dict[int, LoanEvent]:
    return {kept: event for kept, event in events.items() if kept != number}
