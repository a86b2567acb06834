"""A file whose numbers break the arithmetic is set aside with its reason; everybody else is scored."""

from typing import Any
from uuid import UUID

from services.credit.use_cases import score_place as use_case
from services.credit.use_cases.score_place import order_run, score_place
from shared.ids import new_id
from shared.jobs import Progress
from tests.credit.world import TODAY, Town, World

SCORED = "SELECT household_id FROM scores WHERE run_id = $1"
RESULTS = (
    "SELECT household_id, total, band, bins, points, vetoes, trace_sha256 FROM scores WHERE run_id = $1 ORDER BY 1"
)
POISON = "UPDATE facts SET net_assets_cents = 9223372036854775807 WHERE household_id = $1"


async def poison(world: World, *households: UUID) -> None:
    """As no door of the service would let it in."""
    async with world.database.transaction() as connection:
        for household_id in households:
            await connection.exec_driver_sql(POISON, (household_id,))


async def run_over(world: World, region: str) -> tuple[UUID, Progress]:
    run_id, progress = new_id(), Progress()
    async with world.database.transaction() as connection:
        given: dict[str, Any] = {"card_id": "rural-household", "as_of": TODAY, "ordered_by": "city-1"}
        await order_run(connection, world.rooms.jobs, run_id=run_id, region=region, **given)
        await world.rooms.jobs.hold(connection, run_id)
    await score_place(world.jobs_database, run_id, progress)
    return run_id, progress


async def test_poisoned_files_are_named_with_their_reason_and_the_rest_is_scored(world: World, town: Town) -> None:
    households = await town.households(21)
    bad = {households[4], households[5], households[20]}
    await poison(world, *bad)
    run_id, progress = await run_over(world, town.code)
    assert {row[0] for row in await world.rows(SCORED, run_id)} == set(households) - bad
    assert (progress.total, progress.done, progress.accepted, progress.refused) == (21, 21, 18, 3)
    assert {(UUID(line["household_id"]), line["reason"]) for line in progress.result["refused"]} == {
        (one, "number_out_of_range") for one in bad
    }


async def test_of_very_many_only_the_first_thousand_are_named_and_all_are_counted(
    world: World, town: Town, monkeypatch: Any
) -> None:
    monkeypatch.setattr(use_case, "MOST_NAMED", 2)
    await poison(world, *await town.households(5))
    _, progress = await run_over(world, town.code)
    assert (progress.refused, progress.accepted, len(progress.result["refused"])) == (5, 0, 2)


async def test_a_run_that_was_killed_behind_a_poisoned_file_still_names_it(world: World) -> None:
    county, towns = await world.county(townships=3)
    for town in towns:
        await town.households(2)
    bad = (await towns[0].households(1))[0]
    await poison(world, bad)
    run_id, _ = await run_over(world, county)
    async with world.jobs_database.transaction() as connection:
        statement = "UPDATE runs SET state = 'scoring', scored_to = $1 WHERE run_id = $2"
        await connection.exec_driver_sql(statement, (towns[0].code, run_id))
        await connection.exec_driver_sql(
            "DELETE FROM scores WHERE village_code > $1 || '999' AND run_id = $2", (towns[0].code, run_id)
        )
    again = Progress()
    await score_place(world.jobs_database, run_id, again)
    assert (again.total, again.done, again.accepted, again.refused) == (7, 7, 6, 1)
    assert [line["household_id"] for line in again.result["refused"]] == [str(bad)]


async def test_a_file_entered_after_the_run_is_no_part_of_it_when_it_is_run_again(world: World, town: Town) -> None:
    await town.households(2)
    run_id, _ = await run_over(world, town.code)
    late = await town.household()
    await score_place(world.jobs_database, run_id, Progress())
    assert late not in {row[0] for row in await world.rows(SCORED, run_id)}
