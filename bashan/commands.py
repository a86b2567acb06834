"""What the smaller commands do; each stands on the same ground as `up` and may run beside it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy.engine import make_url

from bashan.cannot_start import CannotStart
from bashan.data_dir import prepare_data_dir
from bashan.database_passwords import ensure_passwords
from bashan.database_roles import SERVICES
from bashan.database_server import prepare_server
from bashan.demo.load import fill_township
from bashan.demo.people import ensure_officials
from bashan.demo.population import make_plan
from bashan.demo.whole import fill_prefecture
from bashan.environment import ground, migrate_everything
from bashan.progress import shown_progress
from bashan.secret_files import ensure_secrets
from bashan.serving import BEHIND, begin_services, make_siblings
from bashan.settings import Settings
from migrations.runner import revisions_to_go, standing
from services.credit.storage import tables as credit_tables
from services.credit.storage.run_counts import counts_by_band
from services.credit.use_cases.score_place import order_run, score_place
from shared.clock import Clock
from shared.db import Database
from shared.ids import new_id
from shared.jobs import Jobs, Progress

Say = Callable[[str], None]


async def run_migrations(settings: Settings) -> dict[str, list[str]]:
    """Service → the revisions that ran. On a server of the operator's own, roles and schemas are made first where
    BASHAN_ADMIN_DATABASE_URL lets us, and afterwards the services' first rows (places, cards)."""
    if settings.admin_database_url:
        secrets_dir = ensure_secrets(prepare_data_dir(settings.data_dir))
        passwords = ensure_passwords(secrets_dir, server_exists=False)
        for database in sorted({make_url(url).database or "" for url in map(settings.own_database, SERVICES) if url}):
            await prepare_server(settings.admin_database_url, database, passwords)
    async with ground(settings) as on:
        ran = await migrate_everything(on)
        await begin_services(on)
        return ran


async def plan_migrations(settings: Settings) -> dict[str, dict[str, str]]:
    """Service → the revisions that `migrate` would run, each with what it says of itself."""
    async with ground(settings, begins=False) as on:
        return {
            service: dict(revisions_to_go(service, await standing(service, on.urls[service].owner)))
            for service in SERVICES
        }


async def score_region(settings: Settings, region: str, card: str, *, quiet: bool) -> dict[str, Any]:
    """Scores a place here and now; the run's id and its counts by band."""
    async with ground(settings, begins=False) as on:
        database = Database(on.urls["credit"].jobs, pool_size=2, name="score")
        try:
            run_id = new_id()
            async with database.transaction() as connection:
                jobs = Jobs(credit_tables.jobs)
                await order_run(
                    connection,
                    jobs,
                    run_id=run_id,
                    region=region,
                    card_id=card,
                    as_of=Clock().today(),
                    ordered_by="operator",
                )
                await jobs.hold(connection, run_id)
            progress = Progress()
            async with shown_progress("scoring", progress, quiet=quiet):
                await score_place(database, run_id, progress)
            async with database.transaction() as connection:
                await jobs.close(connection, run_id, progress)
                return {"run_id": str(run_id), "scored": progress.done, **await counts_by_band(connection, run_id)}
        finally:
            await database.close()


async def add_township(settings: Settings, township: str, say: Say) -> dict[str, Any]:
    plan = make_plan()
    if township not in plan.townships:
        raise CannotStart(f"the demonstration has no township {township}", "take a code of 9 digits from /v1/regions")
    async with ground(settings) as on:
        await migrate_everything(on)
        await begin_services(on)
        officials = await ensure_officials(on)
        filled = await fill_township(on, plan, township, Clock().today(), officials, say)
        return {"township": township, "households": filled.households}


async def add_everything(settings: Settings, say: Say, *, quiet: bool) -> dict[str, Any]:
    """Completes the prefecture around what is there; what `/v1/credit/summary` then says of it."""
    async with ground(settings) as on:
        await migrate_everything(on)
        await begin_services(on)
        officials = await ensure_officials(on)
        return asdict(await fill_prefecture(on, make_plan(), Clock().today(), officials, say, quiet=quiet))


async def rebuild_feeds(settings: Settings, service: str) -> list[str]:
    """The siblings whose logs were read from their beginning."""
    if service not in BEHIND:
        raise CannotStart(f"there is no service {service} with projections", f"name one of {', '.join(BEHIND)}")
    async with ground(settings, begins=False) as on, make_siblings(on) as apps:
        for feed in apps[service].state.feeds:
            await feed.rebuild()
        return [feed.source for feed in apps[service].state.feeds]
