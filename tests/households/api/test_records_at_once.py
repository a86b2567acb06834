"""Many read records at the same moment and share a round trip: each is shown its own, and each look is kept."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.households.storage.record_desk import LookTaken, RecordDesk
from shared.db import DatabaseBusy
from shared.ids import new_id
from tests.households.import_world import ImportWorld
from tests.households.plan_callers import caller, good, helps, poor_household, refused


class LostLooks(RecordDesk):
    async def keep(self, look: LookTaken) -> None:
        raise DatabaseBusy(retry_after=2)


@pytest.fixture
def without_looks(world: ImportWorld) -> Iterator[None]:
    """A database that takes no looks."""
    rooms = world.app.state.rooms
    lost = LostLooks(world.app.state.service.database, world.repository)
    world.app.state.rooms = replace(rooms, records=lost)
    yield
    world.app.state.rooms = rooms


async def test_each_is_shown_its_own_household_and_each_look_is_kept(world: ImportWorld) -> None:
    homes = [await poor_household(world, people=1 + number % 3) for number in range(6)]
    asked = homes * 4
    replies = await asyncio.gather(*(caller(world).get(f"/v1/households/{home}") for home in asked))
    for home, reply in zip(asked, replies, strict=True):
        record = good(reply)
        one = await one_by_one(world, home)
        assert (record["household_id"], record["members"]) == (home, one["members"])
        assert reply.headers["etag"] == f'"v{record["version"]}"'
    async with world.database.transaction() as connection:
        looks = await connection.exec_driver_sql("SELECT household_id::text FROM looks WHERE what = 'record'")
        assert Counter(looks.scalars()) == Counter(asked)


async def one_by_one(world: ImportWorld, home: str) -> dict[str, object]:
    """The record as its own household reads it, which is no look."""
    itself = caller(world, "self", "household", household_id=home)
    record: dict[str, object] = good(await itself.get(f"/v1/households/{home}"))
    return record


async def test_among_many_a_stranger_is_refused_and_leaves_no_look(world: ImportWorld) -> None:
    home = await poor_household(world)
    cadre_id = str(new_id())
    await helps(world, home, cadre_id)
    helper = caller(world, "wei", "cadre", cadre_id=cadre_id)
    path = f"/v1/households/{home}"
    stranger = caller(world, "wang", "township_official", "511902001")
    others = (caller(world), stranger, helper, caller(world, "self", "household", household_id=home))
    told = await asyncio.gather(*(one.get(path) for one in others), stranger.get(f"/v1/households/{home[:-1]}0"))
    assert [reply.status_code for reply in told] == [200, 404, 200, 200, 404]
    assert told[1].json()["code"] == told[4].json()["code"] == "household_not_found"
    async with world.database.transaction() as connection:
        looks = await connection.exec_driver_sql("SELECT role FROM looks ORDER BY role")
        assert list(looks.scalars()) == ["helper", "official"]


@pytest.mark.usefixtures("without_looks")
async def test_nothing_is_shown_whose_look_cannot_be_kept(world: ImportWorld) -> None:
    home = await poor_household(world)
    problem = refused(await caller(world).get(f"/v1/households/{home}"), 503, "database_busy")
    assert "members" not in problem
    assert (await one_by_one(world, home))["household_id"] == home
