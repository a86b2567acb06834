"""Why an event of a loan cannot be so: a code for each reason, so that a bank's program can tell them apart."""

from typing import ClassVar

from services.credit.domain.record_errors import LoanEventRefused


class LoanEventUnfit(LoanEventRefused):
    """Base of the reasons; `field` is the one to look at."""

    field: ClassVar[str] = "kind"

    def __init__(self) -> None:
        finding = {"pointer": f"/{self.field}", "code": self.code, "message": self.message}
        super().__init__(errors=[finding])


class EventInFuture(LoanEventUnfit):
    code = "loan_event_in_future"
    message = "日期不能晚于今天。"
    field = "on"


class DisbursedLater(LoanEventUnfit):
    code = "loan_event_disbursed_later"
    message = "一笔贷款只有第 1 条是发放（disbursed）。"


class DisbursedTwice(LoanEventUnfit):
    code = "loan_event_disbursed_twice"
    message = "这笔贷款已经发放过，不能再次发放。"


class NotDisbursedFirst(LoanEventUnfit):
    code = "loan_event_not_disbursed_first"
    message = "一笔贷款的第 1 条要是发放（disbursed）。"


class ProductMissing(LoanEventUnfit):
    code = "loan_event_product_missing"
    message = "发放时要写明贷款产品。"
    field = "product"


class DisbursedAmounts(LoanEventUnfit):
    code = "loan_event_disbursed_amounts"
    message = "发放时余额要等于发放金额，逾期天数要为 0。"
    field = "balance_cents"


class EventBeforeLast(LoanEventUnfit):
    code = "loan_event_before_last"
    message = "日期早于这笔贷款上一次上报的日期。"
    field = "on"


class BalanceGrew(LoanEventUnfit):
    code = "loan_event_balance_grew"
    message = "余额不能比上一次上报的还多。"
    field = "balance_cents"


class BalanceDiffers(LoanEventUnfit):
    code = "loan_event_balance_differs"
    message = "余额要等于上一次余额减去这次还的本金。"
    field = "balance_cents"


class SettledNotZero(LoanEventUnfit):
    code = "loan_event_settled_not_zero"
    message = "结清以后余额和逾期天数都要为 0。"
    field = "balance_cents"


class SettledAmount(LoanEventUnfit):
    code = "loan_event_settled_amount"
    message = "结清的金额要等于上一次上报的余额。"
    field = "amount_cents"


class NothingOwed(LoanEventUnfit):
    code = "loan_event_nothing_owed"
    message = "这笔贷款已经还清，不能核销。"


class WrittenOffAmount(LoanEventUnfit):
    code = "loan_event_written_off_amount"
    message = "核销只是银行销账，金额和余额都要等于借款人还欠的数。"
    field = "balance_cents"
