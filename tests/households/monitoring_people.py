"""People and households for the tests of monitoring: officials, a helper, the household itself."""

import itertools
from contextlib import AbstractAsyncContextManager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.ids import new_id
from tests.builders.register import invented_id_number
from tests.households.import_world import TOWNSHIP, ImportWorld

VILLAGE = f"{TOWNSHIP}202"
GUARANTEES = ("food", "clothing", "schooling", "medical_insurance", "housing", "water")
_PERSON = itertools.count()

Client = AbstractAsyncContextManager[httpx.AsyncClient]


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(new_id())}


def invented_number() -> str:
    number = next(_PERSON)
    return invented_id_number(date(1960, 1, 1) + timedelta(days=number), 100 + number % 800, male=True)


async def register(world: ImportWorld, village: str = VILLAGE, **fields: Any) -> str:
    """A household with a head; its id."""
    head = {"name": "陈正松", "id_number": fields.pop("id_number", "") or invented_number(), "relation": "户主"}
    async with world.as_official(village) as client:
        body = {"village_code": village, "members": [head], **fields}
        reply = await client.post("/v1/households", json=body, headers=key())
        assert reply.status_code == 201, reply.text
        return str(reply.json()["household_id"])


async def help_by(world: ImportWorld, household_id: str, cadre_id: str) -> None:
    """As the cadres service's feed would say it."""
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO helpers (household_id, cadre_id, cadre_name) VALUES ($1, $2, '帮扶人')",
            (UUID(household_id), UUID(cadre_id)),
        )


def as_helper(world: ImportWorld, cadre_id: str) -> Client:
    return world.as_person(f"login-{cadre_id}", {"cadre": (TOWNSHIP,)}, cadre_id=cadre_id)


def as_household(world: ImportWorld, household_id: str) -> Client:
    return world.as_person(f"login-{household_id}", {"household": ()}, household_id=household_id)


def sheet_body(**states: str) -> dict[str, Any]:
    """All six as yes, but for those named."""
    seen = {"checked_on": "2026-11-01", "evidence": "入户查看"}
    return {
        "source": "visit",
        "guarantees": {
            name: {"state": "unknown"} if states.get(name) == "unknown" else {"state": states.get(name, "yes"), **seen}
            for name in GUARANTEES
        },
    }


async def put_sheet(client: httpx.AsyncClient, household_id: str, version: int, **states: str) -> httpx.Response:
    return await client.put(
        f"/v1/households/{household_id}/guarantees", json={**sheet_body(**states), "version": version}
    )


async def open_case(client: httpx.AsyncClient, household_id: str, what: str = "家里突发变故") -> httpx.Response:
    body = {"household_id": household_id, "what": what}
    return await client.post("/v1/monitoring/cases", json=body, headers=key())


async def step(client: httpx.AsyncClient, case: dict[str, Any], to: str, **more: Any) -> httpx.Response:
    """The step from the version that the caller knows."""
    body = {"to": to, "note": "入户核实", "version": case["version"], **more}
    return await client.post(f"/v1/monitoring/cases/{case['case_id']}/transitions", json=body, headers=key())


async def measure(client: httpx.AsyncClient, case: dict[str, Any], *, done: bool = True) -> dict[str, Any]:
    """A measure of the case, done as soon as it is recorded."""
    body = {"kind": "employment", "what": "介绍到村里务工", "responsible": "村委会"}
    path = f"/v1/monitoring/cases/{case['case_id']}/measures"
    reply = await client.post(path, json=body, headers=key())
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    if done:
        body = {"done_on": made["recorded_on"], "result": "已上岗"}
        reply = await client.post(f"{path}/{made['measure_id']}/done", json=body, headers=key())
        assert reply.status_code == 200, reply.text
    return made


async def cases_of(client: httpx.AsyncClient, household_id: str) -> list[dict[str, Any]]:
    reply = await client.get("/v1/monitoring/cases", params={"household_id": household_id})
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()["items"]
    return found


async def duties(world: ImportWorld, household_id: str) -> list[dict[str, Any]]:
    """What the siblings were told of it, oldest first."""
    async with world.database.transaction() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT payload FROM change_log WHERE topic = 'household_duty' AND key = $1 ORDER BY id", (household_id,)
        )
        return [dict(row[0]) for row in rows]
