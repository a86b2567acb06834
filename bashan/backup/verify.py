"""Is what was restored whole? Its chains, its numbers, its rows, its place in the log."""

import asyncio
import contextlib
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import func, select

from bashan.audit import verify_audit
from bashan.backup.store import About
from bashan.cannot_start import CannotStart
from bashan.database_roles import SERVICES
from bashan.embedded_postgres import EmbeddedPostgres
from bashan.environment import Ground, ground
from bashan.settings import Settings
from bashan.status import COUNTED, LOGS
from migrations.runner import standing
from services.households.storage import tables as household_tables
from services.households.storage.household_repository import HouseholdRepository
from shared.crypto import CannotDecrypt
from shared.db import Database
from shared.web.assemble import field_cipher

SAMPLE = 50


async def verify(settings: Settings, told: About) -> dict[str, Any]:
    """Every check with its figure. Raises CannotStart that names the check which failed."""
    found: dict[str, Any] = {}
    chains = await verify_audit(settings)
    broken = [name for name, one in chains.items() if one["broken_at"] is not None]
    if broken:
        raise CannotStart(f"the hash chain of {', '.join(broken)} is broken in the restored data", "take an older base")
    found["chained_rows"] = {name: one["rows"] for name, one in chains.items()}
    async with ground(settings, begins=False) as on:
        for service in SERVICES:
            await _schema(on, service, told)
        found["rows"] = {service: await _rows(on, service) for service in COUNTED}
        found["numbers_read"] = await _sample_of_numbers(on)
        found["log_positions"] = {service: await _log_position(on, service) for service in LOGS}
    return found


async def recovered(server: EmbeddedPostgres) -> datetime | None:
    """Waits until the server has gone through the log and takes writes; when the last transaction that the log brought
    back was committed. Raises CannotStart when it ends instead: the moment that was asked for lies outside the log."""
    while server.running:
        try:
            connection = await server.connect()
        except (asyncpg.CannotConnectNowError, OSError):
            await asyncio.sleep(0.2)
            continue
        try:
            found = await connection.fetchrow(
                "SELECT pg_is_in_recovery() AS going_on, pg_last_xact_replay_timestamp() AS at"
            )
            if not found["going_on"]:
                moment: datetime | None = found["at"]
                return moment
        except asyncpg.PostgresError:
            continue
        finally:
            await connection.close()
        await asyncio.sleep(0.2)
    raise CannotStart(
        "the log does not reach the moment that was asked for",
        f"name an earlier moment, or none to restore all; {server.log_file} has the server's words",
    )


async def _schema(on: Ground, service: str, told: About) -> None:
    """The log may have brought a migration, so the schema is the base's or a newer one that we know."""
    stands = await standing(service, on.urls[service].runtime)
    if stands.unknown or (stands.current is None) != (told.schemas.get(service) is None):
        raise CannotStart(
            f"the restored schema of {service} is {stands.current}, the backup was of {told.schemas.get(service)}",
            "restore with the release that the backup was made by",
        )


async def _rows(on: Ground, service: str) -> dict[str, int]:
    database = Database(on.urls[service].jobs, pool_size=1, name="restore-verify")
    try:
        async with database.transaction() as connection:
            counted = {}
            for table in COUNTED[service]:
                counted[str(table.name)] = (
                    await connection.execute(select(func.count()).select_from(table))
                ).scalar_one()
            return counted
    finally:
        await database.close()


async def _sample_of_numbers(on: Ground) -> int:
    """How many households' numbers were opened with the keys that were given."""
    households = HouseholdRepository(field_cipher("households", on.secrets_dir))
    database = Database(on.urls["households"].jobs, pool_size=1, name="restore-verify")
    table = household_tables.households
    try:
        async with database.transaction() as connection:
            chosen = select(table.c.household_id).order_by(func.random()).limit(SAMPLE)
            ids = (await connection.execute(chosen)).scalars().all()
            for household_id in ids:
                await households.get(connection, household_id)
            return len(ids)
    except CannotDecrypt as failure:
        raise CannotStart(
            f"numbers in the restored data cannot be read ({failure})", "give the right keys"
        ) from failure
    finally:
        await database.close()


async def _log_position(on: Ground, service: str) -> int:
    """The last number of the change log. The next one has to be greater: readers would never see a number twice."""
    database = Database(on.urls[service].jobs, pool_size=1, name="restore-verify")
    log = LOGS[service].log
    try:
        async with database.transaction() as connection:
            last = (await connection.execute(select(func.coalesce(func.max(log.c.id), 0)))).scalar_one()
            sequence = func.pg_get_serial_sequence(log.name, "id")
            given = (await connection.execute(select(func.pg_sequence_last_value(sequence)))).scalar_one() or 0
            if given < last:
                raise CannotStart(f"the change log of {service} would give numbers twice", "take an older base")
            return int(last)
    finally:
        with contextlib.suppress(OSError):
            await database.close()
