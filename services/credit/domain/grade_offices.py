"""Which office takes a grade to which state? (credit rules 2.4)

The village and its township collect and review, the township reviews again, the county enters and looks after the grade
in effect; the city may stand in for a county.
"""

from services.credit.domain.grade_state import State

_VILLAGE = ("village_official", "township_official")
_TOWNSHIP = ("township_official",)
_COUNTY = ("county_official", "city_official")

_OFFICES = {
    **dict.fromkeys(
        (State.COLLECTED, State.SCORED, State.GROUP_REVIEW, State.VILLAGE_REVIEW, State.NOTICE_1), _VILLAGE
    ),
    **dict.fromkeys((State.TOWN_REVIEW, State.NOTICE_2), _TOWNSHIP),
    # Nobody's step: whoever asks for it is told so, instead of that another office might.
    State.WITHDRAWN: (*_VILLAGE, *_COUNTY),
}


def grade_offices(to: State) -> tuple[str, ...]:
    """The roles of which one is needed, for the household's village."""
    return _OFFICES.get(to, _COUNTY)
