"""A pairing: one cadre answers for one registered poor household (report 四.6, 结对帮扶)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

PairingEndReason = Literal[
    "cadre_left",
    "rebalanced",
    "plan_undone",
    "household_asked",
    "household_gone",
    "not_registered",
    "entered_wrongly",
    "other",
]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Holds from `started_on` up to, and not including, `ended_on`; open while that is None."""

    pairing_id: UUID
    household_id: UUID
    cadre_id: UUID
    started_on: date
    ended_on: date | None = None
    end_reason: PairingEndReason | None = None
    end_note: str | None = None
    demonstration: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class HelpedHousehold:
    """What the households service lets be known of a household: its place, its head's masked name, its standing."""

    household_id: UUID
    village_code: str
    head: str
    people: int
    registered_poor: bool
    monitored: bool = False
    demonstration: bool = False
