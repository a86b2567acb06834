"""Puts the credit service together: the only file that knows everything."""

import asyncio
from collections.abc import Mapping

import httpx
from fastapi import FastAPI

from services.credit.api import (
    routes_cards,
    routes_course,
    routes_households,
    routes_negative,
    routes_partner,
    routes_places,
    routes_rehearsal,
    routes_report,
    routes_reviews,
    routes_scoring,
    routes_titles,
    routes_use_of_money,
)
from services.credit.api.deps import Rooms
from services.credit.api.grade_query import grade_query_door
from services.credit.api.own_grade import WRITERS, own_grade_door
from services.credit.api.query_metrics import QueryMetrics
from services.credit.clients.households import Households
from services.credit.settings import Settings
from services.credit.storage import tables
from services.credit.storage.card_repository import CardShelf, ensure_cards
from services.credit.storage.directory_feed import cadres_subscription, household_subscription
from services.credit.storage.explanation_desk import ExplanationDesk
from services.credit.storage.grade_desk import GradeDesk
from services.credit.storage.shipped_cards import shipped_cards
from services.credit.use_cases import keep_summaries
from services.credit.use_cases.answer_grade_queries import GradeQueries
from services.credit.use_cases.count_runs import count_runs
from services.credit.use_cases.do_days_work import JOB as DAYS_WORK
from services.credit.use_cases.do_days_work import do_days_work, keep_ordering
from services.credit.use_cases.explain_own_grade import OwnGrades
from services.credit.use_cases.recompute_titles import JOB as TITLES
from services.credit.use_cases.recompute_titles import run_titles
from services.credit.use_cases.rehearse_card import JOB as REHEARSAL
from services.credit.use_cases.rehearse_card import run_rehearsal
from services.credit.use_cases.score_place import JOB, score_place
from shared.db import Database
from shared.job_runner import JobRunner
from shared.jobs import Job, Jobs, Progress
from shared.web.assemble import feed_reader, field_cipher, mechanisms, sibling_client
from shared.web.service_app import service_app

NAME = "credit"
ROUTERS = (
    routes_scoring.router,
    routes_cards.router,
    routes_rehearsal.router,
    routes_course.router,
    routes_reviews.router,
    routes_households.router,
    routes_negative.router,
    routes_report.router,
    routes_places.router,
    routes_titles.router,
    routes_use_of_money.router,
    routes_partner.router,
)


def create_app(settings: Settings, siblings: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> FastAPI:
    """`siblings` gives another way to a sibling than its URL: in one process, its application itself."""
    ways = siblings or {}
    service = mechanisms(NAME, settings, tables)
    cipher = field_cipher(NAME, settings.secrets_dir)
    to_households = sibling_client(NAME, "households", settings.households_url, settings, ways.get("households"))
    to_cadres = sibling_client(NAME, "cadres", settings.cadres_url, settings, ways.get("cadres"))
    feeds = [
        feed_reader(service, household_subscription(), to_households),
        feed_reader(service, cadres_subscription(), to_cadres),
    ]
    shelf = CardShelf(service.database)
    queries = GradeQueries(GradeDesk(service.database), shelf)
    own_grades = OwnGrades(ExplanationDesk(service.database), shelf, WRITERS)
    jobs_database = Database(settings.jobs_database_url, pool_size=3, name="credit-jobs")

    async def run_jobs() -> None:
        try:
            await job_runner(jobs_database, Households(to_households)).run()
        finally:
            await jobs_database.close()

    async def order_days() -> None:
        counting = keep_summaries.keep_counting(jobs_database, service.clock)
        await asyncio.gather(keep_ordering(jobs_database, Jobs(tables.jobs), service.clock), counting)

    background = [*(feed.run for feed in feeds), run_jobs, order_days]
    app = service_app(service, ROUTERS, background, "巴山 · 信用", doors=(grade_query_door, own_grade_door))
    app.state.rooms = Rooms(Jobs(tables.jobs), cipher, queries, own_grades)
    app.state.feeds = feeds
    app.state.collectors = (QueryMetrics(queries.answered),)
    return app


def job_runner(database: Database, households: Households) -> JobRunner:
    async def run_scoring(job: Job, progress: Progress) -> None:
        await score_place(database, job.job_id, progress)
        await count_runs(database)

    async def rehearse(job: Job, progress: Progress) -> None:
        await run_rehearsal(database, job, progress, households.count_heads)

    async def days_work(job: Job, progress: Progress) -> None:
        await do_days_work(database, job, progress)

    async def titles(job: Job, progress: Progress) -> None:
        await run_titles(database, job, progress)

    handlers = {JOB: run_scoring, REHEARSAL: rehearse, DAYS_WORK: days_work, TITLES: titles}
    return JobRunner(database, tables.jobs, handlers)


async def begin(settings: Settings) -> None:
    """What must be there before the service starts: the cards that it ships."""
    database = Database(settings.database_url, name=f"{NAME}-begin")
    try:
        async with database.transaction() as connection:
            await ensure_cards(connection, shipped_cards())
    finally:
        await database.close()
