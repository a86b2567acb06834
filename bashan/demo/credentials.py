"""`demo/credentials.json`: who may log in to the demonstration (API conventions 4.3); mode 0600."""

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from bashan.demo.load import Filled
from bashan.demo.people import CITY, COUNTY, gateway_transaction, make_login
from bashan.demo.population import BANKS
from bashan.environment import Ground
from bashan.private_file import write_private
from services.cadres.storage.tables import pairings
from services.credit.storage.tables import consents
from services.gateway.api.wechat_stand_in import openid_of_code
from services.gateway.use_cases.password_hashes import PasswordHashes
from services.gateway.use_cases.save_partner import save_partner
from services.gateway.use_cases.save_user import bind_wechat, save_user
from shared.clock import Clock
from shared.db import Connection, Database
from shared.tokens import SigningKey

BANK = "demo-bank-1"
# So much that whoever measures the demonstration does not meet its quota.
BANK_PER_MINUTE, BANK_PER_DAY = 1_000_000, 1_000_000_000


def credentials_path(on: Ground) -> Path:
    return on.data_dir / "demo" / "credentials.json"


async def make_credentials(on: Ground, township: str, filled: Filled) -> None:
    """Makes the logins and, last of all, the file whose presence says that the demonstration is complete."""
    household_id, consent_id = await _household_with_consent(on, filled)
    cadre_id = await _cadre_of(on, household_id)
    key = SigningKey.fresh(f"{BANK}-1")
    wechat_code = f"demo-{secrets.token_urlsafe(24)}"
    village = filled.units[1].plan.row.code
    async with gateway_transaction(on) as connection:
        users = await _make_users(connection, township, village, cadre_id)
        await _bind_household(connection, household_id, wechat_code)
        await _save_bank(connection, {key.kid: key.public_pem()})
    document: dict[str, Any] = {
        "gateway_url": "",
        "users": users,
        "household": {"wechat_code": wechat_code, "household_id": str(household_id)},
        "bank": {
            "client_id": BANK,
            "kid": key.kid,
            "private_key_pem": key.private_pem,
            "token_url": "",
            "consent_id": str(consent_id),
            "household_id": str(household_id),
        },
    }
    credentials_path(on).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_with_urls(on, document)


async def announce_bank(on: Ground) -> None:
    """The services hear of a new bank within seconds: entered first, all know it when the demonstration is complete."""
    async with gateway_transaction(on) as connection:
        await _save_bank(connection, {})


def follow_port(on: Ground) -> None:
    """Another start may serve on another port, and a bank's assertion names the address that it is meant for."""
    _write_with_urls(on, json.loads(credentials_path(on).read_text("utf-8")))


def _write_with_urls(on: Ground, document: dict[str, Any]) -> None:
    gateway_url = f"http://{on.settings.host}:{on.settings.port}"
    document["gateway_url"] = gateway_url
    document["bank"]["token_url"] = f"{gateway_url}/v1/oauth/token"
    write_private(credentials_path(on), json.dumps(document, ensure_ascii=False, indent=2) + "\n")


async def _save_bank(connection: Connection, keys: Mapping[str, str]) -> None:
    await save_partner(
        connection,
        client_id=BANK,
        name=BANKS[BANK],
        keys=keys,
        per_minute=BANK_PER_MINUTE,
        per_day=BANK_PER_DAY,
        now=Clock().now(),
        actor="demonstration",
    )


async def _make_users(connection: Connection, township: str, village: str, cadre_id: UUID) -> dict[str, dict[str, str]]:
    passwords = PasswordHashes()
    wanted: dict[str, tuple[str, str, dict[str, tuple[str, ...]], UUID | None]] = {
        "city_official": ("demo-city", "示范市级工作人员甲", {"city_official": (CITY,)}, None),
        "second_city_official": ("demo-city-2", "示范市级工作人员乙", {"city_official": (CITY,)}, None),
        "county_official": ("demo-county", "示范县级工作人员", {"county_official": (COUNTY,)}, None),
        "township_official": ("demo-township", "示范乡镇工作人员", {"township_official": (township,)}, None),
        "village_official": ("demo-village", "示范村级工作人员", {"village_official": (village,)}, None),
        "cadre": ("demo-cadre", "示范帮扶干部", {"cadre": (township,)}, cadre_id),
        "donor": ("demo-donor", "示范爱心人士", {"donor": ()}, None),
        "auditor": ("demo-auditor", "示范审计人员", {"auditor": (CITY,)}, None),
        "operator": ("demo-operator", "示范运维人员", {"operator": ()}, None),
    }
    users = {}
    for role, (username, name, grants, cadre) in wanted.items():
        login = await make_login(connection, passwords, username, name, grants, cadre)
        users[role] = {"username": login.username, "password": login.password}
    return users


async def _bind_household(connection: Connection, household_id: UUID, wechat_code: str) -> None:
    user_id = await save_user(
        connection,
        PasswordHashes(),
        username="demo-household",
        name="示范农户",
        grants={"household": ()},
        now=Clock().now(),
        household_id=household_id,
        actor="demonstration",
    )
    await bind_wechat(connection, user_id, openid_of_code(wechat_code), now=Clock().now())


async def _household_with_consent(on: Ground, filled: Filled) -> tuple[UUID, UUID]:
    """A poor household that could still rise a band, and its live consent to the demonstration's bank."""
    poor = {
        household.household_id for unit in filled.units for household in unit.households if household.on_poverty_list
    }
    chosen = next(
        UUID(file.household_id)
        for unit in filled.units
        for file in unit.files
        if file.household_id in poor and file.drawn is not None and file.drawn.band == "A" and not file.vetoes
    )
    async with _reading(on, "credit") as connection:
        found = await connection.execute(
            select(consents.c.consent_id).where(consents.c.household_id == chosen, consents.c.partner_id == BANK)
        )
        return chosen, found.scalars().one()


async def _cadre_of(on: Ground, household_id: UUID) -> UUID:
    async with _reading(on, "cadres") as connection:
        found = await connection.execute(select(pairings.c.cadre_id).where(pairings.c.household_id == household_id))
        return UUID(str(found.scalars().one()))


@asynccontextmanager
async def _reading(on: Ground, service: str) -> AsyncIterator[Connection]:
    database = Database(on.urls[service].runtime, pool_size=1, name="demo-reading")
    try:
        async with database.transaction() as connection:
            yield connection
    finally:
        await database.close()
