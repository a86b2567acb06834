"""A connection that the server has ended is not handed out: the first request afterwards is answered."""

import asyncio

from sqlalchemy import text

from bashan.embedded_postgres import EmbeddedPostgres
from shared.db import Database
from tests.shared.conftest import Mechanisms


async def busy_pool(database: Database) -> int:
    """Fills the pool with several connections; how many."""

    async def hold() -> None:
        async with database.transaction() as connection:
            await connection.execute(text("SELECT pg_sleep(0.05)"))

    await asyncio.gather(*(hold() for _ in range(4)))
    return 4


async def end_all(postgres: EmbeddedPostgres, database: Database) -> None:
    admin = await postgres.connect()
    try:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database.engine.url.database
        )
    finally:
        await admin.close()
    await asyncio.sleep(0.2)


async def test_every_request_after_the_server_ended_all_connections_is_answered(
    here: Mechanisms, postgres: EmbeddedPostgres
) -> None:
    held = await busy_pool(here.database)
    await end_all(postgres, here.database)
    for _ in range(held + 1):
        async with here.database.transaction() as connection:
            assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
