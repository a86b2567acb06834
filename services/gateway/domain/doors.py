"""Who knocks: the groups of roles that the policy speaks of, and how one of its rows is written."""

from services.gateway.domain.route_table import ANYONE, Row

Roles = frozenset[str]
PUBLIC: Roles = frozenset({ANYONE})
HOUSEHOLD: Roles = frozenset({"household"})
CADRE: Roles = frozenset({"cadre"})
OFFICIALS: Roles = frozenset({"village_official", "township_official", "county_official", "city_official"})
CITY: Roles = frozenset({"city_official"})
COUNTY: Roles = CITY | {"county_official"}
STAFF: Roles = OFFICIALS | CADRE
PEOPLE: Roles = STAFF | {"household"}
DONOR: Roles = frozenset({"donor"})
EVERYONE: Roles = PEOPLE | DONOR | {"auditor", "operator"}
BANK: Roles = frozenset({"bank"})


def door(
    service: str, route: str, allow: Roles, *, quota: str = "ordinary", upload: bool = False, step_up: bool = False
) -> Row:
    method, _, template = route.partition(" ")
    return Row(method, template, service, allow, quota, upload, step_up)
