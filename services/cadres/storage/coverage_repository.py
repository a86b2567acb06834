"""How well is each place covered: poor households with and without a cadre, poor villages and their held posts?

The figures are kept (`shared/place_counts.py`), and by day: a pairing adds one on its first day and takes one away on
the day from which it no longer holds, and so does a posting. What holds on a day is the sum up to it, so a day that
passes changes no figure, and any day of the past or to come is read as today is.

A pairing counts where its household lives now, while it is poor; a posting where its village is poor. So the writers of
both (`note_…`) and the feed that moves households and villages (`counted_anew`) must not miss each other's rows: who
writes pairings or posts shares a lock, the feed has it alone. It is taken behind the rows, and before they are read.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    union_all,
)

from services.cadres.domain.posting import POST_KINDS
from services.cadres.storage.queries import VILLAGE, given_rows
from services.cadres.storage.tables import coverage, households, pairings, posts, regions
from shared.db import Connection

POOR, PAIRED, VILLAGES, FILLED = "poor_households", "paired", "poor_villages", "posts_filled"
POOR_VILLAGE = and_(regions.c.level == VILLAGE, regions.c.poor_village)

Lone = Select[str, str, str, int]
"""(village, grouping, value, number), uncounted."""
_ALWAYS = literal("", Text)
_SHARED = text("SELECT pg_advisory_xact_lock_shared(hashtext('coverage'), hashtext(current_schema()))")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('coverage'), hashtext(current_schema()))")


@dataclass(frozen=True, slots=True)
class Coverage:
    """`posts_filled` counts held posts, those beyond their term too; with `posts_vacant` it makes five a poor village.

    `paired` and `unpaired` are poor households on the register, with and without a responsible cadre.
    """

    poor_villages: int
    posts_filled: int
    posts_vacant: int
    poor_households: int
    paired: int
    unpaired: int


UNCOVERED = Coverage(0, 0, 0, 0, 0, 0)
"""A place without poor villages and poor households."""


async def coverage_of(connection: Connection, region: str, day: date) -> Coverage:
    """The numbers of a place on a day."""
    figures = coverage.figures(region)
    rows = await connection.execute(
        select(figures.c.grouping, func.sum(figures.c.number).label("number"))
        .where(figures.c.value <= day.isoformat())
        .group_by(figures.c.grouping)
    )
    return _coverage({row.grouping: row.number for row in rows})


async def coverage_below(connection: Connection, codes: Collection[str], region: str, day: date) -> dict[str, Coverage]:
    """The numbers of places directly below a region; those in which nothing counts are left out."""
    figures = coverage.figures_below(codes, region)
    rows = await connection.execute(
        select(figures.c.place, figures.c.grouping, func.sum(figures.c.number).label("number"))
        .where(figures.c.value <= day.isoformat())
        .group_by(figures.c.place, figures.c.grouping)
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.place, {})[row.grouping] = row.number
    return {place: _coverage(numbers) for place, numbers in found.items()}


def _coverage(figures: Mapping[str, int]) -> Coverage:
    villages, filled, poor, paired = (figures.get(name, 0) for name in (VILLAGES, FILLED, POOR, PAIRED))
    return Coverage(villages, filled, len(POST_KINDS) * villages - filled, poor, paired, poor - paired)


async def note_pairings_begun(connection: Connection, which: ColumnElement[bool]) -> None:
    """These pairings are new, with their ends where they have one. In the transaction that wrote them."""
    await _note(connection, _held(PAIRED, pairings, _POOR_HOUSEHOLDS, households.c.village_code, which))


async def note_pairings_ended(connection: Connection, which: ColumnElement[bool]) -> None:
    """These pairings, noted before, have got an end. In the transaction that wrote it."""
    await _note(connection, _ended(PAIRED, pairings, _POOR_HOUSEHOLDS, households.c.village_code, which))


async def note_posts_begun(connection: Connection, which: ColumnElement[bool]) -> None:
    await _note(connection, _held(FILLED, posts, _POOR_VILLAGES, posts.c.village_code, which))


async def note_posts_ended(connection: Connection, which: ColumnElement[bool]) -> None:
    await _note(connection, _ended(FILLED, posts, _POOR_VILLAGES, posts.c.village_code, which))


def ids(column: ColumnElement[UUID], some: Collection[UUID]) -> ColumnElement[bool]:
    """One parameter for all of them."""
    return column == func.any(bindparam(None, list(some), ARRAY(Uuid)))


@asynccontextmanager
async def counted_anew(
    connection: Connection, places: list[dict[str, Any]], homes: list[dict[str, Any]]
) -> AsyncIterator[None]:
    """What the feed tells of these places and households is written in this block; those which count otherwise than
    before are taken out of the figures, and counted again as they then stand."""
    villages = await _counting_otherwise(connection, regions, "code", ("level", "poor_village"), places)
    moved = await _counting_otherwise(
        connection, households, "household_id", ("village_code", "registered_poor"), homes
    )
    if not villages and not moved:
        yield
        return
    counted = _counted(
        ids(households.c.household_id, moved), regions.c.code == func.any(bindparam(None, villages, ARRAY(Text)))
    ).subquery("counted")
    village, grouping, value, number = counted.c
    await connection.execute(_ALONE)
    await _append(connection, select(village, grouping, value, -number))
    yield
    await _append(connection, select(village, grouping, value, number))


async def forget_all(connection: Connection) -> None:
    """No place and no household is known any more, so nothing counts."""
    await connection.execute(_ALONE)
    await connection.execute(delete(coverage.changes))
    await connection.execute(delete(coverage.kept))


async def add_up(connection: Connection) -> int:
    return await coverage.add_up(connection)


async def recount(connection: Connection, *, mend: bool) -> int:
    """How many figures are not those of the record; they are put right when `mend` says so."""
    return await coverage.recount(connection, _counted(true(), true()), mend=mend)


_POOR_HOUSEHOLDS = pairings.join(
    households, and_(households.c.household_id == pairings.c.household_id, households.c.registered_poor)
)
_POOR_VILLAGES = posts.join(regions, and_(regions.c.code == posts.c.village_code, POOR_VILLAGE))


def _counted(of_households: ColumnElement[bool], of_villages: ColumnElement[bool]) -> Select[Any]:
    """(village, grouping, value, number) of these households and villages as the record says."""
    home, here = households.c.village_code, regions.c.code
    lone = union_all(
        select(home, literal(POOR, Text), _ALWAYS, literal(1)).where(households.c.registered_poor, of_households),
        select(here, literal(VILLAGES, Text), _ALWAYS, literal(1)).where(POOR_VILLAGE, of_villages),
        *_held(PAIRED, pairings, _POOR_HOUSEHOLDS, home, of_households),
        *_held(FILLED, posts, _POOR_VILLAGES, here, of_villages),
    ).subquery("lone")
    village, grouping, value, number = lone.c
    return select(village, grouping, value, func.sum(number)).group_by(village, grouping, value)


def _held(
    name: str, table: Table, among: FromClause, village: ColumnElement[str], which: ColumnElement[bool]
) -> list[Lone]:
    """One more from the first day, one fewer from the day from which it no longer holds."""
    begun = select(village, literal(name, Text), _day(table.c.started_on), literal(1)).select_from(among)
    return [begun.where(which), *_ended(name, table, among, village, which)]


def _ended(
    name: str, table: Table, among: FromClause, village: ColumnElement[str], which: ColumnElement[bool]
) -> list[Lone]:
    ended = select(village, literal(name, Text), _day(table.c.ended_on), literal(-1)).select_from(among)
    return [ended.where(table.c.ended_on.is_not(None), which)]


def _day(day: ColumnElement[Any]) -> ColumnElement[str]:
    """Days of four-digit years stand in the order of their text."""
    return func.to_char(day, literal("YYYY-MM-DD", Text))


async def _note(connection: Connection, lone: list[Lone]) -> None:
    await connection.execute(_SHARED)
    village, grouping, value, number = union_all(*lone).subquery("lone").c
    await _append(connection, select(village, grouping, value, func.sum(number)).group_by(village, grouping, value))


async def _append(connection: Connection, by: Select[Any]) -> None:
    names = ["village_code", "grouping", "value", "by"]
    await connection.execute(insert(coverage.changes).from_select(names, by))


async def _counting_otherwise(
    connection: Connection, table: Table, key: str, names: tuple[str, ...], told: list[dict[str, Any]]
) -> list[Any]:
    """The keys of those told rows that are new, or of which one of these columns differs from what is known."""
    if not told:
        return []
    given = given_rows(table, [{name: row[name] for name in (key, *names)} for row in told]).subquery("told")
    known = given.outerjoin(table, table.c[key] == given.c[key])
    differs = [table.c[name].is_distinct_from(given.c[name]) for name in names]
    return list((await connection.execute(select(given.c[key]).select_from(known).where(or_(*differs)))).scalars())
