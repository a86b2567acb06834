"""Whoever writes is shown the record, and the household sees that look."""

from typing import Any
from uuid import UUID

from tests.builders.worked_cases import H1
from tests.credit.course_world import FACTS, VETO
from tests.credit.world import Town, World, assert_problem, household_login


async def looks(world: World, household_id: UUID) -> list[str]:
    async with world.as_(household_login(household_id)) as caller:
        listed = (await caller.get(f"/v1/credit/households/{household_id}/queries", limit=100)).json()["items"]
    return [one["what"] for one in listed]


async def test_who_writes_is_shown_the_record_and_the_household_sees_that_look(world: World, town: Town) -> None:
    household_id = await town.household(H1, vetoes=["V1"])
    base = f"/v1/credit/households/{household_id}"
    (key,) = await world.rows("SELECT 'veto/' || veto_id FROM vetoes WHERE household_id = $1", household_id)
    said: dict[str, Any] = {"fact": key[0], "text": "已还清", "witness": "王五"}
    async with world.as_(town.official) as caller:
        steps = (
            (200, caller.put(f"{base}/facts", FACTS, 1)),
            (200, caller.put(f"{base}/reviews", {"reviews": [8] * 5}, 2)),
            (201, caller.post(f"{base}/vetoes", VETO)),
            (200, caller.post(f"{base}/negative-facts/tellings", {"fact": key[0], "how": "visit"})),
            (200, caller.post(f"{base}/negative-facts/statements", said)),
        )
        for number, (status, step) in enumerate(steps, start=1):
            reply = await step
            assert reply.status_code == status, reply.text
            assert len(await looks(world, household_id)) == number


async def test_a_refusal_that_shows_the_file_is_a_look_too(world: World, town: Town) -> None:
    household_id = await town.household()
    async with world.as_(town.official) as caller:
        stale = await caller.put(f"/v1/credit/households/{household_id}/facts", FACTS, 7)
    assert assert_problem(stale, 412, "facts_version_stale")["current"]["version"] == 1
    assert await looks(world, household_id) == ["facts"]
