"""Someone signs out on this device."""

from uuid import UUID

from services.gateway.storage.audit import AUDIT
from services.gateway.storage.session_repository import end_session
from services.gateway.use_cases.desk import Desk
from services.gateway.use_cases.token_mint import session_of
from shared.auth import Principal


async def log_out(desk: Desk, who: Principal) -> None:
    """Ends the session and with it every token of it. Signing out twice is signing out."""
    session, now = session_of(who.token_id), desk.clock.now()
    async with desk.database.transaction() as connection:
        if await end_session(connection, UUID(session), "logged_out", now):
            await AUDIT.append(connection, at=now, event="logged_out", actor=who.subject, subject=session, facts={})
    desk.revocations.stop(session)
