"""`bashan credit`: titles computed anew, and the day's work done now instead of by itself."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from bashan.environment import ground
from bashan.progress import shown_progress
from bashan.settings import Settings
from bashan.terminal import Json, answer, read_settings, run
from services.credit.storage.directory_repository import place, top_region
from services.credit.use_cases.do_days_work import work_of_day
from services.credit.use_cases.recompute_titles import recompute_titles
from shared.clock import Clock
from shared.db import Database
from shared.jobs import Progress

OPERATOR = "operator"

credit_app = typer.Typer(help="Titles of villages and townships, and what time alone brings.", no_args_is_help=True)


@credit_app.command("recompute-titles")
def recompute_titles_command(
    region: Annotated[str, typer.Option(help="The code of the place: 4, 6, 9 or 12 digits.")], json: Json = False
) -> None:
    """Compute the titles of a place anew by the policy in force; run again on the same day it changes nothing."""

    async def work(database: Database, progress: Progress, at: datetime) -> None:
        async with database.transaction() as connection:
            await place(connection, region)
        await recompute_titles(database, region, OPERATOR, at, progress, grants=True)

    result = run(_done(read_settings(), "titles", work, quiet=json))
    answer(json, {"region": region, **result}, [f"{name}: {value}" for name, value in result.items()])


@credit_app.command("days-work")
def days_work_command(json: Json = False) -> None:
    """Do today's work now: loan facts that age, grades that expire, reviews and titles that come up."""

    async def work(database: Database, progress: Progress, at: datetime) -> None:
        async with database.transaction() as connection:
            region = await top_region(connection)
        if region is not None:
            await work_of_day(database, region, at, progress)

    result = run(_done(read_settings(), "day's work", work, quiet=json))
    answer(json, result, [f"{name}: {value}" for name, value in result.items()])


Work = Callable[[Database, Progress, datetime], Awaitable[None]]


async def _done(settings: Settings, name: str, work: Work, *, quiet: bool) -> dict[str, Any]:
    """What the work leaves as its result, beside a running `up` or without."""
    async with ground(settings, begins=False) as on:
        database = Database(on.urls["credit"].jobs, pool_size=1, name="credit-command")
        try:
            progress = Progress()
            async with shown_progress(name, progress, quiet=quiet):
                await work(database, progress, Clock().now())
            return progress.result
        finally:
            await database.close()
