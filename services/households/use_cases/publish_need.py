"""A household's need is written down, published on its word, hidden when it takes its word back, closed."""

from collections.abc import Container, Iterable
from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.need import OPEN, Need
from services.households.domain.need_errors import NeedKindUnknown
from services.households.domain.need_life import close_need, with_consent
from services.households.domain.public_words import tells_who
from services.households.domain.wish import Actor
from services.households.domain.wish_errors import WishTextTellsWho
from services.households.domain.wish_life import consent_given
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.need_repository import PlacedNeed, add_need
from services.households.use_cases.see_household import role_towards
from services.households.use_cases.write_need import NeedDesk, near_need
from shared.auth import Principal
from shared.ids import new_id


async def record_need(
    desk: NeedDesk,
    households: HouseholdRepository,
    kinds: Container[str],
    who: Principal,
    household_id: UUID,
    *,
    kind: str,
    words: str,
    wanted_cents: int | None,
) -> PlacedNeed:
    """Nobody sees it but those near the household.

    Raises HouseholdNotFound, HouseholdClosed, NeedKindUnknown, WishTextTellsWho.
    """
    household = await households.get(desk.connection, household_id, lock=True)
    role = await role_towards(desk.connection, who, household_id, household.facts.village_code)
    household.require_open()
    actor = Actor(who.subject, who.name, role)
    return await keep_need(desk, kinds, household, actor, kind=kind, words=words, wanted_cents=wanted_cents)


async def keep_need(
    desk: NeedDesk,
    kinds: Container[str],
    household: Household,
    actor: Actor,
    *,
    kind: str,
    words: str,
    wanted_cents: int | None,
) -> PlacedNeed:
    """The caller holds the household. Raises NeedKindUnknown, WishTextTellsWho."""
    village = household.facts.village_code
    if kind not in kinds:
        raise NeedKindUnknown
    if tells_who(words, _names(household)):
        at = {"pointer": "/words", "code": WishTextTellsWho.code, "message": WishTextTellsWho.message}
        raise WishTextTellsWho(errors=[at])
    need = Need(new_id(), household.household_id, kind, words, wanted_cents, OPEN, desk.now, actor.subject)
    await add_need(desk.connection, need)
    await desk.tell(need, village, "recorded", actor)
    return PlacedNeed(need, village, household.head.name)


async def decide_on_publishing(
    desk: NeedDesk, who: Principal, need_id: UUID, *, agreed: bool, through: str | None, witness: str | None
) -> PlacedNeed:
    """In force with this transaction, for every page of the public list. Raises NeedNotFound, ConsentNeeded."""
    placed = await desk.begin(need_id)
    actor = await near_need(desk.connection, who, placed)
    consent = consent_given(actor, through, witness, desk.now) if agreed else None
    after = with_consent(placed.need, consent)
    await desk.end(after, placed.village_code, "published" if agreed else "hidden", actor, witness)
    return PlacedNeed(after, placed.village_code, placed.head_name)


async def close_a_need(desk: NeedDesk, who: Principal, need_id: UUID, reason: str) -> PlacedNeed:
    """Raises NeedNotFound, NeedClosed."""
    placed = await desk.begin(need_id)
    actor = await near_need(desk.connection, who, placed)
    after = close_need(placed.need)
    await desk.end(after, placed.village_code, "closed", actor, reason)
    return PlacedNeed(after, placed.village_code, placed.head_name)


def _names(household: Household) -> Iterable[str]:
    return (member.name for member in household.members)
