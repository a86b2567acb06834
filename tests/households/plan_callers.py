"""Whoever plans for a household, over HTTP: officials, the helper, itself; and a household to plan for."""

import itertools
import json
import time
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import httpx

from shared.auth import FIELD, Principal, access_claims
from shared.ids import new_id
from shared.tokens import Signer, SigningKey
from tests.builders.register import invented_id_number
from tests.builders.token_life import ONE_DAY
from tests.households.import_world import TOWNSHIP, ImportWorld

VILLAGE = f"{TOWNSHIP}202"
_PERSON = itertools.count()


@dataclass(frozen=True)
class PlanCaller:
    """A person with a token; a write carries a fresh Idempotency-Key."""

    world: ImportWorld
    token: str

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.send("GET", path, params=query)

    async def post(self, path: str, body: Any = None, version: int | None = None) -> httpx.Response:
        return await self.send("POST", path, json=body, version=version)

    async def put(self, path: str, body: Any, version: int) -> httpx.Response:
        return await self.send("PUT", path, json=body, version=version)

    async def send(self, method: str, path: str, version: int | None = None, **how: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}", "Idempotency-Key": str(new_id())}
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        transport = httpx.ASGITransport(self.world.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://households") as client:
            return await client.request(method, path, headers=headers, **how)


def caller(
    world: ImportWorld,
    subject: str = "zhang",
    role: str = "township_official",
    *places: str,
    household_id: str | None = None,
    cadre_id: str | None = None,
) -> PlanCaller:
    """An official of the township unless said otherwise."""
    stored = json.loads((world.settings.secrets_dir / "token-signing.json").read_text())
    scopes = {role: places or (TOWNSHIP,)}
    who = Principal(
        subject,
        f"{subject}同志",
        frozenset(scopes),
        scopes,
        str(new_id()),
        int(time.time()) + ONE_DAY,
        household_id=household_id,
        cadre_id=cadre_id,
    )
    signer = Signer(SigningKey(stored["kid"], stored["private_pem"]))
    return PlanCaller(world, signer.sign(access_claims(who, audience=FIELD, issued_at=int(time.time())), "at+jwt"))


def person(relation: str = "户主", name: str = "白石山") -> dict[str, Any]:
    number = next(_PERSON)
    born = date(1950 + number // 800 % 40, 1 + number % 12, 1 + number // 12 % 28)
    return {"name": name, "relation": relation, "id_number": invented_id_number(born, number % 800, male=True)}


async def poor_household(world: ImportWorld, people: int = 2, **facts: Any) -> str:
    """Registered anew by the county, which takes its status over: poor unless said otherwise; its id."""
    members = [person(), *(person("之子", "白小山") for _ in range(people - 1))]
    body = {"village_code": VILLAGE, "status": "poor", "members": members, **facts}
    reply = await caller(world, "county", "county_official", VILLAGE[:6]).post("/v1/households", body)
    assert reply.status_code == 201, reply.text
    found: str = reply.json()["household_id"]
    return found


async def helps(world: ImportWorld, household_id: str, cadre_id: str) -> None:
    """As the cadres service's feed would say."""
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO helpers (household_id, cadre_id, cadre_name) VALUES ($1, $2, '王帮扶')",
            (UUID(household_id), UUID(cadre_id)),
        )


def good(reply: httpx.Response, status: int = 200) -> Any:
    assert reply.status_code == status, reply.text
    return reply.json()


def refused(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = reply.json()
    assert (reply.status_code, problem["code"]) == (status, code), reply.text
    return problem
