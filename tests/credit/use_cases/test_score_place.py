"""A whole place scored inside PostgreSQL: the same as each household alone, resumable, nothing twice."""

from typing import Any
from uuid import UUID

import pytest

from services.credit.domain.score_household import score
from services.credit.storage.fact_repository import get_file
from services.credit.storage.run_repository import chunks_to_score, get_run
from services.credit.storage.run_scoring import Scored, Scoring, score_chunk
from services.credit.use_cases.score_place import score_place
from shared.jobs import Progress
from tests.builders.worked_cases import H1, H3, H4, H6, rural_household
from tests.credit.world import TODAY, Town, World

SCORES = """
    SELECT household_id, village_code, facts_version, total, band, bins, points, vetoes, trace_sha256
    FROM scores WHERE run_id = $1 ORDER BY household_id
"""
MANY: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    *((facts, vetoes) for facts in (H1, H3, H4, H6) for vetoes in ((), ("V1",), ("V5", "V2"))),
    *(({name: value for name, value in H1.items() if name != absent}, ()) for absent in H1),
    (H1 | {"net_income_cents": -1, "debt_service_cents": 1}, ()),
    (H1 | {"net_income_cents": 10**12, "net_assets_cents": -(10**12)}, ("V3",)),
    (H1 | {"bills_due": 0, "bills_ok": 0}, ()),
    (H1 | {"reviews": [0, 10, 10, 10, 0, 5]}, ()),
    ({}, ()),
]


async def many(town: Town) -> list[UUID]:
    """Households of every kind over the town's villages."""
    return [
        await town.household(facts, vetoes=vetoes, village=town.villages[place % len(town.villages)])
        for place, (facts, vetoes) in enumerate(MANY)
    ]


@pytest.fixture(scope="module")
async def filled(whole_world: World) -> tuple[Town, list[UUID], UUID]:
    """A town with its households, scored in one clean run."""
    whole_world.set_day(TODAY)
    town = await whole_world.town(villages=3)
    households = await many(town)
    return town, households, await town.score()


async def test_every_household_of_the_place_scores_as_it_does_alone(
    world: World, filled: tuple[Town, list[UUID], UUID]
) -> None:
    _, households, run_id = filled
    card = rural_household()
    rows = {row[0]: row[1:] for row in await world.rows(SCORES, run_id)}
    assert rows.keys() == set(households)
    for household_id, (facts, vetoes) in zip(households, MANY, strict=True):
        alone = score(card, facts, vetoes)
        async with world.database.transaction() as connection:
            file = await get_file(connection, household_id, TODAY)
        assert file is not None
        assert score(card, file.facts, file.vetoes).trace_bytes == alone.trace_bytes
        _, version, total, band, bins, points, standing, sha256 = rows[household_id]
        assert (version, total, band, sha256) == (1, alone.total, alone.band, alone.trace_sha256)
        assert (bins, points) == (list(alone.bins.values()), list(alone.points.values()))
        assert tuple(standing) == alone.vetoes


async def test_a_finished_run_runs_again_without_a_second_effect(
    world: World, filled: tuple[Town, list[UUID], UUID]
) -> None:
    _, _, run_id = filled
    before = await world.rows(SCORES, run_id)
    progress = Progress()
    await score_place(world.jobs_database, run_id, progress)
    assert await world.rows(SCORES, run_id) == before
    assert (progress.done, progress.accepted, progress.total) == (len(MANY),) * 3


async def test_two_runs_of_the_same_files_give_the_same_scores_to_the_byte(
    world: World, filled: tuple[Town, list[UUID], UUID]
) -> None:
    town, _, run_id = filled
    assert await world.rows(SCORES, await town.score()) == await world.rows(SCORES, run_id)


async def test_two_that_run_the_same_job_score_each_household_once(world: World) -> None:
    town = await world.town(villages=2)
    await town.households(5)
    run_id = await town.score()
    async with world.jobs_database.transaction() as connection:
        run = await get_run(connection, run_id)
    late = await score_chunk(world.jobs_database, Scoring(run, rural_household()), town.code)
    assert (run.state, late) == ("finished", Scored())
    assert len(await world.rows(SCORES, run_id)) == 5


