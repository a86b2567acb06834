"""Shapes of the question how many heads of households are of which sex and age."""

from uuid import UUID

from pydantic import Field

from shared.web.fields import Input, IsoDate, Output


class HeadsOfGroupIn(Input):
    name: str = Field(max_length=100)
    households: list[UUID] = Field(max_length=20_000)


class HeadsIn(Input):
    day: IsoDate
    groups: list[HeadsOfGroupIn] = Field(max_length=100)


class HeadsOfGroupOut(Output):
    name: str
    by_sex: dict[str, int]
    by_age: dict[str, int]


class HeadsOut(Output):
    items: list[HeadsOfGroupOut]
