"""The shared mechanisms on tables of their own, in the schema of a service."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import MetaData, Table, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.change_log import ChangeLog, ChangeLogTables, change_log_tables
from shared.db import Database
from shared.files import files_table
from shared.hash_chain import AuditTrail, audit_table
from shared.idempotency import Idempotency, idempotency_table
from shared.jobs import jobs_table
from tests.builders.database import Urls
from tests.builders.feeds import settled
from tests.conftest import FreshDatabase

METADATA = MetaData()
LOG = change_log_tables(METADATA)
AUDIT = audit_table(METADATA)
KEYS = idempotency_table(METADATA)
JOBS = jobs_table(METADATA)
FILES = files_table(METADATA)


@dataclass
class Mechanisms:
    database: Database
    urls: Urls
    log_tables: ChangeLogTables
    log: ChangeLog
    audit: AuditTrail
    idempotency: Idempotency
    jobs: Table

    async def settled(self) -> None:
        """Waits until no open transaction of the shared test server holds this log back."""
        await settled(self.database, self.log)


@pytest.fixture
async def here(fresh_database: FreshDatabase) -> AsyncIterator[Mechanisms]:
    urls = await fresh_database()
    owner = create_async_engine(urls["households"].owner)
    async with owner.begin() as connection:
        await connection.run_sync(METADATA.create_all)
        await connection.execute(text("INSERT INTO change_log_epoch VALUES (gen_random_uuid())"))
    await owner.dispose()
    database = Database(urls["households"].jobs, name="test")
    yield Mechanisms(database, urls, LOG, ChangeLog(LOG), AuditTrail(AUDIT), Idempotency(KEYS, b"k" * 32), JOBS)
    await database.close()
