"""Households with wishes, donors, and a clock that the tests move."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.clock import FixedClock
from shared.ids import new_id
from tests.builders.files import photo
from tests.households.import_world import NOON, TOWNSHIP, ImportWorld
from tests.households.monitoring_people import VILLAGE, Client, as_household, help_by, key, register

PHOTO = photo(size=(60, 40))
SIGNED = {"to": "open", "through": "signed", "witness": "村支书"}


def as_donor(world: ImportWorld, name: str = "donor-1") -> Client:
    return world.as_person(name, {"donor": ()})


def as_village(world: ImportWorld, name: str = "official-1") -> Client:
    return world.as_person(name, {"village_official": (VILLAGE,)})


@contextmanager
def clock_at(world: ImportWorld, at: datetime = NOON) -> Iterator[FixedClock]:
    """The service's clock stands still until the test moves it."""
    before = world.app.state.service
    clock = FixedClock(at)
    world.app.state.service = replace(before, clock=clock)
    yield clock
    world.app.state.service = before


async def helped(world: ImportWorld, **fields: Any) -> tuple[str, str]:
    """A poor household and the cadre who helps it."""
    household, cadre = await poor(world, **fields), str(new_id())
    await help_by(world, household, cadre)
    return household, cadre


async def poor(world: ImportWorld, **fields: Any) -> str:
    """On the poverty register, as the course of identification would have brought it there."""
    household = await register(world, **fields)
    await world.put("UPDATE households SET status = 'poor' WHERE household_id = $1", (UUID(household),))
    return household


async def post(client: httpx.AsyncClient, path: str, body: Any = None) -> httpx.Response:
    return await client.post(path, json=body if body is not None else {}, headers=key())


async def record(client: httpx.AsyncClient, household: str, **changes: Any) -> httpx.Response:
    body = {"household_id": household, "kind": "school_supplies", "need": "一盏学习用的台灯", "amount_cents": 9_900}
    return await post(client, "/v1/wishes", body | changes)


async def open_wish(world: ImportWorld, household: str, **changes: Any) -> str:
    """Recorded and published by the household itself."""
    async with as_household(world, household) as client:
        made = await record(client, household, **changes)
        assert made.status_code == 201, made.text
        wish: str = made.json()["wish_id"]
        opened = await post(client, f"/v1/wishes/{wish}/transitions", {"to": "open"})
        assert (opened.status_code, opened.json()["state"]) == (200, "open"), opened.text
    return wish


async def upload(client: httpx.AsyncClient, wish: str, content: bytes = PHOTO, name: str = "a.jpg") -> httpx.Response:
    return await client.post(f"/v1/wishes/{wish}/files", files={"file": (name, content)}, headers=key())


async def deliver(client: httpx.AsyncClient, wish: str) -> httpx.Response:
    file_id = (await upload(client, wish)).json()["file_id"]
    return await post(client, f"/v1/wishes/{wish}/transitions", {"to": "delivered", "file_ids": [file_id]})


async def deliver_without_upload(client: httpx.AsyncClient, wish: str) -> httpx.Response:
    return await post(client, f"/v1/wishes/{wish}/transitions", {"to": "delivered"})


HELD = timedelta(hours=72)
REGION = {"region": TOWNSHIP}
