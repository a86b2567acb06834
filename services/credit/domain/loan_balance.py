"""Where does a loan stand after what its bank reports?

Events of a loan are numbered by the bank from 1 and apply in that order; the first disburses. One that is settled
(结清) owes nothing. One that is written off (核销) is off its bank's books; what the borrower owes stays. Money in 分
(credit rules 2.7).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.credit.domain.record_errors import LoanEventRefused

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
    """Nothing when the event can be true of some loan, whosever it is. Raises LoanEventRefused naming the field."""
    if event.on > today:
        raise _refusal("on", "日期不能晚于今天。")
    if event.number == 1:
        _disbursed(event)
    elif event.kind == "disbursed":
        raise _refusal("kind", "一笔贷款只有第 1 条是发放（disbursed）。")


def loan_after(loan: Loan | None, event: LoanEvent) -> Loan:
    """The loan after the next event. Raises LoanEventRefused naming the field that cannot be so."""
    if loan is None:
        return _disbursed(event)
    if event.kind == "disbursed":
        raise _refusal("kind", "这笔贷款已经发放过，不能再次发放。")
    if event.on < loan.reported_on:
        raise _refusal("on", "日期早于这笔贷款上一次上报的日期。")
    if event.balance_cents > loan.balance_cents:
        raise _refusal("balance_cents", "余额不能比上一次上报的还多。")
    if event.kind == "repaid" and event.balance_cents != loan.balance_cents - event.amount_cents:
        raise _refusal("balance_cents", "余额要等于上一次余额减去这次还的本金。")
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
        raise _refusal("balance_cents", "结清以后余额和逾期天数都要为 0。")
    if event.amount_cents != loan.balance_cents:
        raise _refusal("amount_cents", "结清的金额要等于上一次上报的余额。")


def _check_written_off(loan: Loan, event: LoanEvent) -> None:
    if loan.balance_cents == 0:
        raise _refusal("kind", "这笔贷款已经还清，不能核销。")
    if event.balance_cents != loan.balance_cents or event.amount_cents != loan.balance_cents:
        raise _refusal("balance_cents", "核销只是银行销账，金额和余额都要等于借款人还欠的数。")


def _disbursed(event: LoanEvent) -> Loan:
    if event.kind != "disbursed" or event.number != 1:
        raise _refusal("kind", "一笔贷款的第 1 条要是发放（disbursed）。")
    if event.product is None:
        raise _refusal("product", "发放时要写明贷款产品。")
    if event.amount_cents <= 0 or event.balance_cents != event.amount_cents or event.days_past_due != 0:
        raise _refusal("balance_cents", "发放时余额要等于发放金额，逾期天数要为 0。")
    return Loan(event.product, event.amount_cents, event.amount_cents, event.on, 0, event.on, None, 1)


def _since(loan: Loan, event: LoanEvent) -> date | None:
    if event.days_past_due < NON_PERFORMING_FROM_DAY or event.balance_cents == 0:
        return None
    return loan.non_performing_since or event.on - timedelta(days=event.days_past_due - NON_PERFORMING_FROM_DAY)


def _refusal(field: str, message: str) -> LoanEventRefused:
    return LoanEventRefused(errors=[{"pointer": f"/{field}", "code": "loan_event_field", "message": message}])
