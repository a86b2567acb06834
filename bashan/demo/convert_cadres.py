"""From the generator's helpers to the cadres service's shapes."""

from datetime import date
from uuid import UUID

from bashan.demo.population import DemoCadre, DemoHelpingUnit, DemoPairing, DemoPost
from services.cadres.domain.cadre import Cadre
from services.cadres.domain.pairing import Pairing
from services.cadres.domain.posting import HELD_BY_UNITS, RESIDENT_TEAM, Posting, TeamMember
from services.cadres.domain.unit import Unit, UnitLevel

IN_OFFICE_FROM = date(2015, 1, 1)
TEAM_ROLES = ("leader", "mid_level", "township")


def unit_of(given: DemoHelpingUnit) -> Unit:
    level: UnitLevel = "county" if given.level == "county" else "township"
    return Unit(UUID(given.unit_id), given.name, level, "government_unit", given.region, demonstration=True)


def cadre_of(given: DemoCadre) -> Cadre:
    return Cadre(
        cadre_id=UUID(given.cadre_id),
        unit_id=UUID(given.unit_id),
        name=given.name,
        rank=given.rank,  # type: ignore[arg-type] # the generator's ranks are the policy's
        region_code=given.township_code,
        valid_from=IN_OFFICE_FROM,
        phone=given.phone,
        demonstration=True,
    )


def pairing_of(given: DemoPairing) -> Pairing:
    return Pairing(
        UUID(given.pairing_id), UUID(given.household_id), UUID(given.cadre_id), given.start, demonstration=True
    )


def posting_of(given: DemoPost) -> Posting:
    """A helping unit and the unit behind a resident team hold by their unit, the others by a person."""
    by_unit = given.kind in HELD_BY_UNITS
    team = given.holders if given.kind == RESIDENT_TEAM else ()
    return Posting(
        post_id=UUID(given.post_id),
        village_code=given.village_code,
        kind=given.kind,  # type: ignore[arg-type] # the generator's kinds are the five
        started_on=given.start,
        cadre_id=None if by_unit else UUID(given.holders[0]),
        unit_id=UUID(given.unit_id) if by_unit else None,
        members=tuple(
            TeamMember(UUID(holder), TEAM_ROLES[place] if place < len(TEAM_ROLES) else "member")  # type: ignore[arg-type] # see TEAM_ROLES
            for place, holder in enumerate(team)
        ),
        letter=given.letter,
        term_ends_on=given.end,
        demonstration=True,
    )
