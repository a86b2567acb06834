"""Puts the households service together: the only file that knows everything.

`python -m services.households.main import JOB_ID` is the process that an import job runs in (`run_import`).
"""

import asyncio
import os
import sys
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import orjson
from fastapi import FastAPI

from services.households.api import (
    routes_duplicates,
    routes_guarantees,
    routes_households,
    routes_identifications,
    routes_imports,
    routes_internal,
    routes_life,
    routes_lists,
    routes_members,
    routes_monitoring,
    routes_notices,
    routes_problems,
    routes_regions,
)
from services.households.api.deps import Rooms
from services.households.api.deps_wishes import WishRooms
from services.households.api.plan_routers import PLAN_ROUTERS
from services.households.api.wish_routers import WISH_ROUTERS
from services.households.domain.monitoring_policy import MonitoringRules
from services.households.settings import Settings
from services.households.storage import tables
from services.households.storage.helper_feed import helper_subscription
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.identification_policy_file import load_identification_policies
from services.households.storage.import_store import ImportStore
from services.households.storage.monitoring_policy_file import load_monitoring_rules
from services.households.storage.need_kind_file import shipped_need_kinds
from services.households.storage.objection_repository import ObjectionRepository
from services.households.storage.plan_policy_file import load_plan_policies
from services.households.storage.shipped_regions import shipped_regions
from services.households.storage.upload_files import ImportFiles
from services.households.storage.wish_policy_files import shipped_wish_policies
from services.households.use_cases.bring_in_households import Importer
from services.households.use_cases.free_wishes import keep_wishes_free
from services.households.use_cases.import_department_list import DepartmentList
from services.households.use_cases.import_register import RegisterImport
from services.households.use_cases.load_regions import load_regions
from services.households.use_cases.order_import import KIND
from services.households.use_cases.order_round import KIND as ROUND
from services.households.use_cases.order_upload import DEPARTMENT_LIST
from services.households.use_cases.run_import import BringIn, ImportProcess, import_file, work_in_process
from services.households.use_cases.run_round import MonitoringRound
from services.households.use_cases.tidy_imports import keep_tidy
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.crypto import FieldKeys
from shared.db import Database
from shared.files import FileBook, SealedFiles
from shared.jobs import JobRunner, Jobs
from shared.logs import configure_logs
from shared.sheets.reading import confine_memory
from shared.web.assemble import feed_reader, field_cipher, mechanisms, sibling_client
from shared.web.service_app import service_app

NAME = "households"


