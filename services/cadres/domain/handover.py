"""A departure is announced, and what the cadre answers for is handed over, household by household (交接)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

DepartureReason = Literal["transferred", "promoted", "retired", "recalled", "resigned", "long_leave", "died", "other"]
DepartureState = Literal["open", "completed", "cancelled"]
HandoverState = Literal["proposed", "accepted", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Departure:
    """`leaves_on` is the first day without this cadre; it may lie ahead."""

    departure_id: UUID
    cadre_id: UUID
    leaves_on: date
    reason: DepartureReason
    note: str | None = None
    state: DepartureState = "open"


@dataclass(frozen=True, slots=True)
class Handover:
    """One household proposed to another cadre, who accepts or refuses it. `pairing_id` is the one that would end."""

    handover_id: UUID
    household_id: UUID
    pairing_id: UUID
    from_cadre_id: UUID
    to_cadre_id: UUID
    departure_id: UUID | None = None
    state: HandoverState = "proposed"
    answer_note: str | None = None
