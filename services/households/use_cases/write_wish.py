"""How every write to a wish begins (lock its household, see it as of now, know who asks) and ends (record, feed)."""

from datetime import datetime
from uuid import UUID

from services.households.domain.household_errors import HouseholdNotFound
from services.households.domain.wish import CLAIMED, DONOR, OPEN, Actor, Wish
from services.households.domain.wish_errors import WishNotFound
from services.households.storage.care_feed import care_change
from services.households.storage.care_history import add_care_event
from services.households.storage.wish_repository import (
    get_wish,
    household_of_wish,
    lock_household,
    save_wish,
)
from services.households.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection

CLOCK = Actor("clock", "系统", "clock")
_SHOWN_TO_DONORS = frozenset({OPEN, CLAIMED})


class WishDesk:
    """One write to one wish, in the caller's transaction at the instant `now`."""

    def __init__(self, connection: Connection, change_log: ChangeLog, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self._change_log = change_log
        self._village = ""

    async def begin(self, wish_id: UUID) -> Wish:
        """The wish as of now, locked; that its claim ran out is written down if nobody had yet. Raises WishNotFound."""
        self._village = await lock_household(self.connection, await household_of_wish(self.connection, wish_id))
        written = (await get_wish(self.connection, wish_id)).wish
        wish = written.as_of(self.now)
        if wish is not written:
            await self.end(wish, "claim_ran_out", CLOCK)
        return wish

    async def actor(self, who: Principal, wish: Wish) -> Actor:
        """Raises WishNotFound."""
        return await actor_towards(self.connection, who, wish, self._village)

    async def end(self, wish: Wish, event: str, actor: Actor, note: str | None = None) -> None:
        await save_wish(self.connection, wish)
        await add_care_event(self.connection, wish, event, actor, self.now, note)
        await self.tell(wish.household_id, self._village)

    async def tell(self, household_id: UUID, village_code: str) -> None:
        change = await care_change(self.connection, household_id, village_code)
        await self._change_log.append(self.connection, [change])


async def actor_towards(connection: Connection, who: Principal, wish: Wish, village_code: str) -> Actor:
    """As what the asker knows this wish; a donor knows those that are open, claimed or in the donor's own hands.

    Raises WishNotFound for everyone else, as for a wish that is not there.
    """
    try:
        role = await role_towards(connection, who, wish.household_id, village_code)
    except HouseholdNotFound:
        shown = DONOR in who.roles and wish.state in _SHOWN_TO_DONORS
        if not (shown or wish.held_by(who.subject)):
            raise WishNotFound from None
        role = DONOR
    return Actor(who.subject, who.name, role)
