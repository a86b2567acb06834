"""Where does a loan stand after what its bank reports?

Events of a loan are numbered by the bank from 1 and apply in that order; the first disburses. One that is settled
(结清) owes nothing. One that is written off (核销) is off its bank's books; what the borrower owes stays. Money in 分
(credit rules 2.7).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.credit.domain import loan_event_errors as why

NON_PERFORMING_FROM_DAY = 91
WRITTEN_OFF = "written_off"
KINDS = ("disbursed", "repaid", "overdue", "settled", WRITTEN_OFF)


@dataclass(frozen=True, slots=True)
class LoanEvent:
    """`balance_cents` and `days_past_due` are what the bank says after the event."""

    number: int
    kind: str
    on: date
    amount_cents: int
    balance_cents: int
    days_past_due: int
    product: str | None


@dataclass(frozen=True, slots=True)
class Loan:
    """`non_performing_since` is the day on which it came to be more than 90 days past due.

    `written_off_on`: since when it is off its bank's books; what the borrower owes still stands in `balance_cents`.
    """

    product: str
    principal_cents: int
    balance_cents: int
    disbursed_on: date
    days_past_due: int
    reported_on: date
    non_performing_since: date | None
    last_event: int
    written_off_on: date | None = None


def check_event(event: LoanEvent, today: date) -> None:
    """Nothing when the event can be true of some loan, whosever it is. Raises LoanEventUnfit naming the field."""
    if event.on > today:
        raise why.EventInFuture
    if event.number == 1:
        _disbursed(event)
    elif event.kind == "disbursed":
        raise why.DisbursedLater


def loan_after(loan: Loan | None, event: LoanEvent) -> Loan:
    """The loan after the next event. Raises LoanEventUnfit naming the field that cannot be so."""
    if loan is None:
        return _disbursed(event)
    if event.kind == "disbursed":
        raise why.DisbursedTwice
    if event.on < loan.reported_on:
        raise why.EventBeforeLast
    if event.balance_cents > loan.balance_cents:
        raise why.BalanceGrew
    if event.kind == "repaid" and event.balance_cents != loan.balance_cents - event.amount_cents:
        raise why.BalanceDiffers
    if event.kind == "settled":
        _check_settled(loan, event)
    if event.kind == WRITTEN_OFF:
        _check_written_off(loan, event)
    return replace(
        loan,
        balance_cents=event.balance_cents,
        days_past_due=event.days_past_due,
        reported_on=event.on,
        non_performing_since=_since(loan, event),
        last_event=event.number,
        written_off_on=event.on if event.kind == WRITTEN_OFF else loan.written_off_on,
    )


def _check_settled(loan: Loan, event: LoanEvent) -> None:
    if event.balance_cents != 0 or event.days_past_due != 0:
        raise why.SettledNotZero
    if event.amount_cents != loan.balance_cents:
        raise why.SettledAmount


def _check_written_off(loan: Loan, event: LoanEvent) -> None:
    if loan.balance_cents == 0:
        raise why.NothingOwed
    if event.balance_cents != loan.balance_cents or event.amount_cents != loan.balance_cents:
        raise why.WrittenOffAmount


def _disbursed(event: LoanEvent) -> Loan:
    if event.kind != "disbursed" or event.number != 1:
        raise why.NotDisbursedFirst
    if event.product is None:
        raise why.ProductMissing
    if event.amount_cents <= 0 or event.balance_cents != event.amount_cents or event.days_past_due != 0:
        raise why.DisbursedAmounts
    return Loan(event.product, event.amount_cents, event.amount_cents, event.on, 0, event.on, None, 1)


def _since(loan: Loan, event: LoanEvent) -> date | None:
    if event.days_past_due < NON_PERFORMING_FROM_DAY or event.balance_cents == 0:
        return None
    return loan.non_performing_since or event.on - timedelta(days=event.days_past_due - NON_PERFORMING_FROM_DAY)
