"""Shapes of what partner banks send and read. Money in 分."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.credit.api.schemas import Purpose
from services.credit.api.schemas_negative import StatementOut
from shared.web.fields import Id, Input, IsoDate, Output, ShortText, Timestamp

# What a bank calls its own things: shown back to it and to the household, so without control characters.
PartnerName = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")
]


class QueryIn(Input):
    household_id: Id | None = None
    id_number: Annotated[str, StringConstraints(strict=True, min_length=15, max_length=32)] | None = None
    consent_id: Id
    purpose: Purpose
    reference: PartnerName


class QueriesIn(Input):
    queries: list[QueryIn] = Field(min_length=1, max_length=1000)


class ResultOut(Output):
    reference: str
    status: Literal["ok", "refused"]
    code: str | None = Field(description="consent_invalid for every refusal")
    grade: str | None
    valid_until: IsoDate | None
    reasons: list[str]
    card_version: str | None
    as_of: IsoDate | None
    objection: bool = Field(description="异议标注：户主对等级提出的异议还在处理")
    statements: list[StatementOut] = Field(description="户主对所列不良信息的声明")


class ResultsOut(Output):
    results: list[ResultOut]


class LoggedQueryOut(Output):
    query_id: Id
    at: Timestamp
    reference: str
    purpose: str
    status: str


class QueryLogOut(Output):
    items: list[LoggedQueryOut]
    next_cursor: str | None
    has_more: bool


class LoanEventIn(Input):
    household_id: Id | None = None
    id_number: Annotated[str, StringConstraints(strict=True, min_length=15, max_length=32)] | None = None
    loan_number: PartnerName
    event_number: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    kind: Literal["disbursed", "repaid", "overdue", "settled", "written_off"]
    on: IsoDate
    amount_cents: Annotated[int, Field(strict=True, ge=0, le=10**12)]
    balance_cents: Annotated[int, Field(strict=True, ge=0, le=10**12)]
    days_past_due: Annotated[int, Field(strict=True, ge=0, le=36_500)] = 0
    product: ShortText | None = None


class LoanEventsIn(Input):
    events: list[LoanEventIn] = Field(min_length=1, max_length=200)


class LoanEventOut(Output):
    loan_number: str
    event_number: int
    status: Literal["applied", "waiting", "repeated", "refused"]
    next_event: int | None = Field(description="the number of this loan's event that is to come next")
    code: str | None
    message: str | None


class LoanEventsOut(Output):
    results: list[LoanEventOut]
