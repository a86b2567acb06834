"""`bashan …` as an operator types it, on databases of a test's own."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bashan.secret_files import ensure_secrets
from migrations.runner import SERVICES, migrate
from services.households.storage.shipped_regions import shipped_regions
from services.households.storage.tables import change_log
from services.households.use_cases.load_regions import load_regions
from shared.change_log import ChangeLog
from shared.db import Connection, Database
from tests.builders.database import Urls


async def begin_all(urls: Urls) -> None:
    """As `bashan migrate` leaves it: every schema, and the places."""
    for service in SERVICES:
        await migrate(service, urls[service].owner)
    await on_database(urls, "households", lambda on: load_regions(on, ChangeLog(change_log), shipped_regions()))


async def on_database(urls: Urls, service: str, work: Callable[[Connection], Awaitable[Any]]) -> None:
    database = Database(urls[service].runtime, pool_size=1)
    try:
        async with database.transaction() as connection:
            await work(connection)
    finally:
        await database.close()


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Awaitable[Answer]]


def on_urls(urls: Urls, data_dir: Path) -> Command:
    """The commands of a directory that has its keys, on these databases."""
    ensure_secrets(data_dir)
    settings = {f"BASHAN_{name.upper()}_DATABASE_URL": urls[name].runtime for name in SERVICES}
    owners = {f"BASHAN_{name.upper()}_OWNER_DATABASE_URL": urls[name].owner for name in SERVICES}
    environment = os.environ | settings | owners | {"BASHAN_DATA_DIR": str(data_dir)}

    async def call(*arguments: str, typed: str = "") -> Answer:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bashan", *arguments),
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(typed.encode())
        return Answer(process.returncode or 0, out.decode(), err.decode())

    return call


async def events(urls: Urls) -> list[tuple[str, str]]:
    """Event and actor of the audit chain, in order."""
    database = Database(urls["gateway"].runtime, pool_size=1)
    async with database.transaction() as connection:
        found = [tuple(row) for row in await connection.execute(text("SELECT event, actor FROM audit_events"))]
    await database.close()
    return found
