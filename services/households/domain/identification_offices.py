"""Which office takes a household to which state? (三审两公示一录入, report 四.8)

The village and its township review and post the first notice, the township reviews again and posts the second, the
county enters; the city may stand in for a county. A review that refuses is refused by the office that would go on.
"""

from services.households.domain.identification_state import NEXT, State

_VILLAGE = ("village_official", "township_official")
_TOWNSHIP = ("township_official",)
_COUNTY = ("county_official", "city_official")
_OFFICES = {
    **dict.fromkeys(
        (State.GROUP_REVIEW, State.VILLAGE_REVIEW, State.COMMITTEE_CONFIRMED, State.NOTICE_1, State.NOT_SELECTED),
        _VILLAGE,
    ),
    **dict.fromkeys((State.TOWN_REVIEW, State.NOTICE_2), _TOWNSHIP),
    State.COUNTY_ENTRY: _COUNTY,
    State.WITHDRAWN: (*_VILLAGE, *_COUNTY),
}
DECIDE_OBJECTIONS = (*_TOWNSHIP, *_COUNTY)


def offices(of: State, to: State) -> tuple[str, ...]:
    """The roles of which one is needed, for the household's village, to move from `of` to `to`."""
    if to is State.REFUSED and NEXT[of]:
        return _OFFICES[NEXT[of][0]]
    return _OFFICES.get(to, _COUNTY)
