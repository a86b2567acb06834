"""Whole numbers: no second factor, or no line in the audit trail, and nothing is shown (also past the gateway)."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, NoReturn

import httpx
import pytest

from services.households.storage.tables import audit_events
from shared.hash_chain import AuditTrail
from shared.web.context import Service
from tests.households.api.test_household_record_routes import NUMBER, headers, registered
from tests.households.import_world import TOWNSHIP, ImportWorld

ASKED = {"fields": ["id_number"], "reason": "核对身份"}


@asynccontextmanager
async def official(world: ImportWorld, shown_ago: float | None) -> AsyncIterator[httpx.AsyncClient]:
    """One whose role needs a second factor, which was shown so many seconds ago."""
    shown_at = 0 if shown_ago is None else int(time.time() - shown_ago)
    bound: dict[str, Any] = {"needs_second_factor": True, "second_factor_at": shown_at}
    async with world.as_person("official-1", {"township_official": (TOWNSHIP,)}, **bound) as client:
        yield client


async def new_household(world: ImportWorld) -> str:
    async with world.as_official(TOWNSHIP) as client:
        return str((await registered(client)).json()["household_id"])


@pytest.mark.parametrize(("shown_ago", "status"), [(None, 403), (601, 403), (590, 200)])
async def test_the_service_itself_asks_for_a_factor_of_the_last_ten_minutes(
    world: ImportWorld, shown_ago: float | None, status: int
) -> None:
    household = await new_household(world)
    async with official(world, shown_ago) as client:
        reply = await client.post(f"/v1/households/{household}/unmask", json=ASKED, headers=headers())
    assert reply.status_code == status
    assert (NUMBER in reply.text) == (status == 200)
    if status == 403:
        assert reply.json()["code"] == "step_up_required"


async def test_a_register_of_whole_numbers_asks_for_it_too_and_a_masked_one_does_not(world: ImportWorld) -> None:
    whole = {"region": TOWNSHIP, "unmasked": True, "reason": "与全国系统核对"}
    async with official(world, None) as client:
        refused = await client.post("/v1/exports", json=whole, headers=headers())
        masked = await client.post("/v1/exports", json={"region": TOWNSHIP}, headers=headers())
    async with official(world, 5) as client:
        taken = await client.post("/v1/exports", json=whole, headers=headers())
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_required")
    assert (masked.status_code, taken.status_code) == (202, 202)


class FullTrail(AuditTrail):
    async def append(self, *_args: Any, **_facts: Any) -> NoReturn:
        raise OSError("no space left for another event")


async def test_what_cannot_be_recorded_is_not_shown(world: ImportWorld) -> None:
    household = await new_household(world)
    service: Service = world.app.state.service
    world.app.state.service = replace(service, audit=FullTrail(audit_events))
    async with world.as_official(TOWNSHIP) as client:
        reply = await client.post(f"/v1/households/{household}/unmask", json=ASKED, headers=headers())
    world.app.state.service = service
    async with world.as_official(TOWNSHIP) as client:
        looks = (await client.get(f"/v1/households/{household}/looks")).json()["items"]
    assert reply.status_code >= 500
    assert NUMBER not in reply.text
    assert [(look["what"], look["reason"]) for look in looks if look["reason"]] == []
