"""`bashan status`: how is it, without asking the running services."""

from importlib.metadata import version
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bashan.cannot_start import CannotStart
from bashan.data_dir import DataDirClaim
from bashan.database_roles import SERVICES
from bashan.environment import Ground, ground
from bashan.settings import Settings
from migrations.runner import standing
from services.cadres.storage import tables as cadre_tables
from services.cadres.storage.households_feed import households_subscription
from services.credit.storage import tables as credit_tables
from services.credit.storage.directory_feed import cadres_subscription as credit_cadres_subscription
from services.credit.storage.directory_feed import household_subscription
from services.households.storage import tables as household_tables
from services.households.storage.helper_feed import helper_subscription
from shared.change_log import ChangeLog
from shared.db import Database
from shared.feed import Subscription

COUNTED = {
    "households": (household_tables.households, household_tables.members),
    "cadres": (cadre_tables.cadres, cadre_tables.pairings, cadre_tables.posts),
    "credit": (credit_tables.facts, credit_tables.scores, credit_tables.loans, credit_tables.query_log),
}
LOGS = {
    "households": household_tables.change_log,
    "cadres": cadre_tables.change_log,
    "credit": credit_tables.change_log,
}
READS: dict[str, tuple[Subscription, ...]] = {
    "households": (helper_subscription(),),
    "cadres": (households_subscription(),),
    "credit": (household_subscription(), credit_cadres_subscription()),
}


async def read_status(settings: Settings) -> dict[str, Any]:
    """The release; per service its schema's revision, rows, and how many changes of its siblings it has not read."""
    async with ground(settings, begins=False) as on:
        services = {name: await _service(on, name) for name in SERVICES}
        return {"version": version("bashan"), "serving": _serving(settings), "services": services}


def status_lines(found: dict[str, Any]) -> list[str]:
    lines = [f"bashan {found['version']}", f"bashan up is {'running' if found['serving'] else 'not running'}"]
    for name, one in found["services"].items():
        behind = f", {one['behind']} behind" if one["behind"] else ""
        rows = ", ".join(f"{table} {number:,}" for table, number in one["rows"].items())
        lag = ", ".join(f"{source} {waiting}" for source, waiting in one["unread"].items())
        lines.append(f"{name}: schema {one['schema']}{behind}")
        lines += [f"  rows: {rows}"] if rows else []
        lines += [f"  unread changes: {lag}"] if lag else []
    return lines


async def _service(on: Ground, name: str) -> dict[str, Any]:
    stands = await standing(name, on.urls[name].runtime)
    found: dict[str, Any] = {"schema": stands.current, "behind": stands.behind, "rows": {}, "unread": {}}
    if stands.current is None:
        return found
    database = Database(on.urls[name].jobs, pool_size=1, name="status")
    try:
        async with database.transaction() as connection:
            for table in COUNTED.get(name, ()):
                counted = await connection.execute(select(func.count()).select_from(table))
                found["rows"][str(table.name)] = counted.scalar_one()
        for subscription in READS.get(name, ()):
            found["unread"][subscription.source] = await _unread(on, name, subscription)
    finally:
        await database.close()
    return found


async def _unread(on: Ground, name: str, subscription: Subscription) -> int | None:
    """None when the sibling's database cannot be asked."""
    reader = Database(on.urls[name].jobs, pool_size=1, name="status")
    writer = Database(on.urls[subscription.source].jobs, pool_size=1, name="status")
    try:
        async with reader.transaction() as connection:
            cursor = await ChangeLog(LOGS[name]).position(connection, subscription.source)
        async with writer.transaction() as connection:
            return await ChangeLog(LOGS[subscription.source]).waiting(connection, cursor, subscription.topics)
    except (SQLAlchemyError, OSError):
        return None
    finally:
        await reader.close()
        await writer.close()


def _serving(settings: Settings) -> bool:
    try:
        DataDirClaim(settings.data_dir).release()
    except CannotStart:
        return True
    return False
