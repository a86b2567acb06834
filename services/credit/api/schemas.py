"""Shapes of the credit API. Money in 分; bands AAA, AA, A, none, vetoed, not_rated."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, WithJsonSchema

from services.credit.api.schemas_negative import StatementOut
from services.credit.api.schemas_titles import TitleOut
from services.credit.domain.fact_fields import FACT_FIELDS, WholeNumber
from shared.web.fields import Id, Input, IsoDate, Output, RegionCode, ShortText, Timestamp, Whole
from shared.web.versions import Versioned

CardId = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9-]{1,64}$")]
# Another level than the one asked for has an answer of its own, which names the level.
VillageOfTitle = Annotated[RegionCode, WithJsonSchema({"type": "string", "pattern": "^[0-9]{12}$"})]
TownshipOfTitle = Annotated[RegionCode, WithJsonSchema({"type": "string", "pattern": "^[0-9]{9}$"})]
Purpose = Literal["loan_review", "post_loan", "objection"]
Skill = Literal["none", "training", "certificate"]


def _show_bounds(schema: dict[str, Any]) -> None:
    for name, kind in FACT_FIELDS.items():
        if isinstance(kind, WholeNumber) and name in schema["properties"]:
            schema["properties"][name]["anyOf"][0] |= {"minimum": kind.least, "maximum": kind.most}


class FactsIn(Versioned):
    """A field left out is missing; `null` in the two record fields says that there is no record.

    The domain checks the bounds that are shown here (`fact_fields.py`), and refuses what may never be scored.
    """

    model_config = ConfigDict(json_schema_extra=_show_bounds)

    workers: Whole | None = None
    skill: Skill | None = None
    people: Whole | None = None
    net_income_cents: Whole | None = None
    county_median_cents: Whole | None = None
    bills_ok: Whole | None = None
    bills_due: Whole | None = Field(default=None, description="0 = no record")
    debt_service_cents: Whole | None = None
    net_assets_cents: Whole | None = None
    income_sources: Whole | None = None
    insurance_orders: Whole | None = None
    worst_days_past_due: Whole | None = Field(default=None, description="null = no record")
    months_since_first_loan: Whole | None = Field(default=None, description="null = none")
    lenders: Whole | None = None


class PreviewIn(Input):
    card: CardId = Field(examples=["rural-household"])
    facts: dict[str, Any] = Field(max_length=40)
    as_of: IsoDate


class ReasonOut(Output):
    code: str = Field(examples=["rural-household@1/A2/none"])
    text: str


class ImprovementOut(Output):
    attribute: str
    from_points: int
    to_points: int
    text: str


class TimeOnlyOut(Output):
    """What only time changes: the first day on which a scoring gives this attribute more points."""

    attribute: str = Field(examples=["D2"])
    on: IsoDate
    to_points: int
    text: str


class CardOut(Output):
    id: str
    version: int
    sha256: str


class PreviewOut(Output):
    total: int | None
    band: str
    vetoes: list[str]
    points: dict[str, int | None]
    reasons: list[ReasonOut]
    improvements: list[ImprovementOut]
    card: CardOut
    trace_sha256: str
    missing: list[str]


class FileOut(Output):
    household_id: Id
    village_code: str
    facts: dict[str, Any]
    vetoes: list[str]
    version: int
    source: str
    entered_at: Timestamp
    objection: bool = Field(default=False, description="异议标注：有异议还在处理")
    statements: list[StatementOut] = Field(default=[], description="户主对不良信息的声明")


class VetoOpenedOut(FileOut):
    veto_id: Id = Field(description="解除这项否决时要用的编号")


class ReviewsIn(Versioned):
    reviews: list[Annotated[int, Field(strict=True, ge=0, le=10)]] = Field(min_length=1, max_length=1000)


class GradeOut(Output):
    """`review`: how to have the grade looked at by a person (PIPL 24)."""

    household_id: Id
    grade: str = Field(description="AAA, AA, A, none, vetoed or not_rated")
    total: int | None
    in_effect: bool
    basis: Literal["initial", "course"]
    case_id: Id | None
    state: str = Field(examples=["EFFECTIVE"])
    objection: bool = Field(description="异议标注：有异议还在处理")
    as_of: IsoDate
    effective_on: IsoDate
    valid_until: IsoDate
    card: CardOut
    reasons: list[ReasonOut]
    decision: str | None = Field(description="等级由工作人员定、和分数不一致时的说明")
    statements: list[StatementOut] = Field(description="户主对所列不良信息的声明")
    review: str


class ExplanationOut(GradeOut):
    points: dict[str, int | None]
    maximum: dict[str, int]
    titles: dict[str, str]
    improvements: list[ImprovementOut]
    time_only: list[TimeOnlyOut]
    trace_sha256: str
    trace_replays: bool
    objection: bool = Field(description="异议标注：有异议还在处理")


class TraceOut(Output):
    """`trace` is made anew from the facts of the day of the scoring; null when they are kept no longer."""

    household_id: Id
    grade: str
    as_of: IsoDate
    card: CardOut
    facts_version: int
    trace: dict[str, Any] | None
    trace_sha256: str = Field(description="as it was stored with the score")
    trace_replays: bool


class RunIn(Input):
    region: RegionCode
    card: CardId = "rural-household"
    run_id: Id | None = None


class RunOut(Output):
    run_id: Id
    region: str
    card: str
    as_of: IsoDate
    state: str
    by_band: dict[str, int]
    may_take_over: bool = Field(description="ordered by a city official, so that a second one may confirm it")
    confirmed: bool
    effective_on: IsoDate | None
    valid_until: IsoDate | None


class JobOut(Output):
    job_id: Id
    kind: str
    state: Literal["queued", "running", "succeeded", "failed"]
    done: int
    total: int
    accepted: int
    refused: int
    errors_url: str | None
    failure: str | None
    result: dict[str, Any]


class CardLineOut(Output):
    card_id: str
    version: int
    status: str = Field(description="draft 草稿，approved 已批准，retired 已被新版替换")
    sha256: str
    effective_from: IsoDate
    proposed_by: str
    approved_by: str | None


class CardsOut(Output):
    items: list[CardLineOut]


class CardProposalIn(Input):
    document: dict[str, Any]


class CardVersionIn(Input):
    version: Annotated[int, Field(strict=True, ge=1, le=10_000)]


class TestOut(Output):
    """To others than the officials `numerator` and `denominator` are rounded down to a multiple of five, null below
    five, and null where they are money."""

    name: str
    numerator: int | None
    denominator: int | None
    threshold: int
    rule: str
    result: Literal["pass", "fail", "not_measurable"]


class VillageGradeOut(Output):
    code: str
    verdict: bool
    stars: int
    policy_version: str
    as_of: IsoDate
    tests: list[TestOut]
    title: TitleOut | None = Field(description="这个村持有或者最近一次持有的称号；还没有授过为空")


class TownshipGradeOut(Output):
    code: str
    verdict: bool
    may_apply: bool
    policy_version: str
    as_of: IsoDate
    tests: list[TestOut]
    title: TitleOut | None


class SummaryOut(Output):
    region: str
    households: int
    poor_households: int
    rated_households: int
    credit_households: int
    by_band: dict[str, int]
    credit_villages: int
    credit_townships: int
    loans: int
    loan_amount_cents: int
    counted_at: Timestamp = Field(
        description="a county's figures and wider ones are counted every few minutes, a township's for each answer"
    )


class LookOut(Output):
    look_id: Id
    at: Timestamp
    kind: Literal["bank_query", "look"]
    who: str
    what: str
    status: str | None
    reference: str | None
    text: str = Field(examples=["示范银行于 5 月 3 日查询（贷款审查），已答复。"])


class LooksOut(Output):
    items: list[LookOut]
    next_cursor: str | None
    has_more: bool


class VetoIn(Input):
    veto_id: Id | None = None
    code: Literal["V1", "V2", "V3", "V4", "V5"]
    evidence: ShortText
    source: ShortText
    person: Literal["head", "spouse"] = Field(default="head", description="户主或者配偶本人；其他家人的事不能算")
    opened_on: IsoDate = Field(description="V4 填查实的那一天")
    expires_on: IsoDate | None = Field(default=None, description="V5 必填：刑满之日起满五年的那一天")
