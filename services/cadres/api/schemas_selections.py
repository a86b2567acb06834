"""Shapes of selections for posts, and of care for whoever is posted."""

from pydantic import Field

from services.cadres.domain.care import CareKind
from services.cadres.domain.posting import PostKind
from services.cadres.domain.selection import SelectionState, SelectionStep
from shared.web.fields import Id, Input, IsoDate, LongText, Output, PositiveCents, Timestamp, VillageCode


class SelectionIn(Input):
    village_code: VillageCode
    kind: PostKind
    cadre_id: Id
    statement: LongText | None = None


class SelectionStepIn(Input):
    """`note`: the unit's recommendation or the examination's findings."""

    to: SelectionStep
    note: LongText | None = None


class SelectionOut(Output):
    selection_id: Id
    village_code: str
    kind: PostKind
    cadre_id: Id
    cadre_name: str
    state: SelectionState
    allowed: list[str]
    statement: str | None
    recommendation: str | None
    findings: str | None
    applied_at: Timestamp


class SelectionsOut(Output):
    items: list[SelectionOut]
    next_cursor: str | None
    has_more: bool


class CareIn(Input):
    cadre_id: Id
    kind: CareKind
    on: IsoDate | None = Field(default=None, description="today when absent")
    amount_cents: PositiveCents | None = None
    note: LongText | None = None


class CareDueOut(Output):
    kind: CareKind
    last_on: IsoDate | None
    due_on: IsoDate
    overdue: bool


class PersonalCareOut(Output):
    village_code: str
    post_id: Id
    cadre_id: Id
    name: str
    due: list[CareDueOut]


class CareRecordOut(Output):
    care_id: Id
    cadre_id: Id
    kind: CareKind
    done_on: IsoDate
    amount_cents: int | None
    note: str | None


class CareOfPostOut(Output):
    people: list[PersonalCareOut]
    records: list[CareRecordOut]


class CareOverdueOut(Output):
    items: list[PersonalCareOut]
    next_cursor: str | None
    has_more: bool
