"""Places and households come from the households service, pairings go there: over the change logs of both."""

import httpx
import pytest

from services.cadres.domain.errors import HelpedHouseholdNotFound
from services.cadres.storage.coverage_repository import coverage_of
from services.cadres.storage.place_repository import get_household
from shared.ids import new_id
from tests.cadres.siblings import Siblings
from tests.cadres.world import TODAY, Town, household, region, rows_of

PLACE = "511921122"
VILLAGE = f"{PLACE}201"


async def test_what_the_households_service_says_is_known_here_and_its_latest_word_counts(siblings: Siblings) -> None:
    household_id = new_id()
    await siblings.say(region(PLACE, "township", poor=False), region(VILLAGE, "village", poor=True))
    await siblings.say(household(household_id, VILLAGE, poor=True), household(household_id, VILLAGE, poor=False))
    await siblings.listen()
    async with siblings.world.database.transaction() as connection:
        assert not (await get_household(connection, household_id)).registered_poor
    await siblings.say(household(household_id, VILLAGE, poor=True, head="王*"))
    await siblings.listen()
    async with siblings.world.database.transaction() as connection:
        found = await get_household(connection, household_id)
        covered = await coverage_of(connection, PLACE, TODAY)
    assert (found.head, found.registered_poor, found.village_code) == ("王*", True, VILLAGE)
    assert (covered.poor_villages, covered.posts_vacant, covered.unpaired) == (1, 5, 1)


async def test_a_replay_from_zero_gives_the_same_places_and_households(siblings: Siblings) -> None:
    ids = [new_id() for _ in range(30)]
    await siblings.say(*(region(f"{PLACE}{200 + i}", "village", poor=i % 2 == 0) for i in range(10)))
    for turn in range(3):
        await siblings.say(
            *(household(id_, f"{PLACE}{200 + i % 10}", poor=(i + turn) % 3 > 0) for i, id_ in enumerate(ids))
        )
        await siblings.listen()
    before = await siblings.projection()
    await siblings.world.tell(region(f"{PLACE}299", "village", poor=True), household(new_id(), VILLAGE, poor=True))
    assert len(await siblings.projection()) == 42, "what the log does not hold goes with a rebuild"
    for reader in siblings.world.app.state.feeds:
        await reader.rebuild()
    assert await siblings.projection() == before
    assert len(before) == 40


async def test_pages_may_come_twice_without_a_second_effect(siblings: Siblings) -> None:
    changes = [region(VILLAGE, "village", poor=True), household(new_id(), VILLAGE, poor=True)]
    await siblings.world.tell(*changes)
    before = await siblings.projection()
    await siblings.world.tell(*changes)
    assert await siblings.projection() == before


async def test_a_stopped_sibling_delays_what_is_known_and_fails_nothing(siblings: Siblings) -> None:
    household_id = new_id()
    running = siblings.way_to_households.application
    siblings.way_to_households.application = None
    await siblings.say(household(household_id, VILLAGE, poor=True))
    with pytest.raises(httpx.ConnectError):
        await siblings.listen()
    async with siblings.world.database.transaction() as connection:
        with pytest.raises(HelpedHouseholdNotFound):
            await get_household(connection, household_id)
    siblings.way_to_households.application = running
    await siblings.listen()
    async with siblings.world.database.transaction() as connection:
        assert (await get_household(connection, household_id)).registered_poor


async def test_the_households_service_learns_who_helps_and_when_nobody_does_any_more(siblings: Siblings) -> None:
    world = siblings.world
    town: Town = await world.town()
    household_id = await town.household()
    first, second = await town.cadre(), await town.cadre()
    assert await siblings.helper(household_id) is None
    for cadre in (first, second):
        async with world.as_(town.official) as caller:
            made = await caller.post(
                "/v1/pairings", {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id)}
            )
            assert await siblings.helper(household_id) == cadre.cadre_id
            await caller.step(f"/v1/pairings/{made.json()['pairing_id']}", "end", {"reason": "rebalanced"})
        assert await siblings.helper(household_id) is None


async def test_a_cadre_who_is_renamed_is_renamed_for_the_households_too(siblings: Siblings) -> None:
    world = siblings.world
    town = await world.town()
    household_id, cadre = await town.household(), await town.cadre(name="旧名")
    body = {
        "unit_id": str(cadre.unit_id),
        "name": "新名",
        "rank": cadre.rank,
        "region_code": town.code,
        "valid_from": "2024-01-01",
    }
    async with world.as_(town.official) as caller:
        await caller.post("/v1/pairings", {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id)})
        assert (await caller.put(f"/v1/cadres/{cadre.cadre_id}", body, 1)).status_code == 200
    async with world.database.transaction() as connection:
        told = await rows_of(connection, "SELECT payload->>'cadre_name' FROM change_log ORDER BY xid, id")
    assert [name for (name,) in told] == ["旧名", "新名"]


async def test_nothing_personal_leaves_with_a_pairing(siblings: Siblings) -> None:
    world = siblings.world
    town = await world.town()
    cadre = await town.cadre(phone="13812345678")
    async with world.as_(town.official) as caller:
        body = {"household_id": str(await town.household()), "cadre_id": str(cadre.cadre_id)}
        await caller.post("/v1/pairings", body)
    async with world.database.transaction() as connection:
        told = await rows_of(connection, "SELECT topic, payload FROM change_log")
    assert [(topic, set(payload)) for topic, payload in told] == [("pairing", {"cadre_id", "cadre_name"})]
