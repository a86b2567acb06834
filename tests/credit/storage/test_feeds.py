"""What the siblings say is known here and nothing else of it; said again, or read from zero, it gives the same."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from bashan.embedded_postgres import EmbeddedPostgres
from migrations.runner import migrate
from services.cadres.main import create_app as create_cadres
from services.cadres.settings import Settings as CadresSettings
from services.credit.domain.banned_facts import is_banned_fact
from services.households.main import create_app as create_households
from services.households.settings import Settings as HouseholdsSettings
from shared.change_log import Change
from shared.ids import new_id
from shared.web.context import Service
from tests.builders.database import Urls, ensure_template
from tests.conftest import FreshDatabase
from tests.credit.days import TODAY
from tests.credit.world import Town, World, cadre_login, close_world, household, make_world, pairing, region

PLACE = "511921122"
VILLAGES = [f"{PLACE}{201 + place}" for place in range(3)]


class OverApplication(httpx.AsyncBaseTransport):
    """The way to a sibling that is made later."""

    application: FastAPI

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await httpx.ASGITransport(self.application).handle_async_request(request)


@dataclass
class Siblings:
    world: World
    households: FastAPI
    cadres: FastAPI

    async def say(self, *changes: Change) -> None:
        for change in changes:
            service = (self.cadres if change.topic == "pairing" else self.households).state.service
            async with service.database.transaction() as connection:
                await service.change_log.append(connection, [change])

    async def listen(self) -> None:
        """Until nothing waits: an open transaction of any test on this server holds a feed back for a moment."""
        for reader, sibling in zip(self.world.app.state.feeds, (self.households, self.cadres), strict=True):
            async with asyncio.timeout(60):
                await reader.catch_up()
                while await self._waiting(sibling.state.service):
                    await asyncio.sleep(0.02)
                    await reader.catch_up()

    async def _waiting(self, sibling: Service) -> int:
        topics = ("pairing",) if sibling.name == "cadres" else ("region", "household")
        async with self.world.database.transaction() as connection:
            cursor = await self.world.service.change_log.position(connection, sibling.name)
        async with sibling.database.transaction() as connection:
            return await sibling.change_log.waiting(connection, cursor, topics)

    async def rebuild(self) -> None:
        for reader in self.world.app.state.feeds:
            await reader.rebuild()
        await self.listen()

    async def projection(self) -> list[Any]:
        return [
            row
            for table in ("regions", "directory", "identities", "helpers")
            for row in await self.world.rows(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 - names of this test
        ]


async def migrate_all(urls: Urls) -> None:
    for service in ("households", "cadres", "credit"):
        await migrate(service, urls[service].owner)


@pytest.fixture
async def siblings(
    postgres: EmbeddedPostgres, fresh_database: FreshDatabase, tmp_path: Path
) -> AsyncIterator[Siblings]:
    urls = await fresh_database(await ensure_template(postgres, "template_three_services", migrate_all))
    ways = {"households": OverApplication(), "cadres": OverApplication()}
    world = await make_world(urls, tmp_path, ways)
    makers: dict[str, tuple[Any, Any]] = {
        "households": (create_households, HouseholdsSettings),
        "cadres": (create_cadres, CadresSettings),
    }
    for name, (create, kind) in makers.items():
        settings = kind(
            database_url=urls[name].runtime,
            jobs_database_url=urls[name].jobs,
            secrets_dir=world.settings.secrets_dir,
            files_dir=tmp_path / "files",
        )
        ways[name].application = create(settings, {})
    there = Siblings(world, ways["households"].application, ways["cadres"].application)
    yield there
    await close_world(world)
    for app in (there.households, there.cadres):
        await app.state.service.database.close()


def everybody(ids: list[UUID], turn: int) -> list[Change]:
    return [
        household(one, VILLAGES[(place + turn) % 3], poor=place % 2 == turn % 2, identities=[f"{place:064x}"])
        for place, one in enumerate(ids)
    ]


async def test_a_replay_from_zero_gives_the_same_places_households_and_helpers(siblings: Siblings) -> None:
    ids, cadre_id = [new_id() for _ in range(12)], new_id()
    await siblings.say(*(region(code, "village", "village") for code in VILLAGES))
    for turn in range(3):
        await siblings.say(*everybody(ids, turn), *(pairing(one, cadre_id if turn else new_id()) for one in ids[:4]))
        await siblings.listen()
    await siblings.say(pairing(ids[0], None))
    await siblings.listen()
    before = await siblings.projection()
    assert len(before) == 3 + 12 + 12 + 3
    await siblings.rebuild()
    assert await siblings.projection() == before


async def test_a_rebuild_leaves_what_is_this_services_own(siblings: Siblings) -> None:
    one = new_id()
    await siblings.say(region(VILLAGES[0], "village", "village"), household(one, VILLAGES[0]))
    await siblings.listen()
    town = Town(siblings.world, PLACE, VILLAGES)
    household_id = await town.household()
    await town.loans([(household_id, {})])
    await siblings.rebuild()
    kept = await siblings.world.rows("SELECT (SELECT count(*) FROM facts), (SELECT count(*) FROM loans)")
    assert kept == [(1, 1)]


async def test_pages_may_come_twice_without_a_second_effect(world: World, town: Town) -> None:
    one, cadre_id = new_id(), new_id()
    changes = [household(one, town.village, identities=["ab" * 32]), pairing(one, cadre_id)]
    await world.tell(*changes)
    question = (
        "SELECT d.*, i.identity, h.cadre_id FROM directory d JOIN identities i USING (household_id)"
        " JOIN helpers h USING (household_id) WHERE household_id = $1"
    )
    before = await world.rows(question, one)
    await world.tell(*changes)
    assert await world.rows(question, one) == before
    assert len(before) == 1


async def test_fields_that_are_not_named_are_left_out_health_among_them(world: World, town: Town) -> None:
    one = new_id()
    await world.tell(household(one, town.village, health="慢性病", disability=True, ethnicity="土家族"))
    dumped = await world.rows("SELECT to_jsonb(directory)::text FROM directory WHERE household_id = $1", one)
    assert "慢性病" not in dumped[0][0]
    named = "SELECT DISTINCT column_name FROM information_schema.columns WHERE table_schema = 'credit' ORDER BY 1"
    banned = [column for (column,) in await world.rows(named) if is_banned_fact(column)]
    # Who helps, what the counts of a place need, and titles; no score reads these tables.
    assert banned == ["cadre_id", "poor_village", "registered_poor", "title_id"]


async def test_a_household_that_moves_takes_its_file_and_its_loans_along(world: World) -> None:
    town = await world.town(villages=2)
    household_id = await town.household()
    await town.loans([(household_id, {})])
    await town.take_over()
    await world.tell(household(household_id, town.villages[1]))
    places = (
        "SELECT f.village_code, l.village_code FROM facts f JOIN loans l USING (household_id) WHERE household_id = $1"
    )
    assert await world.rows(places, household_id) == [(town.villages[1],) * 2]
    async with world.as_(town.official) as caller:
        assert (await caller.get(f"/v1/credit/households/{household_id}/grade")).json()["grade"] == "AAA"


async def test_the_grades_of_a_merged_village_count_where_its_households_live_now(world: World) -> None:
    town = await world.town(villages=2)
    old, successor = town.villages
    merged = await town.households(6)
    await town.take_over()
    ended = region(old, "village", "village", ended_on="2026-11-01", successor=successor)
    await world.tell(ended, *(household(one, successor) for one in merged))
    async with world.as_(town.official) as caller:
        here = (await caller.get("/v1/credit/summary", region=successor)).json()
        there = (await caller.get("/v1/credit/summary", region=old)).json()
        judged = (await caller.get(f"/v1/credit/villages/{successor}/grade")).json()
        world.set_day(date(2027, 12, 1))
        due = (await caller.get("/v1/credit/grade-reviews", region=successor, limit=100)).json()["items"]
        nowhere = (await caller.get("/v1/credit/grade-reviews", region=old, limit=100)).json()["items"]
        world.set_day(TODAY)
    counted = ("households", "rated_households", "credit_households", "by_band")
    assert [here[name] for name in counted] == [6, 6, 6, {"AAA": 6, "AA": 0, "A": 0}]
    assert [there[name] for name in counted] == [0, 0, 0, {"AAA": 0, "AA": 0, "A": 0}]
    assert {one["name"]: one["numerator"] for one in judged["tests"]}["rated"] == 6
    assert {one["village_code"] for one in due} == {successor}
    assert (len(due), nowhere) == (6, [])


async def test_a_household_that_moved_has_one_grade_also_when_its_new_village_is_graded_later(world: World) -> None:
    town = await world.town(villages=2)
    household_id = await town.household()
    await town.take_over(town.villages[0])
    await world.tell(household(household_id, town.villages[1]))
    await town.household(village=town.villages[1])
    await town.take_over(town.villages[1])
    async with world.as_(town.official) as caller:
        reply = await caller.get(f"/v1/credit/households/{household_id}/grade")
        summary = (await caller.get("/v1/credit/summary", region=town.code)).json()
    assert (reply.status_code, reply.json()["grade"]) == (200, "AAA")
    assert (summary["households"], summary["rated_households"]) == (2, 2)


async def test_an_id_number_leads_to_the_household_that_has_the_person_now(world: World, town: Town) -> None:
    index = "cd" * 32
    before, after = new_id(), new_id()
    await world.tell(household(before, town.village, identities=[index]))
    await world.tell(household(after, town.village, identities=[index]), household(before, town.village))
    found = await world.rows("SELECT household_id FROM identities WHERE identity = $1", bytes.fromhex(index))
    assert found == [(after,)]
    await world.tell(household(after, town.village))
    assert await world.rows("SELECT 1 FROM identities WHERE identity = $1", bytes.fromhex(index)) == []


async def test_whoever_helps_no_longer_sees_no_longer(world: World, town: Town) -> None:
    household_id, cadre_id = await town.household(), new_id()
    await town.take_over()
    async with world.as_(cadre_login(cadre_id)) as caller:
        path = f"/v1/credit/households/{household_id}/grade"
        assert (await caller.get(path)).status_code == 404
        await world.tell(pairing(household_id, cadre_id))
        assert (await caller.get(path)).status_code == 200
        await world.tell(pairing(household_id, None))
        assert (await caller.get(path)).status_code == 404
