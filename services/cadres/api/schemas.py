"""Shapes of units and cadres. A phone comes in plain, goes out masked."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.cadres.domain.cadre import Rank
from services.cadres.domain.unit import JointKind, UnitKind, UnitLevel
from shared.web.fields import Id, Input, IsoDate, Output, Reference, RegionCode, ShortText
from shared.web.versions import Versioned

Phone = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^(1[3-9][0-9]{9}|0[1-9][0-9]{8,10})$"),
    Field(examples=["13800000001"]),
]


class UnitFields(Input):
    name: ShortText
    level: UnitLevel
    kind: UnitKind
    region_code: RegionCode
    joint_kind: JointKind | None = Field(default=None, description="what a joint branch is built on")


class UnitIn(UnitFields):
    unit_id: Id | None = None


class UnitPut(UnitFields, Versioned):
    """All of a unit's own fields."""


class UnitOut(Output):
    unit_id: Id
    name: str
    level: str
    kind: str
    region_code: str
    joint_kind: str | None
    demonstration: bool
    version: int


class UnitsOut(Output):
    items: list[UnitOut]
    next_cursor: str | None
    has_more: bool


class CadreFields(Input):
    """`phone` left out of a replacement keeps the one that is stored; null removes it."""

    unit_id: Id
    name: ShortText
    rank: Rank
    region_code: RegionCode
    valid_from: IsoDate
    valid_to: IsoDate | None = None
    phone: Phone | None = None
    subject: Reference | None = Field(default=None, description="the login that this cadre uses")


class CadrePut(CadreFields, Versioned):
    """All of a cadre's own fields."""


class CadreIn(CadreFields):
    cadre_id: Id | None = None


class CadreOut(Output):
    cadre_id: Id
    unit_id: Id
    name: str
    rank: str
    region_code: str
    valid_from: IsoDate
    valid_to: IsoDate | None
    phone: str | None = Field(examples=["138****0001"])
    subject: str | None
    demonstration: bool
    version: int


class CadresOut(Output):
    items: list[CadreOut]
    next_cursor: str | None
    has_more: bool


class CadreSearchIn(Input):
    region: RegionCode
    name: ShortText | None = None
    phone: Phone | None = None
    limit: Annotated[int, Field(strict=True, ge=1, le=100)] = 20


class CadresFoundOut(Output):
    """The first `limit` that fit."""

    items: list[CadreOut]


class UnmaskIn(Input):
    reason: ShortText


class UnmaskedOut(Output):
    cadre_id: Id
    phone: str | None