def create_app(settings: Settings, siblings: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> FastAPI:
    """`siblings` gives another way to a sibling than its URL: in one process, its application itself."""
    ways = siblings or {}
    service = mechanisms(NAME, settings, tables)
    cipher = field_cipher(NAME, settings.secrets_dir)
    cadres = sibling_client(NAME, "cadres", settings.cadres_url, settings, ways.get("cadres"))
    helpers = feed_reader(service, helper_subscription(), cadres)
    files = import_files(settings)
    proofs = proof_files(settings)
    # Lists come first: /v1/households/summary is not a household's id.
    routers = [
        routes_regions.router,
        routes_lists.router,
        routes_duplicates.router,
        routes_households.router,
        routes_members.router,
        routes_imports.router,
        routes_life.router,
        routes_identifications.router,
        routes_notices.router,
        routes_internal.router,
        routes_guarantees.router,
        *PLAN_ROUTERS,
        routes_monitoring.router,
        routes_problems.router,
        *WISH_ROUTERS,
    ]

    async def run_jobs() -> None:
        database = Database(settings.jobs_database_url, pool_size=2, name=f"{NAME}-jobs")
        try:
            await asyncio.gather(
                job_runner(database, settings).run(),
                keep_tidy(database, files),
                proofs.keep_tidy(database),
                keep_wishes_free(database, service.change_log, service.clock),
            )
        finally:
            await database.close()

    app = service_app(service, routers, [helpers.run, run_jobs], "巴山 · 农户")
    app.state.rooms = Rooms(
        HouseholdRepository(cipher),
        cipher,
        Jobs(tables.jobs),
        files,
        load_plan_policies(),
        monitoring_rules(settings),
        ObjectionRepository(cipher),
        load_identification_policies(settings.identification_policy),
    )
    app.state.wishes = WishRooms(proofs, shipped_wish_policies(), shipped_need_kinds())
    app.state.feeds = [helpers]
    return app


def job_runner(database: Database, settings: Settings) -> JobRunner:
    """Runs register imports, each in a process of its own, and monitoring rounds."""
    program = (sys.executable, "-m", "services.households.main", "import")
    process = ImportProcess(program, settings.model_dump(mode="json"))
    round_ = MonitoringRound(
        database,
        HouseholdRepository(field_cipher(NAME, settings.secrets_dir)),
        ChangeLog(tables.change_log),
        monitoring_rules(settings),
        Clock(),
    )
    return JobRunner(database, tables.jobs, {KIND: process.run, DEPARTMENT_LIST: process.run, ROUND: round_.run})


def monitoring_rules(settings: Settings) -> MonitoringRules:
    return load_monitoring_rules(settings.monitoring_policy, settings.working_days)


def import_files(settings: Settings) -> ImportFiles:
    keys = FieldKeys.load(settings.secrets_dir / f"field-keys-{NAME}.json")
    return ImportFiles(settings.files_dir / NAME, keys)


def proof_files(settings: Settings) -> FileBook:
    """The photos and papers that prove a delivery."""
    keys = FieldKeys.load(settings.secrets_dir / f"field-keys-{NAME}.json")
    return FileBook(tables.wishes.files, SealedFiles(settings.files_dir / NAME / "proofs", keys, "files"))


def register_import(
    database: Database, settings: Settings, importer: Importer, clock: Clock | None = None
) -> RegisterImport:
    """The use case with its parts; `database` is that of the jobs role."""
    cipher = field_cipher(NAME, settings.secrets_dir)
    store = ImportStore(HouseholdRepository(cipher), ChangeLog(tables.change_log))
    return RegisterImport(database, store, cipher, importer, clock or Clock())


def department_list(
    database: Database, settings: Settings, importer: Importer, department: str, clock: Clock | None = None
) -> BringIn:
    """The use case with its parts; `database` is that of the jobs role."""
    repository = HouseholdRepository(field_cipher(NAME, settings.secrets_dir))
    log = ChangeLog(tables.change_log)
    rules = monitoring_rules(settings)
    return DepartmentList(database, repository, log, rules, importer, department, clock or Clock()).run


async def begin(settings: Settings) -> None:
    """What must be there before the service starts: the places that it ships."""
    database = Database(settings.database_url, name=f"{NAME}-begin")
    try:
        async with database.transaction() as connection:
            await load_regions(connection, ChangeLog(tables.change_log), shipped_regions())
    finally:
        await database.close()


async def run_import_process(settings: Settings, job: Mapping[str, Any]) -> int:
    """The work of an import's process; its exit status."""
    importer = Importer(job["subject"], job["actor_name"], tuple(job["scope"]))
    database = Database(settings.jobs_database_url, pool_size=1, name=f"{NAME}-import")
    try:
        return await work_in_process(
            department_list(database, settings, importer, job["department"])
            if "department" in job
            else partial(import_file, register_import(database, settings, importer)),
            import_files(settings),
            UUID(job["job_id"]),
            job["file_name"],
            _answer,
        )
    finally:
        await database.close()


def _answer(said: Mapping[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    sys.stdout.buffer.flush()


def _stop_with_parent() -> None:
    """Standard input stays open as long as the service lives."""
    while os.read(0, 1024):
        pass
    os._exit(1)


def main() -> int:
    with open(0, "rb", buffering=0, closefd=False) as standard_input:
        given = orjson.loads(standard_input.readline())
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    configure_logs()
    confine_memory()
    return asyncio.run(run_import_process(Settings(**given["settings"]), given["job"]))


if __name__ == "__main__":
    sys.exit(main())
