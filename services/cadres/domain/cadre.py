"""A cadre: a person of a unit who answers for households or holds a post (report 三.3)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

Rank = Literal[
    "city_leader", "county_leader", "section_head", "deputy_section_head", "staff", "technician", "party_member"
]


@dataclass(frozen=True, slots=True)
class Cadre:
    """In office from `valid_from` up to, and not including, `valid_to`. `phone` is plain here, encrypted at rest.

    `subject` binds the cadre to a login of the gateway. `region_code` is the place where the cadre works.
    """

    cadre_id: UUID
    unit_id: UUID
    name: str
    rank: Rank
    region_code: str
    valid_from: date
    valid_to: date | None = None
    phone: str | None = None
    subject: str | None = None
    demonstration: bool = False
    version: int = 1

    def in_office(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def mask_phone(number: str) -> str:
    """First three and last four digits, as lists show it (API conventions, 8)."""
    return f"{number[:3]}{'*' * max(0, len(number) - 7)}{number[-4:]}"
