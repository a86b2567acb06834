"""A household that moved before its new village was graded keeps the grade that it has; it never has two."""

from datetime import date
from typing import Any
from uuid import UUID

from services.credit.use_cases.count_runs import count_runs
from services.credit.use_cases.score_place import confirm_run
from shared.clock import FixedClock
from tests.builders.worked_cases import H1, H4
from tests.credit.course_world import Course
from tests.credit.days import NOON, TODAY
from tests.credit.world import Town, World, household


async def moved_after_its_first_grade(town: Town, facts: dict[str, Any], now: dict[str, Any]) -> UUID:
    """Graded by its first village's run, it moves to the second one, and its file changes there."""
    household_id = await town.household(facts)
    await town.take_over(town.villages[0])
    await town.world.tell(household(household_id, town.villages[1]))
    path = f"/v1/credit/households/{household_id}"
    async with town.world.as_(town.official) as caller:
        body = {name: value for name, value in now.items() if name != "reviews"}
        assert (await caller.put(f"{path}/facts", body, 1)).status_code == 200
        assert (await caller.put(f"{path}/reviews", {"reviews": now["reviews"]}, 2)).status_code == 200
    return household_id


async def confirmed_on(day: date, town: Town, run_id: UUID) -> None:
    town.world.set_day(day)
    async with town.world.database.transaction() as connection:
        await confirm_run(connection, run_id, town.confirmer.subject, FixedClock(NOON + (day - TODAY)))


async def test_a_grade_in_effect_does_not_fall_because_the_new_village_is_graded(world: World) -> None:
    town = await world.town(villages=2)
    household_id = await moved_after_its_first_grade(town, H1, H4)
    beside = await town.household(H4, village=town.villages[1])
    course = Course(town)
    before = await course.grade(household_id)
    run_id = await town.take_over(town.villages[1])
    async with world.as_(town.official) as caller:
        read = (await caller.get(f"/v1/credit/households/{household_id}/grade")).json()
        shown = (await caller.get(f"/v1/credit/households/{beside}/grade")).json()
        summary = (await caller.get("/v1/credit/summary", region=town.villages[1])).json()
    assert (before["grade"], read["grade"], shown["grade"]) == ("AAA", "AAA", "none")
    assert await course.grade(household_id) == before
    assert summary["by_band"] == {"AAA": 1, "AA": 0, "A": 0}
    kept = await world.rows("SELECT village_code, run_id FROM scores WHERE household_id = $1", household_id)
    assert [(village, run == run_id) for village, run in kept] == [(town.villages[0], False)]


async def test_one_that_was_not_rated_is_rated_by_its_new_village(world: World) -> None:
    town = await world.town(villages=2)
    household_id = await moved_after_its_first_grade(town, {}, H1)
    await town.take_over(town.villages[1])
    assert (await Course(town).grade(household_id))["grade"] == "AAA"
    assert await world.rows("SELECT village_code FROM scores WHERE household_id = $1", household_id) == [
        (town.villages[1],)
    ]


async def test_a_grade_that_is_over_gives_way_to_the_new_villages(world: World) -> None:
    town = await world.town(villages=2)
    household_id = await moved_after_its_first_grade(town, H1, H4)
    run_id = await town.score(town.villages[1])
    later = date(2028, 11, 25)
    await confirmed_on(later, town, run_id)
    read = await Course(town).grade(household_id)
    assert (read["state"], read["effective_on"]) == ("EFFECTIVE", "2028-11-25")


async def test_on_its_last_day_it_is_still_the_households_grade(world: World) -> None:
    town = await world.town(villages=2)
    household_id = await moved_after_its_first_grade(town, H1, H4)
    run_id = await town.score(town.villages[1])
    last = date(2028, 11, 24)
    await confirmed_on(last, town, run_id)
    read = await Course(town).grade(household_id)
    assert (read["grade"], read["effective_on"]) == ("AAA", TODAY.isoformat())


async def test_the_figures_of_a_run_are_those_it_had_whoever_keeps_an_earlier_grade(world: World) -> None:
    town = await world.town(villages=2)
    given_up = await town.household({})
    stays = await moved_after_its_first_grade(town, H1, H4)
    await count_runs(world.jobs_database)
    ((first,),) = await world.rows("SELECT run_id FROM taken_over WHERE village_code = $1", town.villages[0])
    await world.tell(household(given_up, town.villages[1]))
    async with world.as_(town.official) as caller:
        body = {name: value for name, value in H1.items() if name != "reviews"}
        await caller.put(f"/v1/credit/households/{given_up}/facts", body, 1)
        await caller.put(f"/v1/credit/households/{given_up}/reviews", {"reviews": H1["reviews"]}, 2)
    second = await town.take_over(town.villages[1])
    scores = [await has_score(world, run, one) for run, one in ((first, stays), (second, stays), (first, given_up))]
    assert scores == [True, False, False]
    async with world.as_(town.official) as caller:
        bands = [(await caller.get(f"/v1/credit/scoring-runs/{run}")).json()["by_band"] for run in (first, second)]
        asked = {"region": town.code, "from": str(first), "to": str(second)}
        drift = (await caller.get("/v1/credit/drift", **asked)).json()
    assert bands == [{"AAA": 1, "not_rated": 1}, {"none": 1, "AAA": 1}]
    assert (drift["before"]["rated_households"], drift["after"]["rated_households"]) == (1, 2)


async def has_score(world: World, run_id: UUID, household_id: UUID) -> bool:
    """Whether the household has a score of that run still."""
    return bool(await world.rows("SELECT 1 FROM scores WHERE run_id = $1 AND household_id = $2", run_id, household_id))
