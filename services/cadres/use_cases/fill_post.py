"""An official puts a person, a unit or a resident team into one of a village's posts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from services.cadres.domain.may_hold_post import may_hold_post
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.posting import Posting
from services.cadres.domain.term_of_post import term_of_post
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.guards import guard_cadres, guard_village
from services.cadres.storage.place_repository import require_village
from services.cadres.storage.post_repository import add_posting
from services.cadres.storage.unit_repository import get_unit
from services.cadres.use_cases.see import require_serving_cadre
from shared.auth import Principal
from shared.db import Connection


async def fill_post(
    connection: Connection,
    cadres: CadreRepository,
    policies: Sequence[Policy],
    who: Principal,
    posting: Posting,
    today: date,
) -> Posting:
    """The posting, with its term. One holder a post and one village a first secretary: the database decides.

    Raises OutsideScope, VillageNotFound, CadreNotFound, UnitNotFound, PostAlreadyHeld, FirstSecretaryElsewhere and the
    reasons of `may_hold_post`.
    """
    who.require_official(posting.village_code)
    await require_village(connection, posting.village_code)
    await guard_village(connection, posting.village_code)
    await guard_cadres(connection, posting.people)
    people = await cadres.get_many(connection, posting.people)
    for cadre in people.values():
        require_serving_cadre(who, cadre, posting.village_code)
    if posting.unit_id is not None:
        await get_unit(connection, posting.unit_id)
    policy = policy_at(policies, posting.started_on)
    term_ends_on = posting.term_ends_on or term_of_post(posting.kind, posting.started_on, policy)
    posting = replace(posting, term_ends_on=term_ends_on)
    if (refusal := may_hold_post(posting, people, policy, today)) is not None:
        raise refusal
    await add_posting(connection, posting, who.subject)
    return posting
