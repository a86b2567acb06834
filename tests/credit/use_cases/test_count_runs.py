"""A run's counts stay for the drift by month; scores that became nobody's grade go after a while."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.credit.use_cases import count_runs as counting
from services.credit.use_cases.count_runs import count_runs, tidy_runs
from tests.builders.worked_cases import H1, H3, H4
from tests.credit.world import TODAY, Town, World, assert_problem, official


async def months(town: Town) -> list[dict[str, Any]]:
    async with town.world.as_(town.official) as caller:
        reply = await caller.get("/v1/credit/drift/months", region=town.code)
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


async def scored(town: Town, day: date) -> UUID:
    town.world.set_day(day)
    run_id = await town.score(as_of=day)
    await count_runs(town.world.jobs_database)
    return run_id


async def tidy(world: World, run_id: UUID, *, days_ago: int) -> int:
    """As if the run had been finished so many days ago."""
    sql = "UPDATE runs SET finished_at = now() - make_interval(days => $2) WHERE run_id = $1 RETURNING 1"
    await world.rows(sql, run_id, days_ago)
    await tidy_runs(world.jobs_database, TODAY)
    ((left,),) = await world.rows("SELECT count(*) FROM scores WHERE run_id = $1", run_id)
    return int(left)


async def test_each_month_stands_with_its_last_scoring_against_the_first_month(town: Town) -> None:
    households = await town.households(20, H1)
    await scored(town, date(2026, 11, 24))
    await scored(town, date(2026, 12, 5))
    for household_id in households[:10]:
        await town.world.rows("UPDATE facts SET workers = 0 WHERE household_id = $1 RETURNING 1", household_id)
    last = await scored(town, date(2026, 12, 20))
    found = await months(town)
    assert [(one["month"], one["rated_households"]) for one in found] == [("2026-11", 20), ("2026-12", 20)]
    assert found[0]["total"] == {"psi": "0.0000", "verdict": "stable"}
    assert found[1]["run_id"] == str(last)
    assert found[1]["attributes"]["A1"]["verdict"] == "drifted"
    assert found[1]["attributes"]["B1"]["verdict"] == "stable"
    assert found[1]["total"]["verdict"] == "drifted"


async def test_the_series_says_the_same_as_the_two_runs_compared(town: Town) -> None:
    households = [*await town.households(12, H1), *await town.households(8, H3)]
    first = await scored(town, date(2026, 11, 24))
    for household_id in households[:5]:
        await town.world.rows("UPDATE facts SET workers = 1 WHERE household_id = $1 RETURNING 1", household_id)
    second = await scored(town, date(2026, 12, 24))
    async with town.world.as_(town.official) as caller:
        given = {"region": town.code, "from": str(first), "to": str(second)}
        compared = (await caller.get("/v1/credit/drift", **given)).json()
    month = (await months(town))[1]
    assert month["total"] == compared["total"]
    assert month["attributes"] == {one["attribute"]: one["drift"] for one in compared["attributes"]}


async def test_counting_a_run_twice_changes_nothing(town: Town) -> None:
    await town.households(5, H4)
    run_id = await scored(town, TODAY)
    kept = "SELECT township, attribute, bin, households FROM run_counts WHERE run_id = $1 ORDER BY 1, 2, 3"
    before = await town.world.rows(kept, run_id)
    assert before
    assert await count_runs(town.world.jobs_database) == 0
    assert await town.world.rows(kept, run_id) == before


async def test_of_two_who_count_a_run_at_once_one_does(town: Town) -> None:
    await town.households(5, H1)
    run_id = await town.score()
    await asyncio.gather(*(count_runs(town.world.jobs_database) for _ in range(4)))
    kept = "SELECT households FROM run_counts WHERE run_id = $1 AND attribute = 'band' AND bin = 'AAA'"
    assert await town.world.rows(kept, run_id) == [(5,)]


async def test_preliminary_scores_go_after_ninety_days_and_their_counts_stay(
    world: World, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "SCORES_AT_ONCE", 2)
    await town.households(5)
    run_id = await scored(town, TODAY)
    assert await tidy(world, run_id, days_ago=89) == 5
    assert await tidy(world, run_id, days_ago=92) == 0
    assert [one["rated_households"] for one in await months(town)] == [5]
    async with world.as_(town.confirmer) as caller:
        assert_problem(await caller.post(f"/v1/credit/scoring-runs/{run_id}/confirm"), 409, "run_tidied")


async def test_scores_that_are_somebodys_grade_stay(world: World, town: Town) -> None:
    await town.households(5)
    run_id = await town.take_over()
    await count_runs(world.jobs_database)
    assert await tidy(world, run_id, days_ago=1000) == 5


async def test_the_series_is_for_officials_of_a_township_or_wider(town: Town) -> None:
    async with town.world.as_(official("village_official", town.village)) as caller:
        assert_problem(await caller.get("/v1/credit/drift/months", region=town.village), 422, "township_code_needed")
    async with town.world.as_((await town.world.town()).official) as caller:
        far = await caller.get("/v1/credit/drift/months", region=town.code, card="rural-household")
        assert_problem(far, 403, "outside_scope")
