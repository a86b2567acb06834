"""What may come after what in the life of a grade? (credit rules 2.4)

    DRAFT → COLLECTED → SCORED → GROUP_REVIEW → VILLAGE_REVIEW → NOTICE_1 → TOWN_REVIEW → NOTICE_2 → COUNTY_ENTRY
    → EFFECTIVE → ANNUAL_REVIEW …, ended by EXPIRED, REVOKED or WITHDRAWN

An objection that finds an error sends the course back to COLLECTED, and until the first notice a reason does; a
suspended grade returns to where it stood.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    DRAFT = "DRAFT"
    COLLECTED = "COLLECTED"
    SCORED = "SCORED"
    GROUP_REVIEW = "GROUP_REVIEW"
    VILLAGE_REVIEW = "VILLAGE_REVIEW"
    NOTICE_1 = "NOTICE_1"
    TOWN_REVIEW = "TOWN_REVIEW"
    NOTICE_2 = "NOTICE_2"
    COUNTY_ENTRY = "COUNTY_ENTRY"
    EFFECTIVE = "EFFECTIVE"
    ANNUAL_REVIEW = "ANNUAL_REVIEW"
    SUSPENDED = "SUSPENDED"
    DOWNGRADED = "DOWNGRADED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    WITHDRAWN = "WITHDRAWN"


COURSE = tuple(State)[: tuple(State).index(State.EFFECTIVE)]
"""The stages before the grade takes effect, in order."""
IN_EFFECT = (State.EFFECTIVE, State.ANNUAL_REVIEW, State.DOWNGRADED)
"""In these the grade that the case carries counts."""
ENDED = (State.EXPIRED, State.REVOKED, State.WITHDRAWN)

_ALIVE = (State.ANNUAL_REVIEW, State.DOWNGRADED, State.SUSPENDED, State.EXPIRED, State.REVOKED)
_FORWARD = dict(zip(COURSE, (*COURSE[1:], State.EFFECTIVE), strict=True))
BEFORE_NOTICES = COURSE[COURSE.index(State.COLLECTED) : COURSE.index(State.NOTICE_1)]
"""Nothing has been made public yet: what is missing or wrong may still be collected anew, with a reason."""

NEXT: Mapping[State, tuple[State, ...]] = {
    **{state: (after, *((State.COLLECTED,) if state is not State.DRAFT else ())) for state, after in _FORWARD.items()},
    **dict.fromkeys(IN_EFFECT, _ALIVE),
    State.SUSPENDED: (*IN_EFFECT, State.EXPIRED, State.REVOKED),
    **dict.fromkeys(ENDED, ()),
}
"""The moves that people may ask for. WITHDRAWN is none of them: it follows by itself from a withdrawn consent."""
