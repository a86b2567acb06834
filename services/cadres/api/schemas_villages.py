"""Shapes of pairings between organisations and villages."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from services.cadres.domain.village_pairing import ActivityKind, VillagePairingKind
from shared.web.fields import Count, Id, Input, IsoDate, LongText, Output, ShortText, VillageCode
from shared.web.versions import Versioned

Year = Annotated[int, Query(ge=2000, le=2200)]


class VillagePairingIn(Input):
    """`enterprise`: 两新联万村, `branch`: 支部结对共建, `joint_branch`: 联合党组织."""

    village_code: VillageCode
    unit_id: Id
    kind: VillagePairingKind
    start: IsoDate | None = Field(default=None, alias="from", description="today when absent")
    agreement: ShortText | None = Field(default=None, description="number of the agreement that was signed")


class VillagePairingEndIn(Versioned):
    note: LongText
    on: IsoDate | None = Field(default=None, description="first day without it; today when absent")


class VillagePairingOut(Output):
    village_pairing_id: Id
    village_code: str
    village: str | None
    unit_id: Id
    unit_name: str
    kind: VillagePairingKind
    agreement: str | None
    start: IsoDate = Field(serialization_alias="from")
    end: IsoDate | None = Field(serialization_alias="to")
    end_note: str | None
    version: int


class VillagePairingsOut(Output):
    items: list[VillagePairingOut]
    next_cursor: str | None
    has_more: bool


class ActivityIn(Input):
    kind: ActivityKind
    on: IsoDate | None = Field(default=None, description="today when absent")
    people: Count
    note: LongText | None = None


class ActivityOut(Output):
    activity_id: Id
    kind: ActivityKind
    held_on: IsoDate
    people: int
    note: str | None


class YearlyActivityOut(Output):
    kind: ActivityKind
    state: str = Field(examples=["done", "due", "missed"])
    held_on: list[IsoDate]


class PairingYearOut(Output):
    """`owed`: the five of the year for a paired branch; `held`: all that was recorded."""

    pairing: VillagePairingOut
    year: int
    owed: list[YearlyActivityOut]
    held: list[ActivityOut]


class PairingYearsOut(Output):
    items: list[PairingYearOut]
    next_cursor: str | None
    has_more: bool
