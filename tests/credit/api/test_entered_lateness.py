"""A lateness that an official entered keeps its day, and another one is told anew."""

from datetime import date
from typing import Any
from uuid import UUID

from tests.credit.course_world import FACTS
from tests.credit.world import TODAY, Town, World, household_login


async def entered_lateness(world: World, town: Town, household_id: UUID, days: int, version: int) -> dict[str, Any]:
    """The one that an official entered, as the household's list has it."""
    path = f"/v1/credit/households/{household_id}"
    async with world.as_(town.official) as caller:
        body = {**FACTS, "worst_days_past_due": days}
        assert (await caller.put(f"{path}/facts", body, version)).status_code == 200
        listed = (await caller.get(f"{path}/negative-facts")).json()["items"]
    (found,) = [one for one in listed if one["kind"] == "entered"]
    return dict(found)


async def test_the_same_lateness_entered_again_keeps_its_day_and_another_one_is_to_be_told_anew(
    world: World, town: Town
) -> None:
    household_id = await town.household()
    await entered_lateness(world, town, household_id, 40, 1)
    early = "UPDATE facts SET entered_at = '2022-03-01T12:00:00+08:00' WHERE household_id = $1 RETURNING 1"
    await world.rows(early, household_id)
    again = await entered_lateness(world, town, household_id, 40, 2)
    assert (again["began_on"], again["kept_until"]) == ("2022-03-01", "2027-03-01")
    async with world.as_(household_login(household_id)) as caller:
        await caller.get(f"/v1/credit/households/{household_id}/negative-facts")
    third = await entered_lateness(world, town, household_id, 40, 3)
    assert (third["began_on"], third["told_on"]) == ("2022-03-01", TODAY.isoformat())
    other = await entered_lateness(world, town, household_id, 60, 4)
    assert other["told_on"] is None
    assert date.fromisoformat(other["began_on"]) > date(2022, 3, 1)
