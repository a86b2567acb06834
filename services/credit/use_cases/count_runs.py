"""Of a scoring run its counts stay for the drift by month; scores that became nobody's grade go after a while."""

from datetime import date, datetime, time, timedelta

from services.credit.storage.card_repository import card_version
from services.credit.storage.run_counts import count_run, forget_scores, old_runs, uncounted_runs
from services.credit.storage.shipped_policies import retention_policy
from shared.clock import SHANGHAI
from shared.db import Database

SCORES_AT_ONCE = 20_000


async def count_runs(database: Database) -> int:
    """How many finished runs were counted, a transaction each."""
    async with database.transaction() as connection:
        waiting = await uncounted_runs(connection)
    for run_id, card_id, version in waiting:
        async with database.transaction() as connection:
            await count_run(connection, run_id, await card_version(connection, card_id, version))
    return len(waiting)


async def tidy_runs(database: Database, day: date) -> int:
    """How many runs lost their scores; their counts stay. A killed one goes on there."""
    kept = timedelta(days=retention_policy(day).preliminary_score_days)
    before = datetime.combine(day, time(), SHANGHAI) - kept
    async with database.transaction() as connection:
        old = await old_runs(connection, before)
    for run_id in old:
        gone = SCORES_AT_ONCE
        while gone == SCORES_AT_ONCE:
            async with database.transaction() as connection:
                gone = await forget_scores(connection, run_id, SCORES_AT_ONCE)
    return len(old)
