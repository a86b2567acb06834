"""What may come after what when a household comes onto the poverty list or leaves it? (三审两公示一录入, report 四.8)

    APPLIED → GROUP_REVIEW → VILLAGE_REVIEW → COMMITTEE_CONFIRMED → NOTICE_1 → TOWN_REVIEW → NOTICE_2 → COUNTY_ENTRY

Ended early by REFUSED (a review says no, with its reason), NOT_SELECTED (outside the village's quota by the ranking of
votes), REMOVED (an objection was right; only its decision leads there) or WITHDRAWN.
"""

from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise


class State(StrEnum):
    APPLIED = "APPLIED"
    GROUP_REVIEW = "GROUP_REVIEW"
    VILLAGE_REVIEW = "VILLAGE_REVIEW"
    COMMITTEE_CONFIRMED = "COMMITTEE_CONFIRMED"
    NOTICE_1 = "NOTICE_1"
    TOWN_REVIEW = "TOWN_REVIEW"
    NOTICE_2 = "NOTICE_2"
    COUNTY_ENTRY = "COUNTY_ENTRY"
    REFUSED = "REFUSED"
    NOT_SELECTED = "NOT_SELECTED"
    REMOVED = "REMOVED"
    WITHDRAWN = "WITHDRAWN"


COURSE = tuple(State)[:8]
"""The stages in order, from the application to the entry."""
ENDED = tuple(State)[7:]
"""Nothing comes after these."""
NOTICES = (State.NOTICE_1, State.NOTICE_2)
MEETINGS = (State.GROUP_REVIEW, State.VILLAGE_REVIEW, State.COMMITTEE_CONFIRMED)
"""Reviews by the village itself: several named people sit in them, and somebody records what they said."""
HOLDS_A_PLACE = COURSE[3:]
"""From the two committees' word on, a household fills one of the village's places."""
OPEN_TO_OBJECTION = COURSE[4:7]

# A vote can only be outranked, never overruled: from VILLAGE_REVIEW nobody refuses.
_REFUSABLE = (State.APPLIED, State.GROUP_REVIEW, State.NOTICE_1, State.NOTICE_2)

NEXT: Mapping[State, tuple[State, ...]] = {
    **{
        state: (
            after,
            *((State.REFUSED,) if state in _REFUSABLE else ()),
            *((State.NOT_SELECTED,) if state is State.VILLAGE_REVIEW else ()),
            State.WITHDRAWN,
        )
        for state, after in pairwise(COURSE)
    },
    **dict.fromkeys(ENDED, ()),
}
"""Where a move may lead; REMOVED is not among them."""


def forward(to: State) -> tuple[State, ...]:
    """From which states a village's whole list goes to a state: from the stage before, never back and never out."""
    if to is State.NOT_SELECTED:
        return (State.VILLAGE_REVIEW,)
    return (COURSE[COURSE.index(to) - 1],) if to in COURSE[1:] else ()
