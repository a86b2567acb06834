"""Every household of a place is scored on a card, inside PostgreSQL; a second official puts the grades in effect."""

from datetime import date
from uuid import UUID

from services.credit.domain.grade_days import valid_until
from services.credit.domain.record_errors import (
    AlreadyTakenOver,
    CityOrderNeeded,
    RunNotFinished,
    SecondPersonNeeded,
)
from services.credit.domain.run_errors import RunTidied
from services.credit.storage.card_repository import card_in_force, card_version
from services.credit.storage.directory_repository import place, villages_of
from services.credit.storage.run_counts import TIDIED, count_run
from services.credit.storage.run_repository import (
    Run,
    begin_run,
    chunks_to_score,
    count_files,
    count_scores,
    finish_run,
    get_run,
    lock_taking_over,
    put_in_effect,
    vetoed_since,
    villages_taken_over,
)
from services.credit.storage.run_scoring import Scored, Scoring, score_chunk, score_left_behind
from services.credit.storage.shipped_policies import grade_policy
from services.credit.storage.summary_repository import forget_summaries
from services.credit.use_cases.follow_events import suspend_under_veto
from services.credit.use_cases.refresh_loan_facts import refresh_loan_facts
from shared.clock import Clock
from shared.db import Connection, Database
from shared.jobs import Jobs, Progress

JOB = "scoring_run"
MOST_NAMED = 1_000
HOUSEHOLDS_AT_ONCE = 10_000


async def order_run(
    connection: Connection,
    jobs: Jobs,
    *,
    run_id: UUID,
    region: str,
    card_id: str,
    as_of: date,
    ordered_by: str,
    may_take_over: bool = True,
) -> None:
    """Queues the scoring of a place. `may_take_over`: on a city official's order, or the operator's at the machine.

    Raises PlaceNotFound, CardNotFound, RunExists.
    """
    await place(connection, region)
    card = await card_in_force(connection, card_id, as_of)
    await begin_run(connection, run_id, region, card, as_of, ordered_by, may_take_over=may_take_over)
    await jobs.order(connection, job_id=run_id, kind=JOB, region=region, ordered_by=ordered_by, given={})


async def score_place(database: Database, run_id: UUID, progress: Progress) -> None:
    """Scores what is still to be scored, a transaction for each ten
    thousand households or so; resumes where a killed run stopped.

    A household whose facts cannot be scored is counted as refused and named in the result, the first
    thousand of them, each with its reason; it has no score in the run. The rest is done.
    """
    async with database.transaction() as connection:
        run = await get_run(connection, run_id, lock=True)
        progress.total = await count_files(connection, run.region)
        progress.accepted = await count_scores(connection, run_id)
        progress.done = progress.accepted + progress.refused
    if run.state != "scoring":
        return
    await refresh_loan_facts(database, Clock(), run.region, run.as_of)
    async with database.transaction() as connection:
        progress.done, progress.refused, progress.result = progress.accepted, 0, {}
        scoring = Scoring(run, await card_version(connection, run.card_id, run.card_version))
        _count(progress, await score_left_behind(connection, scoring))
        chunks = await chunks_to_score(connection, run, HOUSEHOLDS_AT_ONCE)
    for chunk in chunks:
        _count(progress, await score_chunk(database, scoring, chunk))
    async with database.transaction() as connection:
        await finish_run(connection, run_id)


def _count(progress: Progress, scored: Scored) -> None:
    progress.done += scored.households + len(scored.refusals)
    progress.accepted += scored.households
    progress.refused += len(scored.refusals)
    named = progress.result.get("refused", [])
    more = scored.refusals[: MOST_NAMED - len(named)]
    if more:
        lines = [{"household_id": str(one.household_id), "reason": one.reason} for one in more]
        progress.result = {**progress.result, "refused": named + lines}


async def confirm_run(connection: Connection, run_id: UUID, confirmed_by: str, clock: Clock) -> Run:
    """Puts the grades of a finished run in effect, with basis "initial": once per place, by a second person.

    A household that has come under a veto since it was scored is suspended with the same commit.

    Raises RunNotFound, RunNotFinished, RunTidied, CityOrderNeeded, SecondPersonNeeded, AlreadyTakenOver (credit
    rules 2.4).
    """
    run = await get_run(connection, run_id, lock=True)
    if run.state == TIDIED:
        raise RunTidied
    if run.state != "finished":
        raise AlreadyTakenOver if run.state == "in_effect" else RunNotFinished
    if not run.may_take_over:
        raise CityOrderNeeded
    if run.ordered_by == confirmed_by:
        raise SecondPersonNeeded
    if await villages_taken_over(connection, run.region):
        raise AlreadyTakenOver
    # Before scores go: of households that moved here and keep the grade that they have.
    await count_run(connection, run_id, await card_version(connection, run.card_id, run.card_version))
    await lock_taking_over(connection)
    today = clock.today()
    villages = [village.code for village in await villages_of(connection, run.region)]
    last_day = valid_until(today, grade_policy(today).months_valid)
    await put_in_effect(connection, run, villages, confirmed_by, today, last_day)
    for household_id in await vetoed_since(connection, run_id, today):
        await suspend_under_veto(connection, clock, household_id, confirmed_by)
    await forget_summaries(connection)
    return await get_run(connection, run_id)
