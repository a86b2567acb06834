"""A households service with an empty record, for tests of the register import."""

import json
import shutil
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import python_calamine
from fastapi import FastAPI

from bashan.secret_files import ensure_secrets
from migrations.runner import migrate
from services.households import main, worker
from services.households.domain.household import Household
from services.households.settings import Settings
from services.households.storage.change_repository import ChangeRecord, changes_of
from services.households.storage.count_repository import recount
from services.households.storage.household_repository import HouseholdRepository
from services.households.use_cases.bring_in_households import Importer
from services.households.use_cases.run_import import import_file
from shared.auth import FIELD, Principal, access_claims
from shared.clock import FixedClock
from shared.count_keeper import mend_counts
from shared.db import Database
from shared.ids import new_id
from shared.jobs import Progress
from shared.tokens import Signer, SigningKey
from shared.web.assemble import field_cipher
from tests.builders.database import Urls
from tests.builders.register import InventedHousehold, RegisterStyle, write_register
from tests.builders.token_life import ONE_DAY
from tests.households.plan_rows import PLANNED

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
TOWNSHIP = "511921122"
EVERYWHERE = ("",)
WRITTEN = (
    "likely_duplicates",
    "former_stays",
    "members",
    "persons",
    "register_numbers",
    "household_changes",
    "households",
    "household_counts",
    "household_count_changes",
    "change_log",
    "jobs",
)
MONITORING = (
    "guarantee_sheets",
    "monitoring_cases",
    "monitoring_findings",
    "monitoring_steps",
    "monitoring_measures",
    "problem_steps",
    "problems",
)
WISHED = (
    "wishes",
    "wish_events",
    "wish_payments",
    "files",
    "needs",
    "need_events",
    "donations",
    "looks",
    "helpers",
)
REPORT_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def migrate_households(urls: Urls) -> None:
    await migrate("households", urls["households"].owner)


@dataclass
class ImportWorld:
    """Settings, application and databases over one database; `empty` forgets all households."""

    settings: Settings
    folder: Path
    app: FastAPI
    database: Database
    jobs: Database

    @property
    def repository(self) -> HouseholdRepository:
        return HouseholdRepository(field_cipher("households", self.settings.secrets_dir))

    async def empty(self) -> None:
        async with self.database.transaction() as connection:
            for table in (*MONITORING, *PLANNED, *WISHED, *WRITTEN):
                await connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of our tables
        shutil.rmtree(self.settings.files_dir, ignore_errors=True)

    async def put(self, statement: str, values: tuple[Any, ...] = ()) -> None:
        """Puts households as they would be after some other life, by SQL of the test's own; places are counted anew."""
        async with self.jobs.transaction() as connection:
            await connection.exec_driver_sql(statement, values)
        await mend_counts(self.jobs, recount)

    async def count(self, table: str) -> int:
        async with self.database.transaction() as connection:
            found = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")  # noqa: S608 - likewise
            return int(found.scalar_one())

    async def counts(self) -> dict[str, int]:
        return {table: await self.count(table) for table in WRITTEN}

    def file(
        self, households: Iterable[InventedHousehold], kind: str = "csv", style: RegisterStyle | None = None
    ) -> Path:
        path = self.folder / f"register-{new_id()}.{kind}"
        return write_register(path, households, style or RegisterStyle())

    async def bring_in(self, file: Path, scope: tuple[str, ...] = EVERYWHERE, *, dry_run: bool = False) -> "Outcome":
        """Imports here and now, at noon of the test's day."""
        importer = Importer("official-1", "张三", scope, dry_run)
        use_case = worker.register_import(self.jobs, self.settings, importer, FixedClock(NOON))
        progress = Progress()
        report = file.with_suffix(".report.xlsx")
        await import_file(use_case, file, file.name, report, progress)
        return Outcome(progress, report)

    async def household(self, number: str) -> Household:
        async with self.database.transaction() as connection:
            found = await connection.exec_driver_sql(
                "SELECT household_id FROM register_numbers WHERE register_number = $1", (number,)
            )
            return await self.repository.get(connection, UUID(str(found.scalar_one())))

    async def history(self, household_id: UUID) -> list[ChangeRecord]:
        async with self.database.transaction() as connection:
            return await changes_of(connection, household_id)

    @asynccontextmanager
    async def as_official(
        self, *scope: str, subject: str = "official-1", role: str = "township_official"
    ) -> AsyncIterator[httpx.AsyncClient]:
        scopes: dict[str, tuple[str, ...]] = {role: scope} if scope else {"cadre": ()}
        async with self.as_person(subject, scopes) as client:
            yield client

    @asynccontextmanager
    async def as_person(
        self, subject: str, scopes: dict[str, tuple[str, ...]], **bound: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        """`bound`: the household_id or cadre_id that the bearer is."""
        stored = json.loads((self.settings.secrets_dir / "token-signing.json").read_text())
        signer = Signer(SigningKey(stored["kid"], stored["private_pem"]))
        expires = int(time.time()) + ONE_DAY
        who = Principal(subject, "张三", frozenset(scopes), scopes, str(new_id()), expires, **bound)
        token = signer.sign(access_claims(who, audience=FIELD, issued_at=int(time.time())), "at+jwt")
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://households",
            headers={"authorization": f"Bearer {token}"},
        ) as client:
            yield client


@dataclass
class Outcome:
    progress: Progress
    report: Path

    @property
    def result(self) -> dict[str, Any]:
        return self.progress.result

    def refused(self) -> list[list[str]]:
        return refused_rows(self.report)


def refused_rows(report: Path) -> list[list[str]]:
    """The lines of the report's second sheet: row, column, code, sentence, masked value."""
    with python_calamine.load_workbook(report) as book:
        return [[str(cell) for cell in row] for row in book.get_sheet_by_name("未导入的行").to_python()[1:]]


async def make_import_world(urls: Urls, folder: Path) -> ImportWorld:
    settings = Settings(
        database_url=urls["households"].runtime,
        jobs_database_url=urls["households"].jobs,
        secrets_dir=ensure_secrets(folder),
        files_dir=folder / "files",
    )
    await main.begin(settings)
    return ImportWorld(
        settings,
        folder,
        main.create_app(settings),
        Database(settings.database_url, name="test"),
        Database(settings.jobs_database_url, name="test-jobs"),
    )
