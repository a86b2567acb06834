"""The demonstration's users of the gateway: officials, a cadre, an auditor, an operator, a household, a bank."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from bashan.demo.load import Officials
from bashan.environment import Ground
from services.gateway.storage.user_repository import find_by_username
from services.gateway.use_cases.password_hashes import PasswordHashes
from services.gateway.use_cases.save_user import save_user
from shared.clock import Clock
from shared.db import Connection, Database

CITY, COUNTY = "5119", "511921"


@dataclass(frozen=True, slots=True)
class Login:
    user_id: UUID
    username: str
    password: str


@asynccontextmanager
async def gateway_transaction(on: Ground) -> AsyncIterator[Connection]:
    database = Database(on.urls["gateway"].runtime, pool_size=1, name="demo-gateway")
    try:
        async with database.transaction() as connection:
            yield connection
    finally:
        await database.close()


async def make_login(
    connection: Connection,
    passwords: PasswordHashes,
    username: str,
    name: str,
    grants: dict[str, tuple[str, ...]],
    cadre_id: UUID | None = None,
) -> Login:
    """A user with a new random password; a user that is there gets a new one."""
    password = secrets.token_urlsafe(15)
    user_id = await save_user(
        connection,
        passwords,
        username=username,
        name=name,
        grants=grants,
        now=Clock().now(),
        password=password,
        cadre_id=cadre_id,
        actor="demonstration",
    )
    return Login(user_id, username, password)


async def ensure_officials(on: Ground) -> Officials:
    """Two city officials: one orders the taking-over, the other confirms it. Who is there keeps the password."""
    names = {"demo-city": "示范市级工作人员甲", "demo-city-2": "示范市级工作人员乙"}
    found = []
    async with gateway_transaction(on) as connection:
        for username, name in names.items():
            user = await find_by_username(connection, username)
            if user is None:
                login = await make_login(connection, PasswordHashes(), username, name, {"city_official": (CITY,)})
                found.append(str(login.user_id))
            else:
                found.append(str(user.user_id))
    return Officials(*found)
