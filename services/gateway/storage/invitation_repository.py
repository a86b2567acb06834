"""Invitations: one secret each, kept as a digest, good once and until its day."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from services.gateway.storage.tables import invitations
from shared.db import Connection


async def put_invitation(connection: Connection, token: str, user_id: UUID, expires_at: datetime) -> None:
    """An earlier one of the same user counts no more."""
    await connection.execute(delete(invitations).where(invitations.c.user_id == user_id))
    await connection.execute(
        insert(invitations).values(token_sha256=_digest(token), user_id=user_id, expires_at=expires_at)
    )


async def find_invited(connection: Connection, token: str, now: datetime) -> UUID | None:
    """Whose it is; None for one that is unknown, used or past its time."""
    found = await connection.execute(select(invitations.c.user_id).where(_good(token, now)))
    user_id: UUID | None = found.scalar_one_or_none()
    return user_id


async def use_invitation(connection: Connection, token: str, now: datetime) -> bool:
    """True once: the database decides between two who bring the same one."""
    used = await connection.execute(update(invitations).where(_good(token, now)).values(used_at=now))
    return used.rowcount == 1


async def forget_invitations(connection: Connection, before: datetime) -> None:
    await connection.execute(delete(invitations).where(invitations.c.expires_at < before))


def _good(token: str, now: datetime) -> ColumnElement[bool]:
    t = invitations.c
    return and_(t.token_sha256 == _digest(token), t.used_at.is_(None), t.expires_at > now)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
