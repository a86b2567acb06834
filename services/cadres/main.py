"""Puts the cadres service together: the only file that knows everything."""

import asyncio
from collections.abc import Mapping, Sequence

import httpx
from fastapi import FastAPI

from services.cadres.api import (
    routes_alarms,
    routes_appraisals,
    routes_bulletins,
    routes_cadres,
    routes_coverage,
    routes_decisions,
    routes_departures,
    routes_evaluations,
    routes_handovers,
    routes_inspections,
    routes_loads,
    routes_pairings,
    routes_plans,
    routes_posts,
    routes_selections,
    routes_staff_tables,
    routes_tasks,
    routes_units,
    routes_unvisited,
    routes_villages,
    routes_visits,
)
from services.cadres.api.deps import InspectionDesk, Rooms
from services.cadres.domain.plan_steps import PlanStep
from services.cadres.domain.policy import Policy
from services.cadres.domain.staff_table import TableKind
from services.cadres.settings import Settings
from services.cadres.storage import tables
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.caseload import Caseload
from services.cadres.storage.coverage_repository import add_up, recount
from services.cadres.storage.evaluation_repository import EvaluationRepository
from services.cadres.storage.households_feed import households_subscription
from services.cadres.storage.inspection_policy_file import load_inspection_policies
from services.cadres.storage.policy_file import load_policies
from services.cadres.storage.scheme_file import load_schemes
from services.cadres.use_cases.import_staff import StaffImport
from services.cadres.use_cases.make_plan import make_plan
from services.cadres.use_cases.move_plan import STEP_JOBS, carry_out
from services.cadres.use_cases.order_plan import PLAN_JOB
from services.cadres.use_cases.order_staff_import import IMPORT_JOBS, importing_official, run_staff_import
from shared.count_keeper import keep_counts
from shared.db import Database
from shared.files import FileBook, SealedFiles
from shared.job_runner import Handler, JobRunner
from shared.jobs import Job, Jobs, Progress
from shared.web.assemble import feed_reader, field_cipher, field_keys, mechanisms, sibling_client
from shared.web.context import Service
from shared.web.service_app import service_app

NAME = "cadres"

# What has a word of its own comes first: /v1/cadres/coverage is not a cadre's id, /v1/posts/alarms not a post's.
ROUTERS = [
    routes_staff_tables.router,
    routes_loads.router,
    routes_units.router,
    routes_coverage.router,
    routes_alarms.router,
    routes_selections.router,
    routes_villages.router,
    routes_cadres.router,
    routes_pairings.router,
    routes_plans.router,
    routes_departures.router,
    routes_handovers.router,
    routes_decisions.router,
    routes_appraisals.router,
    routes_posts.router,
    routes_tasks.router,
    routes_unvisited.router,
    routes_visits.router,
    routes_bulletins.router,
    routes_inspections.router,
    routes_evaluations.router,
]


def create_app(settings: Settings, siblings: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> FastAPI:
    """`siblings` gives another way to a sibling than its URL: in one process, its application itself."""
    ways = siblings or {}
    service = mechanisms(NAME, settings, tables)
    households = sibling_client(NAME, "households", settings.households_url, settings, ways.get("households"))
    register = feed_reader(service, households_subscription(), households)
    policies = load_policies(settings.policy_file)
    cipher = field_cipher(NAME, settings.secrets_dir)
    repository = CadreRepository(cipher)
    keys = field_keys(NAME, settings.secrets_dir)
    uploads = SealedFiles(settings.files_dir / NAME / "uploads", keys, "uploads")
    photos = FileBook(tables.visiting.photos, SealedFiles(settings.files_dir / NAME / "photos", keys, "photos"))
    jobs_database = Database(settings.jobs_database_url, pool_size=3, name="cadres-jobs")

    async def run_jobs() -> None:
        try:
            runner = job_runner(jobs_database, service, policies, repository, uploads)
            await asyncio.gather(
                runner.run(),
                photos.keep_tidy(jobs_database),
                keep_counts(jobs_database, service.clock, add_up, recount),
            )
        finally:
            await jobs_database.close()

    app = service_app(service, ROUTERS, [register.run, run_jobs], "巴山 · 干部帮扶")
    app.state.rooms = Rooms(
        repository,
        Caseload(service.database),
        policies,
        Jobs(tables.jobs),
        uploads,
        load_schemes(settings.appraisal_scheme_file),
        photos,
    )
    app.state.inspection_desk = InspectionDesk(EvaluationRepository(cipher), load_inspection_policies())
    app.state.feeds = [register]
    return app


def job_runner(
    database: Database,
    service: Service,
    policies: Sequence[Policy],
    repository: CadreRepository,
    uploads: SealedFiles,
) -> JobRunner:
    """Over the jobs role, which may work longer than a request."""

    async def plan(job: Job, progress: Progress) -> None:
        await make_plan(database, policies, job.job_id, progress)

    def step(name: PlanStep) -> Handler:
        async def run(job: Job, progress: Progress) -> None:
            await carry_out(database, service.change_log, policies, service.clock, name, job, progress)

        return run

    def bring_in(name: TableKind) -> Handler:
        async def run(job: Job, progress: Progress) -> None:
            who = importing_official(job)
            scope = tuple(job.input["scope"])
            parts = StaffImport(database, repository, service.change_log, policies, service.clock, who, scope)
            await run_staff_import(parts, uploads, name, job, progress)

        return run

    steps = {kind: step(name) for name, kind in STEP_JOBS.items()}
    imports = {kind: bring_in(name) for name, kind in IMPORT_JOBS.items()}
    return JobRunner(database, tables.jobs, {PLAN_JOB: plan, **steps, **imports})
