"""Sessions and their refresh tokens, of which only digests are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, func, select, update

from services.gateway.domain.refresh_answer import StoredRefresh
from services.gateway.storage.tables import refresh_tokens, sessions, users
from shared.db import Connection

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class FoundRefresh:
    stored: StoredRefresh
    session_id: UUID
    user_id: UUID
    successor_nonce: bytes | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A device that is logged in; `device` is what it called itself, or its User-Agent."""

    session_id: UUID
    device: str
    method: str
    created_at: datetime
    used_at: datetime


async def add_session(
    connection: Connection, session_id: UUID, user_id: UUID, *, method: str, device: str, now: datetime
) -> None:
    await connection.execute(
        sessions.insert().values(
            session_id=session_id, user_id=user_id, method=method, device=device, created_at=now, used_at=now
        )
    )


async def add_refresh(
    connection: Connection, token: str, session_id: UUID, *, now: datetime, lifetime: timedelta
) -> None:
    await connection.execute(
        refresh_tokens.insert().values(
            token_sha256=_digest(token), session_id=session_id, issued_at=now, expires_at=now + lifetime
        )
    )


async def find_refresh(connection: Connection, token: str) -> FoundRefresh | None:
    """The token's row, locked: of many at once one rotates it, and the others see that it did."""
    r, s = refresh_tokens.c, sessions.c
    found = await connection.execute(
        select(r.expires_at, r.rotated_at, r.rotated_by, r.successor_nonce, s.session_id, s.user_id, s.revoked_at)
        .add_columns(users.c.status)
        .join_from(refresh_tokens, sessions, r.session_id == s.session_id)
        .join(users, users.c.user_id == s.user_id)
        .where(r.token_sha256 == _digest(token))
        .with_for_update(of=refresh_tokens)
    )
    row = found.one_or_none()
    if row is None:
        return None
    stored = StoredRefresh(
        expires_at=row.expires_at,
        rotated_at=row.rotated_at,
        rotated_by=None if row.rotated_by is None else bytes(row.rotated_by),
        session_ended=row.revoked_at is not None,
        user_active=row.status == "active",
    )
    return FoundRefresh(stored, row.session_id, row.user_id, row.successor_nonce and bytes(row.successor_nonce))


async def rotate_refresh(
    connection: Connection, token: str, session_id: UUID, *, device: bytes, nonce: bytes, now: datetime
) -> None:
    """Marks the token as exchanged; its successor is added beside."""
    await connection.execute(
        update(refresh_tokens)
        .where(refresh_tokens.c.token_sha256 == _digest(token))
        .values(rotated_at=now, rotated_by=device, successor_nonce=nonce)
    )
    await connection.execute(update(sessions).where(sessions.c.session_id == session_id).values(used_at=now))


async def end_session(connection: Connection, session_id: UUID, reason: str, now: datetime) -> bool:
    """True when it was still open."""
    ended = await connection.execute(
        update(sessions)
        .where(sessions.c.session_id == session_id, sessions.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_reason=reason)
    )
    return ended.rowcount == 1


async def end_session_of(connection: Connection, user_id: UUID, session_id: UUID, reason: str, now: datetime) -> bool:
    """True when it was this user's and still open."""
    s = sessions.c
    ended = await connection.execute(
        update(sessions)
        .where(s.session_id == session_id, s.user_id == user_id, s.revoked_at.is_(None))
        .values(revoked_at=now, revoked_reason=reason)
    )
    return ended.rowcount == 1


async def open_sessions(connection: Connection, user_id: UUID) -> Sequence[OpenSession]:
    """Those that can still be refreshed, the one used last first."""
    s = sessions.c
    r = refresh_tokens.c
    alive = select(r.session_id).where(r.session_id == s.session_id, r.expires_at > func.now()).exists()
    found = await connection.execute(
        select(s.session_id, s.device, s.method, s.created_at, s.used_at)
        .where(s.user_id == user_id, s.revoked_at.is_(None), alive)
        .order_by(s.used_at.desc(), s.session_id)
        .limit(MOST_SHOWN)
    )
    return [OpenSession(*row) for row in found]


async def end_sessions_of(connection: Connection, user_id: UUID, reason: str, now: datetime) -> int:
    """How many were still open."""
    ended = await connection.execute(
        update(sessions)
        .where(sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_reason=reason)
    )
    return ended.rowcount


async def ended_since(connection: Connection, since: datetime) -> Iterable[UUID]:
    """Sessions that ended after an instant: their access tokens may still be about."""
    found = await connection.execute(select(sessions.c.session_id).where(sessions.c.revoked_at > since))
    return found.scalars().all()


async def forget_ended(connection: Connection, before: datetime) -> None:
    """Refresh tokens that ended before an instant go, and sessions that ended or were last used before it."""
    await connection.execute(delete(refresh_tokens).where(refresh_tokens.c.expires_at < before))
    await connection.execute(delete(sessions).where(sessions.c.revoked_at < before))
    left = select(refresh_tokens.c.session_id).where(refresh_tokens.c.session_id == sessions.c.session_id).exists()
    await connection.execute(delete(sessions).where(sessions.c.used_at < before, ~left))


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
