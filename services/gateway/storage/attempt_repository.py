"""Counts login attempts by account and address, both as digests."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.gateway.domain.login_wait import WINDOW, Attempts
from services.gateway.storage.tables import login_attempts
from shared.db import Connection

KNOWN_FOR = timedelta(days=30)


async def count_attempt(connection: Connection, account: str, address: str, now: datetime) -> Attempts:
    """Counts this attempt before it is tried, so that attempts side by side are counted one by one."""
    t = login_attempts.c
    key = {"account_sha256": _digest(account), "address_sha256": _digest(address)}
    over = t.began_at <= now - WINDOW
    counted = await connection.execute(
        insert(login_attempts)
        .values(**key, attempts=1, began_at=now)
        .on_conflict_do_update(
            index_elements=list(key),
            set_={
                "attempts": case((over, 1), else_=t.attempts + 1),
                "began_at": case((over | (t.attempts == 0), now), else_=t.began_at),
            },
        )
        .returning(t.attempts, t.began_at, t.succeeded_at)
    )
    here = counted.one()
    failing = (t.began_at > now - WINDOW) & (t.attempts > 0) & t.succeeded_at.is_(None)
    strangers = select(func.coalesce(func.sum(t.attempts), 0)).where(t.account_sha256 == key["account_sha256"], failing)
    accounts = select(func.count()).where(t.address_sha256 == key["address_sha256"], failing)
    around = (
        await connection.execute(select(strangers.scalar_subquery().label("s"), accounts.scalar_subquery().label("a")))
    ).one()
    return Attempts(
        here=here.attempts,
        began_at=here.began_at,
        known_here=here.succeeded_at is not None,
        from_strangers=around.s,
        accounts=around.a,
    )


async def note_success(connection: Connection, account: str, address: str, now: datetime) -> None:
    """The right password: its count starts anew, and the address is known."""
    t = login_attempts.c
    await connection.execute(
        update(login_attempts)
        .where(t.account_sha256 == _digest(account), t.address_sha256 == _digest(address))
        .values(attempts=0, succeeded_at=now)
    )


async def forget_attempts(connection: Connection, now: datetime) -> None:
    t = login_attempts.c
    old = (t.began_at < now - WINDOW) & (t.succeeded_at.is_(None) | (t.succeeded_at < now - KNOWN_FOR))
    await connection.execute(delete(login_attempts).where(old))


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