async def test_a_run_goes_township_by_township_and_goes_on_after_the_last_one_that_was_done(world: World) -> None:
    county, towns = await world.county(townships=3)
    for town in towns:
        await town.households(2)
    run_id = await towns[0].score(county)
    clean = await world.rows(SCORES, run_id)
    async with world.jobs_database.transaction() as connection:
        run = await get_run(connection, run_id)
        assert (run.scored_to, await chunks_to_score(connection, run, 1)) == (towns[2].code, [])
        for statement in (
            "UPDATE runs SET state = 'scoring', scored_to = $1 WHERE run_id = $2",
            "DELETE FROM scores WHERE village_code > $1 || '999' AND run_id = $2",
        ):
            await connection.exec_driver_sql(statement, (towns[0].code, run_id))
        again = await get_run(connection, run_id)
        assert await chunks_to_score(connection, again, 1) == [town.code for town in towns[1:]]
        assert await chunks_to_score(connection, again, 3) == [town.code for town in towns[1:]]
        assert await chunks_to_score(connection, again, 4) == [towns[2].code]
    progress = Progress()
    await score_place(world.jobs_database, run_id, progress)
    assert (progress.done, progress.total) == (6, 6)
    assert await world.rows(SCORES, run_id) == clean


async def test_scores_that_a_killed_run_left_beyond_where_it_stands_are_kept_and_the_rest_is_scored(
    world: World,
) -> None:
    town = await world.town(villages=2)
    for village in town.villages:
        await town.households(3, village=village)
    run_id = await town.score()
    clean = await world.rows(SCORES, run_id)
    async with world.jobs_database.transaction() as connection:
        for statement, given in (
            ("UPDATE runs SET state = 'scoring', scored_to = '' WHERE run_id = $1", (run_id,)),
            ("DELETE FROM scores WHERE run_id = $1 AND village_code = $2", (run_id, town.villages[0])),
        ):
            await connection.exec_driver_sql(statement, given)
    progress = Progress()
    await score_place(world.jobs_database, run_id, progress)
    assert (progress.done, progress.accepted, progress.total) == (6, 6, 6)
    assert await world.rows(SCORES, run_id) == clean


@pytest.mark.parametrize(
    ("veto", "stands"),
    [
        ({"opened_on": "2026-11-24"}, True),
        ({"opened_on": "2026-11-25"}, False),
        ({"expires_on": "2026-11-24"}, True),
        ({"expires_on": "2026-11-23"}, False),
        ({"cleared_on": "2026-11-25"}, True),
        ({"cleared_on": "2026-11-24"}, False),
    ],
)
async def test_a_veto_stands_from_its_day_to_its_last_unless_it_was_cleared(
    world: World, town: Town, veto: dict[str, str], stands: bool
) -> None:
    household_id = await town.household(vetoes=["V2"])
    column, day = next(iter(veto.items()))
    statement = f"UPDATE vetoes SET {column} = $1::text::date WHERE household_id = $2"  # noqa: S608 - a column of this test
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql(statement, (day, household_id))
    bands = [row[4] for row in await world.rows(SCORES, await town.score())]
    assert bands == ["vetoed" if stands else "AAA"]


async def test_the_same_veto_entered_twice_is_named_once(world: World, town: Town) -> None:
    household_id = await town.household(vetoes=["V1"])
    statement = (
        "INSERT INTO vetoes SELECT household_id, gen_random_uuid(), code, evidence, source, opened_on, NULL, NULL,"
        " entered_by FROM vetoes WHERE household_id = $1"
    )
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql(statement, (household_id,))
    await town.take_over()
    async with world.as_(town.official) as caller:
        explained = (await caller.get(f"/v1/credit/households/{household_id}/explanation")).json()
    assert [reason["code"] for reason in explained["reasons"]][:2] == ["veto/V1", "rural-household@1/A2/none"]
    assert explained["trace_replays"]
