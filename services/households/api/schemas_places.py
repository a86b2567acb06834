"""Shapes of places: what they are, were called and became."""

from typing import Annotated, Literal

from pydantic import Field

from shared.web.fields import Input, IsoDate, Output, ShortText, VillageCode


class RegionOut(Output):
    """`ended_on` and `successor` stand with a village that was merged into another."""

    code: str = Field(examples=["511921122"])
    name: str = Field(examples=["龙凤场镇"])
    level: str = Field(examples=["township"])
    kind: str
    parent: str | None
    poor_village: bool
    ended_on: IsoDate | None = None
    successor: str | None = None


class RegionsOut(Output):
    items: list[RegionOut]


class RenameIn(Input):
    kind: Literal["rename"]
    name: ShortText
    happened_on: IsoDate
    document: ShortText = Field(description="批复文号")


class MergePlaceIn(Input):
    """`name` and `place_kind` say what `into` is, when it is a new code."""

    kind: Literal["merge"]
    into: VillageCode
    happened_on: IsoDate
    document: ShortText = Field(description="批复文号")
    name: ShortText | None = None
    place_kind: Literal["village", "community"] | None = None


PlaceChangeIn = Annotated[RenameIn | MergePlaceIn, Field(discriminator="kind")]


class PlaceChangeOut(Output):
    code: str
    kind: str
    happened_on: IsoDate
    old_name: str
    name: str
    into: str | None
    document: str


class PlaceChangesOut(Output):
    """What happened to the place and to those that were merged into it, latest first."""

    items: list[PlaceChangeOut]
