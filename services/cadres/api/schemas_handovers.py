"""Shapes of departures and hand-overs."""

from pydantic import Field

from services.cadres.api.duty_schemas import PairingOut
from services.cadres.api.schemas_tasks import ProblemLineOut, TaskOut
from services.cadres.domain.handover import DepartureReason
from shared.web.fields import Id, Input, IsoDate, LongText, Output, ShortText, Timestamp


class DepartureIn(Input):
    cadre_id: Id
    leaves_on: IsoDate = Field(description="first day without this cadre; may lie ahead")
    reason: DepartureReason
    note: LongText | None = None


class DepartureLineOut(Output):
    departure_id: Id
    cadre_id: Id
    cadre_name: str
    region_code: str
    leaves_on: IsoDate
    reason: str
    note: str | None
    state: str = Field(examples=["open", "completed", "cancelled"])
    open_households: int


class DeparturesOut(Output):
    items: list[DepartureLineOut]
    next_cursor: str | None
    has_more: bool


class OpenPostOut(Output):
    post_id: Id
    village_code: str
    kind: str
    term_ends_on: IsoDate | None


class HandoverIn(Input):
    """A household goes from its present cadre to this one, who has to accept."""

    household_id: Id
    to_cadre_id: Id
    departure_id: Id | None = None


class HandoverRefusalIn(Input):
    reason: ShortText


class HandoverOut(Output):
    handover_id: Id
    household_id: Id
    village_code: str | None
    village: str | None
    head: str | None = Field(description="masked", examples=["李**"])
    from_cadre_id: Id
    from_name: str
    to_cadre_id: Id
    to_name: str
    departure_id: Id | None
    state: str = Field(examples=["proposed", "accepted", "refused", "withdrawn"])
    answer_note: str | None
    proposed_at: Timestamp


class HandoversOut(Output):
    items: list[HandoverOut]
    next_cursor: str | None
    has_more: bool


class OwnHandoversOut(Output):
    """`to_answer` waits for this cadre, `offered` are its own households that wait for others."""

    to_answer: list[HandoverOut]
    offered: list[HandoverOut]


class DepartureOut(DepartureLineOut):
    """With all that the cadre still answers for: of households, posts, tasks and duties nothing may be left when the
    departure is completed. Problems of the ledger and a household's tasks go with the household."""

    households: list[PairingOut]
    posts: list[OpenPostOut]
    tasks: list[TaskOut]
    problems: list[ProblemLineOut]
    handovers: list[HandoverOut]
