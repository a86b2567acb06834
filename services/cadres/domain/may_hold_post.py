"""May this person or unit hold this post here and now? (report 三.3, 五个一; report on resident teams 驻村工作队)

That a post has one holder, and a first secretary one village, at a time is not asked here: the database decides it.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.errors import (
    CadreNotInOffice,
    HolderWrong,
    TeamLeaderWrong,
    TeamNotHere,
    TeamRolesMissing,
    TeamTooSmall,
    TermEndsBeforeStart,
    TermFixed,
)
from services.cadres.domain.policy import Policy
from services.cadres.domain.posting import HELD_BY_UNITS, RESIDENT_TEAM, Posting
from services.cadres.domain.team_composition import team_flaws
from services.cadres.domain.term_of_post import term_of_post
from shared.errors import Failure


def may_hold_post(posting: Posting, cadres: Mapping[UUID, Cadre], policy: Policy, today: date) -> Failure | None:
    """None when it may, else the reason why not. `cadres` holds everyone whom the posting names.

    The letter may come before the start: then everyone must be in office today, and on the start when that is past.
    """
    by_unit = posting.kind in HELD_BY_UNITS
    if (posting.unit_id is not None) != by_unit or (posting.cadre_id is None) != by_unit:
        return HolderWrong(kind=posting.kind)
    if posting.members and posting.kind != RESIDENT_TEAM:
        return TeamNotHere()
    if posting.term_ends_on is not None and posting.term_ends_on <= posting.started_on:
        return TermEndsBeforeStart()
    fixed = term_of_post(posting.kind, posting.started_on, policy)
    if fixed is not None and posting.term_ends_on != fixed:
        return TermFixed(term_ends_on=str(fixed))
    days = {today, min(posting.started_on, today)}
    if any(not cadres[cadre_id].in_office(day) for cadre_id in posting.people for day in days):
        return CadreNotInOffice()
    return _team_fits(posting, cadres, policy) if posting.kind == RESIDENT_TEAM else None


def _team_fits(posting: Posting, cadres: Mapping[UUID, Cadre], policy: Policy) -> Failure | None:
    """Everybody once, and a team that is whole."""
    flaws = team_flaws(
        posting.members, cadres, sending_unit=posting.unit_id, village_code=posting.village_code, policy=policy
    )
    if "too_small" in flaws or len({member.cadre_id for member in posting.members}) < len(posting.members):
        return TeamTooSmall(least=policy.team_least_people, flaws=list(flaws))
    if "leader" in flaws:
        return TeamLeaderWrong(flaws=list(flaws))
    return TeamRolesMissing(flaws=list(flaws)) if flaws else None
