"""The order of the rows, parallel work and the locale of a session change no byte of a run."""

import random
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.credit.use_cases.score_place import score_place
from shared.db import Database
from shared.jobs import Progress
from tests.builders.worked_cases import H1, H3, H4
from tests.credit.world import Town, World

RESULTS = (
    "SELECT household_id, total, band, bins, points, vetoes, trace_sha256 FROM scores WHERE run_id = $1 ORDER BY 1"
)
ELSEWHERE = {
    "timezone": "Pacific/Apia",
    "datestyle": "German, DMY",
    "intervalstyle": "sql_standard",
    "bytea_output": "escape",
    "extra_float_digits": "-5",
    "default_transaction_isolation": "repeatable read",
    "max_parallel_workers_per_gather": "4",
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0",
    "min_parallel_table_scan_size": "0",
    "debug_parallel_query": "on",
    "enable_indexscan": "off",
    "enable_bitmapscan": "off",
}


async def test_the_same_files_give_the_same_bytes_in_any_order_and_any_session(world: World, town: Town) -> None:
    for facts in (H1, H3, H4, H1 | {"reviews": [1, 9, 3, 7, 5]}):
        await town.households(5, facts, vetoes=("V5", "V1") if facts is H4 else ())
    expected = await world.rows(RESULTS, await town.score())
    await written_anew_in_another_order(world, town)
    run_id = await town.score()
    assert await world.rows(RESULTS, run_id) == expected
    assert await world.rows(RESULTS, await scored_elsewhere(world, town)) == expected


async def written_anew_in_another_order(world: World, town: Town) -> None:
    rows = await world.rows("SELECT household_id FROM facts WHERE village_code = $1", town.village)
    order = [row[0] for row in rows]
    random.Random(5).shuffle(order)  # noqa: S311 - an order, no secret
    async with world.owner_transaction() as connection:
        for table in ("facts", "vetoes"):
            statement = text(f"UPDATE {table} SET source = source || '' WHERE household_id = :one")  # noqa: S608 - two tables of ours
            for household_id in order:
                await connection.execute(statement, {"one": household_id})


async def scored_elsewhere(world: World, town: Town) -> UUID:
    """A run by a session with another time zone, other formats and plans in parallel."""
    run_id = await town.score()
    async with world.owner_transaction() as connection:
        await connection.execute(text("DELETE FROM scores WHERE run_id = :run"), {"run": run_id})
        await connection.execute(
            text("UPDATE runs SET state = 'scoring', scored_to = '' WHERE run_id = :run"), {"run": run_id}
        )
    database = Database(world.settings.jobs_database_url)
    database.engine = create_async_engine(
        world.settings.jobs_database_url, connect_args={"server_settings": ELSEWHERE}, pool_size=1
    )
    try:
        await score_place(database, run_id, Progress())
    finally:
        await database.close()
    return run_id
