"""Shapes of coverage by place, and of loads by unit and cadre."""

from services.cadres.api.duty_schemas import CoverageOut
from shared.web.fields import Id, Output


class PlaceCoverageOut(CoverageOut):
    code: str
    name: str | None


class PlacesCoverageOut(Output):
    items: list[PlaceCoverageOut]


class UnitLoadOut(Output):
    """Of the unit's cadres in office in the place: `idle` have no household, `least` and `most` are households a head,
    `above_bound` have more than their rank may have.
    """

    unit_id: Id
    name: str
    region_code: str
    cadres: int
    idle: int
    households: int
    least: int
    most: int
    above_bound: int


class UnitLoadsOut(Output):
    items: list[UnitLoadOut]
    next_cursor: str | None
    has_more: bool


class CadreLoadOut(Output):
    cadre_id: Id
    name: str
    unit_id: Id
    rank: str
    region_code: str
    households: int
    bound: int


class CadreLoadsOut(Output):
    items: list[CadreLoadOut]
    next_cursor: str | None
    has_more: bool
