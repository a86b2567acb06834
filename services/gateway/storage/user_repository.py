"""Users with their roles and bindings."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.gateway.domain.errors import UserNotFound
from services.gateway.domain.user import User
from services.gateway.storage.tables import second_factors, user_roles, users, wechat_bindings
from shared.db import Connection

# Roles come with the user in one statement: a login of an unknown user must not be one statement shorter.
_GRANTS = (
    select(func.jsonb_object_agg(user_roles.c.role, func.to_jsonb(user_roles.c.regions)))
    .where(user_roles.c.user_id == users.c.user_id)
    .scalar_subquery()
    .label("grants")
)


_ENROLLED = (
    exists().where(second_factors.c.user_id == users.c.user_id, second_factors.c.secret.is_not(None)).label("enrolled")
)


def _users() -> Select[Any]:
    return select(users, _GRANTS, _ENROLLED)


async def find_by_username(connection: Connection, username: str) -> User | None:
    """`username` in its case-folded form."""
    return _user((await connection.execute(_users().where(users.c.username == username))).one_or_none())


async def find_by_openid(connection: Connection, openid: str) -> User | None:
    bound = select(wechat_bindings.c.user_id).where(wechat_bindings.c.openid_sha256 == openid_digest(openid))
    return _user((await connection.execute(_users().where(users.c.user_id.in_(bound)))).one_or_none())


async def get_user(connection: Connection, user_id: UUID) -> User:
    """Raises UserNotFound."""
    user = _user((await connection.execute(_users().where(users.c.user_id == user_id))).one_or_none())
    if user is None:
        raise UserNotFound
    return user


async def all_users(connection: Connection, role: str | None) -> list[User]:
    """By username: who has this role, or everybody who has another than a household's."""
    t = user_roles.c
    wanted = t.role == role if role is not None else t.role != "household"
    having = select(t.user_id).where(wanted)
    found = await connection.execute(_users().where(users.c.user_id.in_(having)).order_by(users.c.username))
    return [user for row in found if (user := _user(row)) is not None]


async def put_user(connection: Connection, user: User) -> UUID:
    """Writes the user whole, roles included; a username that is there keeps its id. The id that stands."""
    fields: Mapping[str, Any] = {
        "name": user.name,
        "password_hash": user.password_hash,
        "status": user.status,
        "household_id": user.household_id,
        "cadre_id": user.cadre_id,
    }
    written = await connection.execute(
        insert(users)
        .values(user_id=user.user_id, username=user.username, **fields)
        .on_conflict_do_update(constraint="users_username", set_={**fields, "updated_at": func.now()})
        .returning(users.c.user_id)
    )
    user_id: UUID = written.scalar_one()
    await connection.execute(delete(user_roles).where(user_roles.c.user_id == user_id))
    if user.grants:
        rows = [{"user_id": user_id, "role": role, "regions": list(codes)} for role, codes in user.grants.items()]
        await connection.execute(user_roles.insert(), rows)
    return user_id


async def put_password_hash(connection: Connection, user_id: UUID, password_hash: str) -> None:
    await connection.execute(update(users).where(users.c.user_id == user_id).values(password_hash=password_hash))


async def put_wechat_binding(connection: Connection, openid: str, user_id: UUID, at: datetime) -> None:
    values = {"user_id": user_id, "bound_at": at}
    await connection.execute(
        insert(wechat_bindings)
        .values(openid_sha256=openid_digest(openid), **values)
        .on_conflict_do_update(index_elements=["openid_sha256"], set_=values)
    )


async def put_only_binding(connection: Connection, openid: str, user_id: UUID, at: datetime) -> int:
    """Binds the openid and lets go of the user's others, one binding after another; how many went."""
    await connection.execute(select(users.c.user_id).where(users.c.user_id == user_id).with_for_update())
    t = wechat_bindings.c
    others = delete(wechat_bindings).where(t.user_id == user_id, t.openid_sha256 != openid_digest(openid))
    gone = (await connection.execute(others)).rowcount
    await put_wechat_binding(connection, openid, user_id, at)
    return gone


def openid_digest(openid: str) -> bytes:
    """An openid has more than 100 random bits, so a plain digest hides it."""
    return sha256(openid.encode()).digest()


def _user(row: Row[Any] | None) -> User | None:
    if row is None:
        return None
    return User(
        user_id=row.user_id,
        username=row.username,
        name=row.name,
        grants={role: tuple(codes) for role, codes in (row.grants or {}).items()},
        household_id=row.household_id,
        cadre_id=row.cadre_id,
        status=row.status,
        password_hash=row.password_hash,
        has_second_factor=row.enrolled,
    )
