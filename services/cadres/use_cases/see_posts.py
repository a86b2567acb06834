"""Who holds the five posts of a village on a day, and which of them are alarms?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.post_state import post_state
from services.cadres.domain.posting import POST_KINDS, Posting, PostKind
from services.cadres.storage.place_repository import require_village
from services.cadres.storage.post_repository import names_of, postings_of_village
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class SeenPost:
    """One of the five; `posting` is None while it is vacant, `names` holds everyone whom it names."""

    kind: PostKind
    state: str
    posting: Posting | None
    names: Mapping[UUID, str]


async def see_posts(
    connection: Connection, policies: Sequence[Policy], who: Principal, village_code: str, day: date
) -> list[SeenPost]:
    """Always five, in the order of `POST_KINDS`. Raises OutsideScope, VillageNotFound."""
    who.require_official(village_code)
    await require_village(connection, village_code)
    held = await postings_of_village(connection, village_code, day)
    names = await names_of(connection, list(held.values()))
    alarm_days = policy_at(policies, day).expiring_days
    return [SeenPost(kind, post_state(held.get(kind), day, alarm_days), held.get(kind), names) for kind in POST_KINDS]


async def see_post(connection: Connection, policies: Sequence[Policy], posting: Posting, day: date) -> SeenPost:
    """One posting as its readers see it."""
    names = await names_of(connection, [posting])
    state = post_state(posting, day, policy_at(policies, day).expiring_days)
    return SeenPost(posting.kind, state, posting, names)
