"""A pairing plan takes effect, whole or not at all, or is taken back."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    Select,
    Text,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from services.cadres.storage.coverage_repository import note_pairings_begun, note_pairings_ended
from services.cadres.storage.pairing_repository import helper_told
from services.cadres.storage.tables import cadres, households, pairing_plans, pairings
from shared.change_log import ChangeLog
from shared.db import Connection

lines, plan_cadres = pairing_plans.lines, pairing_plans.cadres


async def changed_since_planned(connection: Connection, plan_id: UUID) -> int:
    """How many households and cadres are not as the plan saw them: another helper, off the register, another load."""
    held = and_(pairings.c.household_id == lines.c.household_id, pairings.c.ended_on.is_(None))
    moved = (
        select(func.count())
        .select_from(
            lines.outerjoin(pairings, held).outerjoin(households, households.c.household_id == lines.c.household_id)
        )
        .where(
            lines.c.plan_id == plan_id,
            lines.c.cadre_id.is_not(None),
            or_(
                pairings.c.pairing_id.is_distinct_from(lines.c.previous_pairing_id),
                households.c.registered_poor.is_not(True),
            ),
        )
    )
    load = _open_loads(plan_id)
    people = (
        select(func.count())
        .select_from(
            plan_cadres.join(cadres, cadres.c.cadre_id == plan_cadres.c.cadre_id).outerjoin(
                load, load.c.cadre_id == plan_cadres.c.cadre_id
            )
        )
        .where(
            plan_cadres.c.plan_id == plan_id,
            or_(
                cadres.c.version != plan_cadres.c.cadre_version,
                func.coalesce(load.c.held, 0) != plan_cadres.c.held,
            ),
        )
    )
    return sum([(await connection.execute(statement)).scalar_one() for statement in (moved, people)])


async def apply_lines(connection: Connection, plan_id: UUID, day: date, author: str) -> int:
    """Former pairings end on the day, the planned ones begin. How many began."""
    of_plan = and_(lines.c.plan_id == plan_id, lines.c.cadre_id.is_not(None))
    await _end(
        connection, and_(of_plan, pairings.c.pairing_id == lines.c.previous_pairing_id), day, "rebalanced", author
    )
    return await _begin(connection, lines.c.pairing_id, lines.c.cadre_id, of_plan, day, author)


async def changed_since_applied(
    connection: Connection, plan_id: UUID, most_households: Mapping[str, int], day: date
) -> int:
    """How many planned pairings are not as the plan made them, and former cadres who cannot take theirs back."""
    untouched = and_(
        pairings.c.household_id == lines.c.household_id,
        pairings.c.pairing_id == lines.c.pairing_id,
        pairings.c.ended_on.is_(None),
    )
    touched = (
        select(func.count())
        .select_from(lines.outerjoin(pairings, untouched))
        .where(lines.c.plan_id == plan_id, lines.c.cadre_id.is_not(None), pairings.c.pairing_id.is_(None))
    )
    unable = _unable_to_take_back(plan_id, most_households, day)
    return sum([(await connection.execute(statement)).scalar_one() for statement in (touched, unable)])


async def undo_lines(connection: Connection, plan_id: UUID, day: date, author: str) -> int:
    """The planned pairings end on the day, the former cadres answer again. How many households were concerned."""
    of_plan = and_(lines.c.plan_id == plan_id, lines.c.cadre_id.is_not(None))
    ended = await _end(
        connection, and_(of_plan, pairings.c.pairing_id == lines.c.pairing_id), day, "plan_undone", author
    )
    had_one = and_(of_plan, lines.c.previous_cadre_id.is_not(None))
    await _begin(connection, lines.c.restored_pairing_id, lines.c.previous_cadre_id, had_one, day, author)
    return ended


async def tell_helpers(connection: Connection, change_log: ChangeLog, plan_id: UUID) -> None:
    """Who answers now for each household of the plan, for the siblings."""
    held = and_(pairings.c.household_id == lines.c.household_id, pairings.c.ended_on.is_(None))
    told = (
        select(*helper_told(lines.c.household_id, pairings.c.cadre_id, cadres.c.name))
        .select_from(lines.outerjoin(pairings, held).outerjoin(cadres, cadres.c.cadre_id == pairings.c.cadre_id))
        .where(lines.c.plan_id == plan_id, lines.c.cadre_id.is_not(None))
        .order_by(lines.c.household_id)
    )
    await change_log.append_selected(connection, told)


def _open_loads(plan_id: UUID) -> Any:
    return (
        select(pairings.c.cadre_id, func.count().label("held"))
        .join(plan_cadres, and_(plan_cadres.c.cadre_id == pairings.c.cadre_id, plan_cadres.c.plan_id == plan_id))
        .where(pairings.c.ended_on.is_(None))
        .group_by(pairings.c.cadre_id)
        .subquery()
    )


def _unable_to_take_back(plan_id: UUID, most_households: Mapping[str, int], day: date) -> Select[Any]:
    """Former cadres out of office, or who would have more than both their bound and what they had before the plan."""
    back = (
        select(lines.c.previous_cadre_id.label("cadre_id"), func.count().label("households"))
        .where(lines.c.plan_id == plan_id, lines.c.cadre_id.is_not(None), lines.c.previous_cadre_id.is_not(None))
        .group_by(lines.c.previous_cadre_id)
        .subquery()
    )
    load = _open_loads(plan_id)
    most = case(*((cadres.c.rank == rank, most) for rank, most in most_households.items()), else_=0)
    would_have = func.coalesce(load.c.held, 0) - plan_cadres.c.given + back.c.households
    return (
        select(func.count())
        .select_from(
            back.join(cadres, cadres.c.cadre_id == back.c.cadre_id)
            .join(plan_cadres, and_(plan_cadres.c.cadre_id == back.c.cadre_id, plan_cadres.c.plan_id == plan_id))
            .outerjoin(load, load.c.cadre_id == back.c.cadre_id)
        )
        .where(
            or_(
                cadres.c.valid_to <= day,
                would_have > func.greatest(most, plan_cadres.c.held),
            )
        )
    )


async def _end(connection: Connection, which: Any, day: date, reason: str, author: str) -> int:
    done = await connection.execute(
        update(pairings)
        .where(pairings.c.household_id == lines.c.household_id, which)
        .values(ended_on=day, end_reason=reason, ended_by=author, version=pairings.c.version + 1)
    )
    await note_pairings_ended(connection, exists().where(pairings.c.household_id == lines.c.household_id, which))
    return done.rowcount


async def _begin(connection: Connection, pairing_id: Any, cadre_id: Any, which: Any, day: date, author: str) -> int:
    done = await connection.execute(
        insert(pairings).from_select(
            ["household_id", "pairing_id", "cadre_id", "started_on", "paired_by", "demonstration", "version"],
            select(
                lines.c.household_id,
                pairing_id,
                cadre_id,
                literal(day, Date),
                literal(author, Text),
                func.coalesce(households.c.demonstration, false(), type_=Boolean),
                literal(1, Integer),
            )
            .select_from(lines.outerjoin(households, households.c.household_id == lines.c.household_id))
            .where(which),
        )
    )
    these = exists().where(lines.c.household_id == pairings.c.household_id, pairing_id == pairings.c.pairing_id, which)
    await note_pairings_begun(connection, these)
    return done.rowcount
