"""How every write to a need begins (lock its household, see it as it is, know who asks) and ends (record, feed)."""

from datetime import datetime
from uuid import UUID

from services.households.domain.household_errors import HouseholdNotFound
from services.households.domain.need import Need
from services.households.domain.need_errors import NeedNotFound
from services.households.domain.wish import DONOR, Actor
from services.households.storage.care_feed import care_change
from services.households.storage.care_history import add_care_event
from services.households.storage.need_repository import PlacedNeed, get_need, save_need
from services.households.storage.wish_repository import lock_household
from services.households.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection


class NeedDesk:
    """One write to one need, in the caller's transaction at the instant `now`."""

    def __init__(self, connection: Connection, change_log: ChangeLog, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self._change_log = change_log

    async def begin(self, need_id: UUID) -> PlacedNeed:
        """The need, locked. Raises NeedNotFound."""
        household_id = (await get_need(self.connection, need_id)).need.household_id
        await lock_household(self.connection, household_id)
        return await get_need(self.connection, need_id)

    async def end(self, need: Need, village_code: str, event: str, actor: Actor, note: str | None = None) -> None:
        await save_need(self.connection, need)
        await self.tell(need, village_code, event, actor, note)

    async def tell(self, need: Need, village_code: str, event: str, actor: Actor, note: str | None = None) -> None:
        """The event, and what the siblings may know."""
        await add_care_event(self.connection, need, event, actor, self.now, note)
        change = await care_change(self.connection, need.household_id, village_code)
        await self._change_log.append(self.connection, [change])


async def need_actor(connection: Connection, who: Principal, placed: PlacedNeed) -> Actor:
    """As what the asker knows this household: nearest first, a donor for one that is published.

    Raises NeedNotFound for everyone else, as for a need that is not there.
    """
    try:
        role = await role_towards(connection, who, placed.need.household_id, placed.village_code)
    except HouseholdNotFound:
        if DONOR not in who.roles or placed.need.consent is None:
            raise NeedNotFound from None
        role = DONOR
    return Actor(who.subject, who.name, role)


async def near_need(connection: Connection, who: Principal, placed: PlacedNeed) -> Actor:
    """The household, its helper or an official. Raises NeedNotFound for everyone else."""
    actor = await need_actor(connection, who, placed)
    if actor.role == DONOR:
        raise NeedNotFound
    return actor
