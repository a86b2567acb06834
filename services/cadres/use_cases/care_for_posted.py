"""Care for whoever is posted is recorded, and what is due is seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cadres.domain.care import Care, CareDue, care_due, may_record_care
from services.cadres.domain.errors import PostNotFound
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.post_alarms import RESIDENT
from services.cadres.domain.posting import Posting
from services.cadres.storage.care_repository import add_care, care_of_post, last_care
from services.cadres.storage.post_repository import get_posting
from services.cadres.storage.posts_of_region import people_of, postings_of_region
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class PersonalCare:
    """What is due to one person of a posting."""

    village_code: str
    post_id: UUID
    cadre_id: UUID
    name: str
    due: Sequence[CareDue]


@dataclass(frozen=True, slots=True)
class CareOfPost:
    people: Sequence[PersonalCare]
    records: Sequence[Care]


async def record_care(
    connection: Connection, policies: Sequence[Policy], who: Principal, care: Care, today: date
) -> CareOfPost:
    """Raises PostNotFound and the reasons of `may_record_care`."""
    posting = await _own_posting(connection, who, care.post_id)
    if (refusal := may_record_care(care, posting, today)) is not None:
        raise refusal
    await add_care(connection, care, who.subject)
    return await _seen(connection, policies, posting, today)


async def see_care(
    connection: Connection, policies: Sequence[Policy], who: Principal, post_id: UUID, day: date
) -> CareOfPost:
    """Raises PostNotFound."""
    return await _seen(connection, policies, await _own_posting(connection, who, post_id), day)


async def see_care_overdue(
    connection: Connection, policies: Sequence[Policy], who: Principal, region: str, day: date
) -> list[PersonalCare]:
    """Whoever lives in the place as first secretary or team member and is owed care, by village, post and person.

    Raises OutsideScope.
    """
    who.require_official(region)
    postings = await postings_of_region(connection, region, day)
    own = [one for one in postings if one.kind in RESIDENT and one.village_code.startswith(region)]
    found = []
    for line in await _personal(connection, policies, own, region, day):
        overdue = [one for one in line.due if one.overdue]
        if overdue:
            found.append(PersonalCare(line.village_code, line.post_id, line.cadre_id, line.name, overdue))
    return sorted(found, key=lambda one: (one.village_code, str(one.post_id), str(one.cadre_id)))


async def _own_posting(connection: Connection, who: Principal, post_id: UUID) -> Posting:
    posting = await get_posting(connection, post_id)
    if not who.official_for(posting.village_code):
        raise PostNotFound
    return posting


async def _seen(connection: Connection, policies: Sequence[Policy], posting: Posting, day: date) -> CareOfPost:
    people = await _personal(connection, policies, [posting], posting.village_code, day)
    return CareOfPost(people, await care_of_post(connection, posting))


async def _personal(
    connection: Connection, policies: Sequence[Policy], postings: Sequence[Posting], region: str, day: date
) -> list[PersonalCare]:
    done = await last_care(connection, region, day)
    people = await people_of(connection, {one for posting in postings for one in posting.people})
    months = policy_at(policies, day).care_months
    return [
        PersonalCare(
            posting.village_code,
            posting.post_id,
            one,
            people[one].name,
            care_due(posting, done.get((posting.post_id, one), {}), months, day),
        )
        for posting in postings
        for one in posting.people
    ]
