"""Somebody reads a wish: all of it near the household, masked for donors, and for its holder what delivery needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.households.domain.wish import CLAIMED, DELIVERED, DONOR, HOLDER, Wish
from services.households.domain.wish_errors import WishNotFound
from services.households.domain.wish_life import allowed_steps
from services.households.domain.wish_payment import Payment, left_cents
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.household_search import helper_name_of
from services.households.storage.region_repository import get_region
from services.households.storage.wish_repository import PlacedWish, get_wish, payments_of
from services.households.use_cases.see_household import look
from services.households.use_cases.write_wish import actor_towards
from shared.auth import Principal
from shared.db import Connection
from shared.files import FileBook, KeptFile

CLOSED = "（这户已销户，请问村里）"
_TO_DELIVER = frozenset({CLAIMED, DELIVERED})


@dataclass(frozen=True, slots=True)
class Delivery:
    """To whom the holder brings it, and who in the village knows the way."""

    head_name: str
    village_name: str
    group_name: str | None
    helper_name: str | None


@dataclass(frozen=True, slots=True)
class WishView:
    """A wish as one person may see it. `near` is the household, its helper or an official."""

    placed: PlacedWish
    subject: str
    near: bool
    allowed: list[str]
    payments: list[Payment]
    files: list[KeptFile]
    delivery: Delivery | None

    @property
    def wish(self) -> Wish:
        return self.placed.wish

    @property
    def mine(self) -> bool:
        return self.wish.held_by(self.subject)

    @property
    def left_cents(self) -> int:
        return left_cents(self.wish, self.payments)


def proofs_of(wish: Wish) -> dict[str, Any]:
    """Where the files of a wish are kept."""
    return {"belongs_to": wish.household_id, "subject": f"wish:{wish.wish_id}"}


async def read_wish(
    connection: Connection,
    households: HouseholdRepository,
    files: FileBook,
    who: Principal,
    wish_id: UUID,
    now: datetime,
) -> WishView:
    """With the look that the household sees, unless a donor only browses. Raises WishNotFound."""
    placed = (await get_wish(connection, wish_id)).as_of(now)
    wish = placed.wish
    actor = await actor_towards(connection, who, wish, placed.village_code)
    near, mine = actor.role != DONOR, wish.held_by(who.subject)
    delivery = None
    if mine and wish.state in _TO_DELIVER:
        delivery = await _delivery(connection, households, placed)
        await look(connection, who, wish.household_id, HOLDER, "wish_delivery")
    elif near:
        await look(connection, who, wish.household_id, actor.role, "wish")
    involved = near or mine
    return WishView(
        placed,
        who.subject,
        near,
        allowed_steps(wish, actor),
        await payments_of(connection, wish) if involved else [],
        await files.attached(connection, **proofs_of(wish)) if involved else [],
        delivery,
    )


async def look_into_wish(
    connection: Connection, who: Principal, wish_id: UUID, now: datetime, what: str, *, holder_too: bool
) -> Wish:
    """For those near the household, perhaps for the holder too, with the look. Raises WishNotFound."""
    placed = await get_wish(connection, wish_id)
    wish = placed.wish.as_of(now)
    actor = await actor_towards(connection, who, wish, placed.village_code)
    if actor.role == DONOR and not (holder_too and wish.held_by(who.subject)):
        raise WishNotFound
    await look(connection, who, wish.household_id, HOLDER if actor.role == DONOR else actor.role, what)
    return wish


async def _delivery(connection: Connection, households: HouseholdRepository, placed: PlacedWish) -> Delivery:
    household = await households.get(connection, placed.wish.household_id)
    village = await get_region(connection, placed.village_code)
    helper = await helper_name_of(connection, placed.wish.household_id)
    head_name = household.head.name if household.is_open else CLOSED
    return Delivery(head_name, village.name, household.facts.group_name, helper)
