"""The titles of a place are computed anew: who earns one is given it, and each that is held is looked after.

The figures behind every step stand in its chained row, so that anybody can check it by the published formula.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.credit.domain.title_life import RUNNING, granted, may_be_granted, title_steps
from services.credit.domain.title_policy import TitlePolicy
from services.credit.domain.title_tests import TitleTest
from services.credit.storage.directory_repository import place, townships_of
from services.credit.storage.shipped_policies import title_policy
from services.credit.storage.summary_repository import forget_summaries
from services.credit.storage.title_repository import (
    HeldTitle,
    grant,
    last_titles,
    save_title,
    title_log,
)
from services.credit.use_cases.hold_office import require_office
from services.credit.use_cases.summarise_place import JudgedPlace, judge_township
from shared.auth import Principal
from shared.clock import SHANGHAI, Clock
from shared.course_log import Taken
from shared.db import Connection, Database
from shared.hash_chain import AuditTrail
from shared.ids import new_id
from shared.jobs import Job, Jobs, Progress

JOB = "title_recomputation"


@dataclass(frozen=True, slots=True)
class Computing:
    """By whom and when; `grants`: also new titles, which the day's work never gives."""

    actor: str
    at: datetime
    policy: TitlePolicy
    grants: bool


async def order_titles(
    connection: Connection, jobs: Jobs, audit: AuditTrail, clock: Clock, who: Principal, job_id: UUID, region: str
) -> None:
    """Queues it, for a county or city official of the place.

    Raises NotPermitted, OutsideScope, PlaceNotFound.
    """
    require_office(who, region, "county_official", "city_official")
    await place(connection, region)
    given = {"at": clock.now().isoformat()}
    await jobs.order(connection, job_id=job_id, kind=JOB, region=region, ordered_by=who.subject, given=given)
    await audit.append(
        connection,
        at=clock.now(),
        event="titles_recomputation_ordered",
        actor=who.subject,
        subject=region,
        facts={"job_id": str(job_id)},
    )


async def run_titles(database: Database, job: Job, progress: Progress) -> None:
    await recompute_titles(
        database, job.region, job.ordered_by, datetime.fromisoformat(job.input["at"]), progress, grants=True
    )


async def recompute_titles(
    database: Database, region: str, actor: str, at: datetime, progress: Progress, *, grants: bool
) -> None:
    """A transaction a township; run again on the same day it changes nothing. Steps by reason stand in the result."""
    computing = Computing(actor, at, title_policy(at.astimezone(SHANGHAI).date()), grants)
    async with database.transaction() as connection:
        townships = await townships_of(connection, region)
    progress.done, progress.total = 0, len(townships)
    counts: dict[str, int] = {}
    for township in townships:
        async with database.transaction() as connection:
            for reason in await _township(connection, computing, township, region):
                counts[reason] = counts.get(reason, 0) + 1
        progress.done = progress.accepted = progress.done + 1
    if counts:
        async with database.transaction() as connection:
            await forget_summaries(connection)
    progress.result = {"policy_version": computing.policy.version, "steps": counts}


async def _township(connection: Connection, computing: Computing, township: str, region: str) -> list[str]:
    """Villages first: whether the township earns its title hangs on theirs."""
    reasons: list[str] = []
    today = computing.at.astimezone(SHANGHAI).date()
    held = await last_titles(connection, township)
    judged = await judge_township(connection, township, today, computing.policy)
    for one in (one for one in judged if one.code != township and one.code.startswith(region)):
        reasons += await _place(connection, computing, one, held.get(one.code))
    if township.startswith(region) and judged:
        # Judged again: a village may just have lost or got back its title.
        again = (await judge_township(connection, township, today, computing.policy))[-1]
        reasons += await _place(connection, computing, again, held.get(township))
    return reasons


async def _place(
    connection: Connection, computing: Computing, judged: JudgedPlace, held: HeldTitle | None
) -> list[str]:
    today, life = computing.at.astimezone(SHANGHAI).date(), computing.policy.life
    last = None if held is None else held.title
    if computing.grants and may_be_granted(last, judged.measured, life, today):
        new = HeldTitle(judged.code, new_id(), granted(judged.measured, life, computing.policy.version, today))
        if await grant(connection, new):
            await title_log.append(connection, [_step(computing, new, "granted", judged.tests)])
            return ["granted"]
        return []
    if held is None or last is None or last.state not in RUNNING:
        return []
    steps = title_steps(last, judged.measured, life, today)
    if steps:
        chained = [
            _step(computing, HeldTitle(held.place_code, held.title_id, step.title), step.reason, judged.tests)
            for step in steps
        ]
        await title_log.append(connection, chained)
        await save_title(connection, replace(held, title=steps[-1].title))
    return [step.reason for step in steps]


def _step(computing: Computing, held: HeldTitle, reason: str, tests: Sequence[TitleTest]) -> Taken:
    facts: dict[str, Any] = {
        "reason": reason,
        "policy": computing.policy.version,
        "stars": held.title.stars,
        "tests": [
            {
                "name": test.name,
                "numerator": test.numerator,
                "denominator": test.denominator,
                "threshold": test.threshold,
                "result": test.result.value,
            }
            for test in tests
        ],
    }
    return Taken(held, computing.actor, computing.at, facts)
