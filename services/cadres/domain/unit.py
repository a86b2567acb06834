"""An organisation that sends cadres, helps villages or pairs with them (domain rules 1.4)."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

UnitLevel = Literal["central", "province", "city", "county", "township", "village"]
UnitKind = Literal["party_branch", "government_unit", "public_institution", "enterprise", "cooperative", "joint_branch"]


@dataclass(frozen=True, slots=True)
class Unit:
    """`region_code` is the place that the unit belongs to; `level` that of its authority."""

    unit_id: UUID
    name: str
    level: UnitLevel
    kind: UnitKind
    region_code: str
    demonstration: bool = False
    version: int = 1
