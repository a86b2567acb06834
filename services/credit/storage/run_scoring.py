"""How does PostgreSQL score a run's files, chunk by chunk, and what becomes of a file that cannot be scored?

A chunk is two statements, side by side. When the numbers of one file break one, its files are halved until that file
stands alone: it is set aside with its reason, and all the others are scored.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Subquery,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, array, insert
from sqlalchemy.exc import DBAPIError

from services.credit.domain.scorecard import Card
from services.credit.storage.card_sql import score_select
from services.credit.storage.card_sql_layers import fenced
from services.credit.storage.fact_repository import fact_columns, vetoes_in_force
from services.credit.storage.run_repository import Run
from services.credit.storage.tables import facts, runs, scores, vetoes
from shared.db import Connection, Database
from shared.regions import prefix_range

# The class of SQLSTATE that says that a value is to blame, and what its members mean here.
_DATA_IS_WRONG = "22"
_REASONS = {"22003": "number_out_of_range", "22012": "division_by_zero"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A household whose file could not be scored, and why."""

    household_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Scored:
    """How many households a chunk has scored, and which it has set aside."""

    households: int = 0
    refusals: tuple[Refusal, ...] = ()

    def __add__(self, other: "Scored") -> "Scored":
        return Scored(self.households + other.households, self.refusals + other.refusals)


class Scoring:
    """The statements of one run on its card, made once for its many chunks."""

    def __init__(self, run: Run, card: Card) -> None:
        self.run = run
        low, high = bindparam("low", type_=Text), bindparam("high", type_=Text)
        self.of_place = _statement(run, card, and_(facts.c.village_code >= low, facts.c.village_code < high))
        some = bindparam("households", type_=ARRAY(Uuid))
        self.of_households = _statement(run, card, facts.c.household_id == func.any(some))


async def score_chunk(database: Database, scoring: Scoring, stop: str) -> Scored:
    """Scores every file from where the run stands to the end of the place `stop`, by two connections, each half of it.

    The run's row is held meanwhile, so that of two that run the same job one scores the chunk and the other finds it
    scored. Whoever holds it commits last: what a killed run leaves beyond where it stands are whole scores, which the
    next one finds and keeps.
    """
    async with database.transaction() as connection:
        mine = runs.c.run_id == scoring.run.run_id
        stands = (await connection.execute(select(runs.c.scored_to).where(mine).with_for_update())).scalar_one()
        if stands >= stop:
            return Scored()
        await connection.execute(update(runs).where(mine).values(scored_to=stop))
        low, high = prefix_range(stands)[1] if stands else prefix_range(scoring.run.region)[0], prefix_range(stop)[1]
        middle = await _middle(connection, low, high)
        beside = asyncio.create_task(_score_beside(database, scoring, middle, high))
        try:
            return await _score_between(connection, scoring, low, middle) + await beside
        finally:
            beside.cancel()
            await asyncio.wait([beside])


async def _score_beside(database: Database, scoring: Scoring, low: str, high: str) -> Scored:
    async with database.transaction() as connection:
        return await _score_between(connection, scoring, low, high)


async def _score_between(connection: Connection, scoring: Scoring, low: str, high: str) -> Scored:
    """Every file of the villages from `low` on and before `high` that this run has not scored."""
    done = await _attempt(connection, scoring.of_place, {"low": low, "high": high})
    if isinstance(done, int):
        return Scored(done)
    return await _score_apart(connection, scoring, await _without_score(connection, scoring.run, low, high))


async def _middle(connection: Connection, low: str, high: str) -> str:
    """The village before which half of the files lie."""
    half = func.percentile_disc(0.5).within_group(facts.c.village_code)
    found = await connection.execute(select(half).where(facts.c.village_code >= low, facts.c.village_code < high))
    return found.scalar_one() or high


async def score_left_behind(connection: Connection, scoring: Scoring) -> Scored:
    """The files without a score in the part of the place that a killed run has passed: set aside then, or newer."""
    if not scoring.run.scored_to:
        return Scored()
    low, high = prefix_range(scoring.run.region)[0], prefix_range(scoring.run.scored_to)[1]
    return await _score_apart(connection, scoring, await _without_score(connection, scoring.run, low, high))


async def _score_apart(connection: Connection, scoring: Scoring, households: Sequence[UUID]) -> Scored:
    """All of them, halved and halved again around those that cannot be scored."""
    if not households:
        return Scored()
    done = await _attempt(connection, scoring.of_households, {"households": list(households)})
    if isinstance(done, int):
        return Scored(done)
    if len(households) == 1:
        return Scored(refusals=(Refusal(households[0], _REASONS.get(done, "facts_do_not_score")),))
    middle = len(households) // 2
    first = await _score_apart(connection, scoring, households[:middle])
    return first + await _score_apart(connection, scoring, households[middle:])


async def _attempt(connection: Connection, statement: Insert, given: dict[str, object]) -> int | str:
    """How many rows it wrote; or the SQLSTATE of the value that broke it, and then it has written none."""
    try:
        async with connection.begin_nested():
            return (await connection.execute(statement, given)).rowcount
    except DBAPIError as failure:
        state = str(getattr(failure.orig, "sqlstate", "") or "")
        if not state.startswith(_DATA_IS_WRONG):
            raise
        return state


async def _without_score(connection: Connection, run: Run, low: str, high: str) -> list[UUID]:
    scored = select(scores.c.household_id).where(
        scores.c.household_id == facts.c.household_id, scores.c.run_id == run.run_id
    )
    found = await connection.execute(
        select(facts.c.household_id)
        .where(facts.c.village_code >= low, facts.c.village_code < high, ~scored.exists())
        .order_by(facts.c.village_code, facts.c.household_id)
    )
    return list(found.scalars())


def scored_files(as_of: date, card: Card, which: ColumnElement[bool], *, trace: bool = True) -> Subquery:
    """What the engine says of each of those files, as `score_select` gives it; nothing is written."""
    # Few households have ever had a veto: one look into a set of them spares the others the search.
    ever = facts.c.household_id.in_(select(vetoes.c.household_id))
    none: ColumnElement[Any] = cast(array([]), ARRAY(Text))
    standing = case((ever, vetoes_in_force(facts.c.household_id, as_of)), else_=none).label("standing")
    source = fenced(select(facts, standing).where(which))
    columns = {
        name: type(column)(
            source.c[name],
            None if column.no_record is None else literal(name, Text) == func.any(source.c.no_record),
        )
        for name, column in fact_columns().items()
    }
    keep = [source.c[name].label(name) for name in ("household_id", "village_code", "version", "standing")]
    return score_select(card, source, columns, source.c.standing, keep, trace=trace).subquery("scored")


def _statement(run: Run, card: Card, which: ColumnElement[bool]) -> Insert:
    scored = scored_files(run.as_of, card, which).c
    row = {
        "household_id": scored.household_id,
        "run_id": literal(run.run_id),
        "village_code": scored.village_code,
        "facts_version": scored.version,
        "total": scored.total,
        "band": scored.band,
        "bins": scored.bins,
        "points": scored.points,
        "vetoes": cast(scored.standing, ARRAY(Text)),
        "trace_sha256": scored.trace_sha256,
    }
    return insert(scores).from_select(list(row), select(*row.values())).on_conflict_do_nothing()
