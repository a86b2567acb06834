"""The shape of a household's own credit report: all that is kept of it, in one document."""

from typing import Any

from pydantic import Field

from services.credit.api.schemas import ExplanationOut, LookOut
from services.credit.api.schemas_consents import ConsentOut
from services.credit.api.schemas_course import ObjectionOut
from services.credit.api.schemas_negative import NegativeFactOut
from services.credit.api.schemas_use_of_money import FollowUpOut
from shared.web.fields import Id, IsoDate, Output, Timestamp


class LoanOut(Output):
    """As its bank last reported it, in 分."""

    partner_id: str
    loan_number: str
    product: str
    principal_cents: int
    balance_cents: int
    disbursed_on: IsoDate
    days_past_due: int
    reported_on: IsoDate
    non_performing_since: IsoDate | None
    written_off_on: IsoDate | None


class ReportFileOut(Output):
    """The credit file as it stands; a fact that is not there is not known."""

    facts: dict[str, Any]
    vetoes: list[str]
    version: int
    source: str
    entered_at: Timestamp


class ReportOut(Output):
    household_id: Id
    made_at: Timestamp
    explanation: ExplanationOut | None = Field(description="等级、理由和提高的办法；还没有评级为空")
    file: ReportFileOut | None = Field(description="信用档案；还没有建档为空")
    loans: list[LoanOut]
    negative_facts: list[NegativeFactOut] = Field(description="不良信息；户主看了就算告知")
    use_of_money: list[FollowUpOut] = Field(description="走访时看到的贷款用途")
    objections: list[ObjectionOut]
    consents: list[ConsentOut]
    queries: list[LookOut] = Field(description="谁查过，最近 100 条；更早的在查询记录里逐页看")
    more_queries: bool
    rights: str
