"""An organisation that sends cadres, helps villages or pairs with them (report 三.3)."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

UnitLevel = Literal["central", "province", "city", "county", "township", "village"]
UnitKind = Literal[
    "party_branch",
    "government_unit",
    "public_institution",
    "enterprise",
    "cooperative",
    "social_organisation",
    "joint_branch",
]
JointKind = Literal["adjacent", "industry", "complementary", "key_groups"]
"""What a joint branch (联合党组织) is built on: 地域相邻、产业相融、村企互补、重点群体 (report 四.2)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`region_code` is the place that the unit belongs to; `level` that of its authority. Only a joint branch has a
    `joint_kind`.
    """

    unit_id: UUID
    name: str
    level: UnitLevel
    kind: UnitKind
    region_code: str
    demonstration: bool = False
    version: int = 1
    joint_kind: JointKind | None = None


def joint_kind_fits(unit: Unit) -> bool:
    """A joint branch may say what it is built on, nobody else."""
    return unit.joint_kind is None or unit.kind == "joint_branch"
