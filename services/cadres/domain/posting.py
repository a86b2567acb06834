"""A posting: someone holds one of a village's five posts for a time (report 三.3, 五个一)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, get_args
from uuid import UUID

PostKind = Literal["liaison_leader", "helping_unit", "first_secretary", "resident_team", "agri_technician"]
POST_KINDS: tuple[PostKind, ...] = get_args(PostKind)
FIRST_SECRETARY: Final = "first_secretary"
RESIDENT_TEAM: Final = "resident_team"

# A helping unit is a unit, and a resident team goes by the unit that sends it; a person holds the others.
HELD_BY_UNITS: frozenset[PostKind] = frozenset({"helping_unit", RESIDENT_TEAM})

TeamRole = Literal["leader", "mid_level", "township", "member"]
TEAM_LEADER: Final = "leader"

PostEndReason = Literal[
    "term_over", "transferred", "promoted", "retired", "died", "ill", "recalled", "resigned", "entered_wrongly", "other"
]
TERM_OVER: Final = "term_over"
RECALLED: Final = "recalled"
RESIGNED: Final = "resigned"


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One person of a resident team; with the part that the person has in it."""

    cadre_id: UUID
    role: TeamRole


@dataclass(frozen=True, slots=True)
class Posting:
    """Holds from `started_on` up to, and not including, `ended_on`; `term_ends_on` is the first day after its term.

    Exactly one of `cadre_id` and `unit_id` is set, as the kind of post wants it.
    """

    post_id: UUID
    village_code: str
    kind: PostKind
    started_on: date
    cadre_id: UUID | None = None
    unit_id: UUID | None = None
    members: tuple[TeamMember, ...] = field(default=())
    letter: str | None = None
    term_ends_on: date | None = None
    ended_on: date | None = None
    end_reason: PostEndReason | None = None
    end_note: str | None = None
    demonstration: bool = False
    version: int = 1

    @property
    def people(self) -> tuple[UUID, ...]:
        """Every cadre whom this posting binds."""
        own = (self.cadre_id,) if self.cadre_id else ()
        return own + tuple(member.cadre_id for member in self.members)
