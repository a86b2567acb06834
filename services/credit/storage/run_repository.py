"""Scoring runs: a place scored inside PostgreSQL, chunk by chunk, resumable, seen only when finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.credit.domain.record_errors import AlreadyTakenOver, RunExists, RunNotFound
from services.credit.domain.scorecard import NOT_RATED, VETOED, Card
from services.credit.storage.fact_repository import veto_stands
from services.credit.storage.tables import facts, runs, scores, taken_over, vetoes
from shared.db import Connection
from shared.regions import prefix_range


@dataclass(frozen=True, slots=True)
class Run:
    run_id: UUID
    region: str
    card_id: str
    card_version: int
    as_of: date
    state: str
    scored_to: str
    may_take_over: bool
    ordered_by: str
    ordered_at: datetime
    confirmed_by: str | None
    effective_on: date | None
    valid_until: date | None


async def begin_run(
    connection: Connection,
    run_id: UUID,
    region: str,
    card: Card,
    as_of: date,
    ordered_by: str,
    *,
    may_take_over: bool,
) -> None:
    """Raises RunExists."""
    try:
        await connection.execute(
            insert(runs).values(
                run_id=run_id,
                region=region,
                card_id=card.id,
                card_version=card.version,
                as_of=as_of,
                state="scoring",
                may_take_over=may_take_over,
                ordered_by=ordered_by,
            )
        )
    except IntegrityError:
        raise RunExists from None


async def get_run(connection: Connection, run_id: UUID, *, lock: bool = False) -> Run:
    """Raises RunNotFound."""
    statement = select(runs).where(runs.c.run_id == run_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if row is None:
        raise RunNotFound
    return Run(**{name: row._mapping[name] for name in Run.__slots__})


async def unconfirmed_run(
    connection: Connection, region: str, card_id: str, as_of: date, ordered_by: str
) -> UUID | None:
    """The newest run of the same place, card and day by the same person that nobody has confirmed yet."""
    found = await connection.execute(
        select(runs.c.run_id)
        .where(runs.c.region == region, runs.c.card_id == card_id, runs.c.as_of == as_of)
        .where(runs.c.ordered_by == ordered_by, runs.c.state.in_(("scoring", "finished")), runs.c.may_take_over)
        .order_by(runs.c.ordered_at.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


async def chunks_to_score(connection: Connection, run: Run, households_at_once: int) -> list[str]:
    """Where to stop: codes of townships (or the village) in their order, each with about so many files since the last.

    Only what is still to be scored; a township is never divided.
    """
    low, high = prefix_range(run.region)
    code = func.left(facts.c.village_code, max(9, len(run.region)))
    rows = await connection.execute(
        select(code, func.count())
        .where(facts.c.village_code >= low, facts.c.village_code < high, code > run.scored_to)
        .group_by(code)
        .order_by(code)
    )
    stops: list[str] = []
    since = 0
    for place, files in rows:
        if since and since + files <= households_at_once:
            stops.pop()
            since += files
        else:
            since = files
        stops.append(place)
    return stops


async def count_files(connection: Connection, region: str) -> int:
    low, high = prefix_range(region)
    counted = await connection.execute(
        select(func.count()).select_from(facts).where(facts.c.village_code >= low, facts.c.village_code < high)
    )
    return counted.scalar_one()


async def count_scores(connection: Connection, run_id: UUID) -> int:
    counted = await connection.execute(select(func.count()).select_from(scores).where(scores.c.run_id == run_id))
    return counted.scalar_one()


async def finish_run(connection: Connection, run_id: UUID) -> None:
    await connection.execute(
        update(runs)
        .where(runs.c.run_id == run_id, runs.c.state == "scoring")
        .values(state="finished", finished_at=func.now())
    )


async def villages_taken_over(connection: Connection, region: str) -> int:
    low, high = prefix_range(region)
    counted = await connection.execute(
        select(func.count())
        .select_from(taken_over)
        .where(taken_over.c.village_code >= low, taken_over.c.village_code < high)
    )
    return counted.scalar_one()


_TAKING_OVER = func.hashtextextended("credit/taking-over", 17)


async def hold_taking_over(connection: Connection) -> None:
    """No run is confirmed until this transaction ends: either the run sees what it writes, or it sees the run."""
    await connection.execute(select(func.pg_advisory_xact_lock_shared(_TAKING_OVER)))


async def lock_taking_over(connection: Connection) -> None:
    """Waits for those that hold it, and keeps others from it until this transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(_TAKING_OVER)))


async def vetoed_since(connection: Connection, run_id: UUID, today: date) -> list[UUID]:
    """The households that the run scored without a veto and that stand under one today, by id."""
    found = await connection.execute(
        select(scores.c.household_id)
        .distinct()
        .join(vetoes, vetoes.c.household_id == scores.c.household_id)
        .where(scores.c.run_id == run_id, scores.c.band != VETOED, veto_stands(today))
        .order_by(scores.c.household_id)
    )
    return list(found.scalars())


async def put_in_effect(
    connection: Connection, run: Run, villages: Sequence[str], confirmed_by: str, effective_on: date, valid_until: date
) -> None:
    """Moves the pointer of the villages to this run: all of its grades take effect at once, or none.

    AlreadyTakenOver when another confirmation has taken one of the villages meanwhile: the primary key decides.
    """
    await connection.execute(
        update(runs)
        .where(runs.c.run_id == run.run_id)
        .values(state="in_effect", confirmed_by=confirmed_by, effective_on=effective_on, valid_until=valid_until)
    )
    try:
        await connection.execute(
            insert(taken_over), [{"village_code": village, "run_id": run.run_id} for village in villages]
        )
    except IntegrityError:
        raise AlreadyTakenOver from None
    await _one_first_grade_each(connection, run.run_id, effective_on)


async def _one_first_grade_each(connection: Connection, run_id: UUID, today: date) -> None:
    """Who moved into one of the run's villages with a first grade of another one keeps it while it is in effect, and
    the run's score goes: a grade falls by a notice and its days, never because a village is graded. One that is over,
    or was none, goes instead, and the run's counts.
    """
    other, its_run = scores.alias("other"), runs.alias("its_run")
    led_to = and_(taken_over.c.village_code == other.c.village_code, taken_over.c.run_id == other.c.run_id)
    kept = (
        select(other.c.household_id)
        .join_from(other, taken_over, led_to)
        .join(its_run, its_run.c.run_id == other.c.run_id)
        .where(other.c.run_id != run_id, other.c.band != NOT_RATED, its_run.c.valid_until >= today)
    )
    await connection.execute(delete(scores).where(scores.c.run_id == run_id, scores.c.household_id.in_(kept)))
    scored_now = select(other.c.household_id).where(other.c.run_id == run_id)
    earlier = and_(taken_over.c.village_code == scores.c.village_code, taken_over.c.run_id == scores.c.run_id)
    await connection.execute(
        delete(scores).where(scores.c.run_id != run_id, earlier, scores.c.household_id.in_(scored_now))
    )
