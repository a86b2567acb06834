"""Between the shapes of a household's own report, of which negative facts are a part, and the domain's."""

from dataclasses import asdict
from datetime import date

from services.credit.api.convert import explanation_out, look_out
from services.credit.api.convert_course import objection_out
from services.credit.api.convert_use_of_money import follow_up_out
from services.credit.api.schemas_consents import ConsentOut
from services.credit.api.schemas_negative import NegativeFactOut
from services.credit.api.schemas_report import LoanOut, ReportFileOut, ReportOut
from services.credit.domain.vetoes import VETOES
from services.credit.storage.loan_repository import NumberedLoan
from services.credit.storage.negative_repository import Noted
from services.credit.use_cases.read_report import Report

RIGHTS = (
    "这份报告免费。内容有错，可以提出异议，{days} 天内答复；不同意的不良信息，可以写下自己的说明；"
    "给银行的授权，随时可以收回。"
)
_LATE = {"late": "银行上报：有借款到期没有按时还", "entered": "工作人员登记：有借款到期没有按时还"}


def report_out(report: Report, today: date) -> ReportOut:
    file = report.file
    return ReportOut(
        household_id=report.household_id,
        made_at=report.made_at,
        explanation=None if report.explanation is None else explanation_out(report.explanation, today),
        file=None if file is None else ReportFileOut.model_validate(file, from_attributes=True),
        loans=[_loan(one) for one in report.loans],
        negative_facts=[fact_out(one) for one in report.negative_facts],
        use_of_money=[follow_up_out(one) for one in report.use_of_money],
        objections=[objection_out(one, today) for one in report.objections],
        consents=[ConsentOut.model_validate(one, from_attributes=True) for one in report.consents],
        queries=[look_out(one) for one in report.looks],
        more_queries=report.more_looks,
        rights=RIGHTS.format(days=report.answer_days),
    )


def fact_out(one: Noted) -> NegativeFactOut:
    fact, notice = one.fact, one.notice
    return NegativeFactOut(
        fact=fact.key,
        kind=fact.kind,
        code=fact.code,
        text=VETOES[fact.code.removeprefix("veto/")] if fact.kind == "veto" else _LATE[fact.kind],
        began_on=fact.began_on,
        ended_on=fact.ended_on,
        kept_until=fact.kept_until,
        told_on=notice.told_on,
        how=notice.how,
        statement=notice.statement,
        statement_on=notice.statement_on,
    )


def _loan(one: NumberedLoan) -> LoanOut:
    shown = {name: value for name, value in asdict(one.loan).items() if name in LoanOut.model_fields}
    return LoanOut(partner_id=one.partner_id, loan_number=one.loan_number, **shown)
