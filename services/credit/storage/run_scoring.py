"""How does PostgreSQL score a run's files, chunk by chunk, and what becomes of a file that cannot be scored?

A chunk is one statement. When the numbers of one file break it, the chunk is halved until that file stands alone: it is
set aside with its reason, and all the others are scored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Insert,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.exc import DBAPIError

from services.credit.domain.scorecard import Card
from services.credit.storage.card_sql import score_select
from services.credit.storage.card_sql_layers import fenced
from services.credit.storage.fact_repository import fact_columns, vetoes_in_force
from services.credit.storage.run_repository import Run
from services.credit.storage.tables import facts, runs, scores, vetoes
from shared.db import Connection
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


async def score_chunk(connection: Connection, scoring: Scoring, stop: str) -> Scored:
    """Scores every file from where the run stands to the end of the place `stop`, in one transaction.

    The run's row is held meanwhile, so that of two that run the same job one scores the chunk and the other finds it
    scored.
    """
    mine = runs.c.run_id == scoring.run.run_id
    stands = (await connection.execute(select(runs.c.scored_to).where(mine).with_for_update())).scalar_one()
    if stands >= stop:
        return Scored()
    await connection.execute(update(runs).where(mine).values(scored_to=stop))
    low, high = prefix_range(stands)[1] if stands else prefix_range(scoring.run.region)[0], prefix_range(stop)[1]
    done = await _attempt(connection, scoring.of_place, {"low": low, "high": high})
    if isinstance(done, int):
        return Scored(done)
    return await _score_apart(connection, scoring, await _without_score(connection, scoring.run, low, high))


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


def _statement(run: Run, card: Card, which: ColumnElement[bool]) -> Insert:
    # Few households have ever had a veto: one look into a set of them spares the others the search.
    ever = facts.c.household_id.in_(select(vetoes.c.household_id))
    none: ColumnElement[Any] = cast(array([]), ARRAY(Text))
    standing = case((ever, vetoes_in_force(facts.c.household_id, run.as_of)), else_=none).label("standing")
    source = fenced(select(facts, standing).where(which))
    columns = {
        name: type(column)(
            source.c[name],
            None if column.no_record is None else literal(name, Text) == func.any(source.c.no_record),
        )
        for name, column in fact_columns().items()
    }
    keep = [source.c[name].label(name) for name in ("household_id", "village_code", "version", "standing")]
    scored = score_select(card, source, columns, source.c.standing, keep, trace=True).subquery("scored").c
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
    return insert(scores).from_select(list(row), select(*row.values()))
