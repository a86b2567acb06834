"""Puts the households service together. What an import's own process needs of it stands in `worker`."""

import asyncio
import sys
from collections.abc import Mapping

import httpx
from fastapi import FastAPI

from services.households.api import (
    routes_duplicates,
    routes_exports,
    routes_guarantees,
    routes_households,
    routes_identifications,
    routes_imports,
    routes_internal,
    routes_life,
    routes_lists,
    routes_members,
    routes_monitoring,
    routes_moral_bank,
    routes_notices,
    routes_problems,
    routes_regions,
)
from services.households.api.deps import Rooms
from services.households.api.deps_wishes import WishRooms
from services.households.api.plan_routers import PLAN_ROUTERS
from services.households.api.wish_routers import WISH_ROUTERS
from services.households.settings import Settings
from services.households.storage import tables
from services.households.storage.count_repository import add_up, recount
from services.households.storage.helper_feed import helper_subscription
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.identification_policy_file import load_identification_policies
from services.households.storage.need_kind_file import shipped_need_kinds
from services.households.storage.objection_repository import ObjectionRepository
from services.households.storage.plan_policy_file import load_plan_policies
from services.households.storage.record_desk import RecordDesk
from services.households.storage.shipped_regions import shipped_regions
from services.households.storage.wish_policy_files import shipped_wish_policies
from services.households.use_cases.free_wishes import keep_wishes_free
from services.households.use_cases.load_regions import load_regions
from services.households.use_cases.order_export import KIND as EXPORT
from services.households.use_cases.order_import import KIND
from services.households.use_cases.order_round import KIND as ROUND
from services.households.use_cases.order_upload import DEPARTMENT_LIST
from services.households.use_cases.run_import import ImportProcess
from services.households.use_cases.run_round import MonitoringRound
from services.households.use_cases.take_on_findings import FindingsDesk, keep_taking_on
from services.households.use_cases.tidy_imports import keep_tidy
from services.households.worker import import_files, monitoring_rules
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.count_keeper import keep_counts
from shared.db import Database
from shared.files import FileBook, SealedFiles
from shared.job_runner import JobRunner
from shared.jobs import Jobs
from shared.web.assemble import feed_reader, field_cipher, field_keys, mechanisms, sibling_client
from shared.web.service_app import service_app

NAME = "households"
# Lists come first: /v1/households/summary is not a household's id.
ROUTERS = [
    routes_regions.router,
    routes_lists.router,
    routes_duplicates.router,
    routes_households.router,
    routes_members.router,
    routes_imports.router,
    routes_exports.router,
    routes_life.router,
    routes_identifications.router,
    routes_notices.router,
    routes_internal.router,
    routes_guarantees.router,
    *PLAN_ROUTERS,
    routes_moral_bank.router,
    routes_monitoring.router,
    routes_problems.router,
    *WISH_ROUTERS,
]


def create_app(settings: Settings, siblings: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> FastAPI:
    """`siblings` gives another way to a sibling than its URL: in one process, its application itself."""
    ways = siblings or {}
    service = mechanisms(NAME, settings, tables)
    cipher = field_cipher(NAME, settings.secrets_dir)
    cadres = sibling_client(NAME, "cadres", settings.cadres_url, settings, ways.get("cadres"))
    helpers = feed_reader(service, helper_subscription(), cadres)
    files = import_files(settings)
    proofs = proof_files(settings)

    async def run_jobs() -> None:
        database = Database(settings.jobs_database_url, pool_size=2, name=f"{NAME}-jobs")
        try:
            await asyncio.gather(
                job_runner(database, settings).run(),
                keep_tidy(database, files),
                proofs.keep_tidy(database),
                keep_counts(database, service.clock, add_up, recount),
                keep_wishes_free(database, service.change_log, service.clock),
                keep_taking_on(database, findings_desk(settings, service.clock)),
            )
        finally:
            await database.close()

    app = service_app(service, ROUTERS, [helpers.run, run_jobs], "巴山 · 农户")
    repository = HouseholdRepository(cipher)
    app.state.rooms = Rooms(
        repository,
        RecordDesk(service.database, repository),
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
    """Runs imports and exports, each in a process of its own, and monitoring rounds."""
    program = (sys.executable, "-m", "services.households.worker")
    process = ImportProcess(program, settings.model_dump(mode="json"))
    round_ = MonitoringRound(
        database,
        HouseholdRepository(field_cipher(NAME, settings.secrets_dir)),
        ChangeLog(tables.change_log),
        monitoring_rules(settings),
        Clock(),
    )
    return JobRunner(
        database, tables.jobs, {KIND: process.run, EXPORT: process.run, DEPARTMENT_LIST: process.run, ROUND: round_.run}
    )


def findings_desk(settings: Settings, clock: Clock) -> FindingsDesk:
    """Takes on what cadres found on visits."""
    return FindingsDesk(
        HouseholdRepository(field_cipher(NAME, settings.secrets_dir)),
        ChangeLog(tables.change_log),
        monitoring_rules(settings),
        shipped_wish_policies(),
        shipped_need_kinds(),
        clock,
    )


def proof_files(settings: Settings) -> FileBook:
    """The photos and papers that prove a delivery."""
    keys = field_keys(NAME, settings.secrets_dir)
    return FileBook(tables.wishes.files, SealedFiles(settings.files_dir / NAME / "proofs", keys, "files"))


async def begin(settings: Settings) -> None:
    """What must be there before the service starts: the places that it ships."""
    database = Database(settings.database_url, name=f"{NAME}-begin")
    try:
        async with database.transaction() as connection:
            await load_regions(connection, ChangeLog(tables.change_log), shipped_regions())
    finally:
        await database.close()
