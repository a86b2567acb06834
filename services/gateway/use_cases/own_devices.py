"""Where am I logged in, and how do I sign out a device that I do not have at hand?"""

from collections.abc import Sequence
from uuid import UUID

from services.gateway.domain.errors import DeviceNotFound
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.session_repository import OpenSession, end_session_of, open_sessions
from services.gateway.use_cases.desk import Desk
from shared.auth import Principal


async def own_devices(desk: Desk, who: Principal) -> Sequence[OpenSession]:
    """The bearer's open sessions, the one used last first."""
    async with desk.database.transaction() as connection:
        return await open_sessions(connection, UUID(who.subject))


async def sign_out_device(desk: Desk, who: Principal, session_id: UUID) -> None:
    """Ends one of the bearer's own sessions, with every token of it. Raises DeviceNotFound for anybody else's, for one
    that never was, and for one that has ended."""
    now = desk.clock.now()
    async with desk.database.transaction() as connection:
        if not await end_session_of(connection, UUID(who.subject), session_id, "signed_out_by_owner", now):
            raise DeviceNotFound
        await AUDIT.append(
            connection, at=now, event="device_signed_out", actor=who.subject, subject=str(session_id), facts={}
        )
    desk.revocations.stop(str(session_id))
