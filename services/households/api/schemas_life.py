"""Shapes of a household's life: its history, its yearly incomes and its events."""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.households.api.schemas import HouseholdOut, MemberIn, Number
from shared.web.fields import Id, Input, IsoDate, LongText, Output, PositiveOrNoCents, ShortText, Timestamp, VillageCode
from shared.web.versions import Versioned

Year = Annotated[int, Field(strict=True, ge=1990, le=2200)]
People = Annotated[int, Field(strict=True, ge=1, le=99)]
Source = Literal["form", "department", "phone"]


class ChangeOut(Output):
    version: int
    at: Timestamp
    kind: str
    source: str
    actor_name: str
    changed: list[str]


class IncomePut(Versioned):
    """One year's income by kind, in cents (分). `people` shared it: the household's members when absent."""

    wage_cents: PositiveOrNoCents = Field(description="工资性收入")
    business_cents: PositiveOrNoCents = Field(description="生产经营性收入")
    property_cents: PositiveOrNoCents = Field(description="财产性收入")
    transfer_cents: PositiveOrNoCents = Field(description="转移性收入")
    business_costs_cents: PositiveOrNoCents = Field(default=0, description="生产经营性支出，从收入中扣除")
    living_spending_cents: PositiveOrNoCents | None = Field(default=None, description="生活消费支出，不扣除")
    people: People | None = None
    source: Source = "form"


class IncomeOut(Output):
    year: int
    people: int
    wage_cents: int
    business_cents: int
    property_cents: int
    transfer_cents: int
    business_costs_cents: int
    living_spending_cents: int | None
    net_cents: int
    net_per_head_cents: int
    at: Timestamp
    source: str
    actor_name: str


class IncomesOut(Output):
    """Newest year first; `version` is the household's."""

    items: list[IncomeOut]
    version: int


class Related(Input):
    member_id: Id
    relation: ShortText = Field(examples=["户主", "配偶", "之子"])


Relations = Annotated[list[Related], Field(max_length=30)]


class EventBase(Versioned):
    happened_on: IsoDate
    source: Source = "form"


class ArrivalIn(EventBase):
    """出生、婚入、迁入：someone whom the record does not have yet."""

    kind: Literal["birth", "marriage_in", "move_in"]
    member: MemberIn


class ReturnIn(EventBase):
    """回户：someone who lived here before."""

    kind: Literal["return"]
    member_id: Id
    relation: ShortText


class DeathIn(EventBase):
    """死亡. After a head, `relations` name the new head and everybody else's relation to that one."""

    kind: Literal["death"]
    member_id: Id
    relations: Relations = Field(default=[])


class DepartureIn(EventBase):
    """婚出、迁出; into another household of the record when `to_household_id` and the `relation` there are given."""

    kind: Literal["marriage_out", "move_out"]
    member_id: Id
    relations: Relations = Field(default=[])
    to_household_id: Id | None = None
    relation: ShortText | None = None


class NewHeadIn(EventBase):
    """换户主: everybody's relation to the new head."""

    kind: Literal["new_head"]
    relations: Relations


class MoveIn(EventBase):
    """全户迁移."""

    kind: Literal["move"]
    village_code: VillageCode
    group_name: ShortText | None = None
    address: LongText | None = None


class SplitIn(EventBase):
    """分户: `members` found the household `new_household_id`; `relations` are of those who stay, if the head goes."""

    kind: Literal["split"]
    members: Annotated[list[Related], Field(min_length=1, max_length=30)]
    relations: Relations = Field(default=[])
    new_household_id: Id | None = None
    village_code: VillageCode | None = None
    group_name: ShortText | None = None
    address: LongText | None = None
    phone: Number | None = None
    register_number: Number | None = None


class MergeIn(EventBase):
    """并户: all of `other_household_id` come here, with these relations, and that household closes."""

    kind: Literal["merge"]
    other_household_id: Id
    members: Annotated[list[Related], Field(min_length=1, max_length=30)]


EventIn = Annotated[
    ArrivalIn | ReturnIn | DeathIn | DepartureIn | NewHeadIn | MoveIn | SplitIn | MergeIn, Field(discriminator="kind")
]


class EventOut(Output):
    """One event of this household. `other_household_id` is null where the asker may not know of that one."""

    event_id: Id
    kind: str
    happened_on: IsoDate
    member_ids: list[Id]
    other_household_id: Id | None
    at: Timestamp
    source: str
    actor_name: str


class EventsOut(Output):
    items: list[EventOut]


class RecordedOut(Output):
    """`households`: how they stand after it, the one that was asked for first."""

    event_id: Id
    kind: str
    happened_on: IsoDate
    households: list[HouseholdOut]


class StayOut(Output):
    household_id: Id | None
    village_code: str | None
    relation: str
    joined_on: IsoDate | None
    left_on: IsoDate | None
    left_reason: str | None


class PathOut(Output):
    """The households of one person, oldest first; those that the asker may not know of are not named."""

    items: list[StayOut]


class HistoryOut(Output):
    """The record as it stood at `as_of` (now, when absent), with its incomes, and what happened until then."""

    record: dict[str, Any] | None
    incomes: list[IncomeOut]
    events: list[EventOut]
    changes: list[ChangeOut]
