"""A migrator that is killed when a revision has made its tables and is about to say so: the next one finishes (R29)."""

import asyncio
import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from migrations.runner import config_of, migrate, newest_revision, standing
from tests.conftest import FreshDatabase
from tests.migrations.test_migrations import differences

ROOT = Path(__file__).parents[2]
MIGRATE = "import asyncio, sys; from migrations.runner import migrate; asyncio.run(migrate('households', sys.argv[1]))"
_WAITED_FOR = text("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'alembic_version'::regclass AND NOT granted)")


def started(url: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", MIGRATE, url], cwd=ROOT)


async def killed_in_the_next_revision(engine: AsyncEngine, url: str) -> None:
    """Nobody may write the number of a revision down meanwhile, so that the migrator is cut there and nowhere else."""
    async with engine.connect() as holder:
        await holder.execute(text("LOCK TABLE alembic_version IN SHARE MODE"))
        migrator = started(url)
        try:
            async with asyncio.timeout(60):
                while not await holder.scalar(_WAITED_FOR):
                    assert migrator.poll() is None, "it ended before it was killed"
                    await asyncio.sleep(0.02)
        finally:
            migrator.kill()
            migrator.wait()


async def test_a_migrator_killed_in_a_revision_leaves_nothing_of_it_and_the_next_one_finishes(
    fresh_database: FreshDatabase,
) -> None:
    owner = (await fresh_database())["households"].owner
    history = [one.revision for one in ScriptDirectory.from_config(config_of("households")).walk_revisions()][::-1]
    engine = create_async_engine(owner)
    try:
        for revision in (history[0], history[len(history) // 2], history[-2]):
            await migrate("households", owner, revision)
            await killed_in_the_next_revision(engine, owner)
            assert (await standing("households", owner)).current == revision
    finally:
        await engine.dispose()
    assert await asyncio.to_thread(started(owner).wait, 60) == 0
    assert (await standing("households", owner)).current == newest_revision("households")
    assert await differences("households", owner) == []
