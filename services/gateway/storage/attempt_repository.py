"""Counts login attempts by account and address, both as digests.

`attempts` counts failures and what is under way, `under_way` the latter alone. A login whose process dies stays under
way until the window ends.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.gateway.domain.login_wait import WINDOW, Attempts, Counts
from services.gateway.storage.tables import login_attempts
from shared.db import Connection

KNOWN_FOR = timedelta(days=30)


async def count_attempt(connection: Connection, account: str, address: str, now: datetime) -> Attempts:
    """Counts this attempt as under way before it is tried, so that attempts side by side are counted one by one.

    It stays so until `note_failure`, `note_success` or `uncount`.
    """
    await _one_by_one(connection, account, address)
    t = login_attempts.c
    key = {"account_sha256": _digest(account), "address_sha256": _digest(address)}
    over = t.began_at <= now - WINDOW
    counted = await connection.execute(
        insert(login_attempts)
        .values(**key, attempts=1, under_way=1, began_at=now)
        .on_conflict_do_update(
            index_elements=list(key),
            set_={
                "attempts": case((over, 1), else_=t.attempts + 1),
                "under_way": case((over, 1), else_=t.under_way + 1),
                "began_at": case((over | (t.attempts == 0), now), else_=t.began_at),
            },
        )
        .returning(t.attempts, t.under_way, t.began_at, t.succeeded_at)
    )
    here = counted.one()
    open_ = (t.began_at > now - WINDOW) & (t.attempts > 0) & t.succeeded_at.is_(None)
    this_account, this_address = (t[name] == digest for name, digest in key.items())
    others_failed = (t.attempts > t.under_way) | this_account
    around = (
        await connection.execute(
            select(
                select(_sum(t.attempts)).where(this_account, open_).scalar_subquery().label("strangers"),
                select(_sum(t.under_way)).where(this_account, open_).scalar_subquery().label("under_way"),
                select(func.count()).where(this_address, open_).scalar_subquery().label("accounts"),
                select(func.count()).where(this_address, open_, others_failed).scalar_subquery().label("failed"),
            )
        )
    ).one()
    return Attempts(
        failed=Counts(here.attempts - here.under_way + 1, around.strangers - around.under_way + 1, around.failed),
        all=Counts(here.attempts, around.strangers, around.accounts),
        began_at=here.began_at,
        known_here=here.succeeded_at is not None,
    )


async def note_failure(connection: Connection, account: str, address: str) -> None:
    """Not under way any more, but still counted."""
    await _settle(connection, account, address)


async def note_success(connection: Connection, account: str, address: str, now: datetime) -> None:
    """The right password: what failed is forgotten, and the address is known."""
    await _settle(connection, account, address, attempts=_one_less(login_attempts.c.under_way), succeeded_at=now)


async def uncount(connection: Connection, account: str, address: str) -> None:
    """Nobody looked at the password."""
    await _settle(connection, account, address, attempts=_one_less(login_attempts.c.attempts))


async def forget_attempts(connection: Connection, now: datetime) -> None:
    t = login_attempts.c
    old = (t.began_at < now - WINDOW) & (t.succeeded_at.is_(None) | (t.succeeded_at < now - KNOWN_FOR))
    await connection.execute(delete(login_attempts).where(old))


async def _settle(connection: Connection, account: str, address: str, **more: Any) -> None:
    t = login_attempts.c
    await connection.execute(
        update(login_attempts)
        .where(t.account_sha256 == _digest(account), t.address_sha256 == _digest(address))
        .values(under_way=_one_less(t.under_way), **more)
    )


async def _one_by_one(connection: Connection, account: str, address: str) -> None:
    """Until the transaction ends. Attempts on one account from different addresses stand in different rows, and would
    not see each other. First the account, then the address: so no two wait for each other."""
    on_account, on_address = (int.from_bytes(_digest(text)[:4], signed=True) for text in (account, address))
    lock = func.pg_advisory_xact_lock
    await connection.execute(select(lock(1, on_account), lock(2, on_address)))


def _one_less(column: ColumnElement[int]) -> ColumnElement[int]:
    """A window that ended while this login was under way has begun the count anew: never below nothing."""
    return func.greatest(column - 1, 0)


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
