"""Figures of places that are kept beside the record, so that a summary reads neither rows nor villages.

A write appends by how much the figures of its village change (`changes`), in its own transaction, and blocks no other
writer. A little later one process adds these to what is `kept` of the village and of every place above it. A figure is
what is kept and what still waits, read in one statement, and so it is true at every instant.

The record says the same, counted anew: a select of (village, grouping, value, number), which `recount` holds against
what is kept. A figure of the grouping `place` has a village's own code as its value; a place above shows by it how many
are in each place directly below.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Identity,
    Integer,
    MetaData,
    Select,
    Subquery,
    Table,
    Text,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    literal_column,
    select,
    true,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import insert

from shared.db import Connection
from shared.regions import prefix_range

PLACE = "place"
BELOW = {2: 4, 4: 6, 6: 9, 9: 12, 12: 12}
"""Digits of a place's code → digits of the places directly below; a village stands for itself."""

Figures = Select[tuple[str, str, str, int]]


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    kept: Table
    changes: Table

    @property
    def number(self) -> Column[int]:
        """The column of `kept` that holds the figure; it is named after what is counted."""
        (found,) = (one for one in self.kept.columns if not one.primary_key)
        return found

    def figures(self, region: str) -> Subquery:
        """(grouping, value, number) of a place, kept and waiting apart: a figure is their sum."""
        low, high = prefix_range(region)
        below = _shown(self.changes.c.grouping, self.changes.c.value, literal_column(str(BELOW[len(region)])))
        return union_all(
            select(self.kept.c.grouping, self.kept.c.value, self.number.label("number")).where(
                self.kept.c.place == region
            ),
            select(self.changes.c.grouping, below, self.changes.c.by).where(
                self.changes.c.village_code >= low, self.changes.c.village_code < high
            ),
        ).subquery("figures")

    def figures_below(self, codes: Collection[str], region: str) -> Subquery:
        """As `figures`, with the place, of these places directly below the region."""
        low, high = prefix_range(region)
        kept, changes = self.kept.c, self.changes.c
        below = func.left(changes.village_code, literal_column(str(BELOW[len(region)])))
        return union_all(
            select(kept.place, kept.grouping, kept.value, self.number.label("number")).where(
                kept.place == func.any(bindparam(None, list(codes), ARRAY(Text)))
            ),
            select(below, changes.grouping, changes.value, changes.by).where(
                changes.village_code >= low, changes.village_code < high
            ),
        ).subquery("figures")

    async def add_up(self, connection: Connection) -> int:
        """Adds the changes to what is kept of their villages and of all places above; how many figures that touched.

        One at a time; who writes meanwhile is not waited for."""
        await self._lock(connection)
        changes = self.changes.c
        taken = delete(self.changes).returning(changes.village_code, changes.grouping, changes.value, changes.by)
        return await self._add(connection, _at_every_level(select(*taken.cte("taken").c)))

    async def recount(self, connection: Connection, counted: Select[Any], *, mend: bool) -> int:
        """Counts the record anew (`counted`); how many figures are not what was kept. They are put right when `mend`
        says so.

        The record, what is kept and what waits to be added are seen at one instant, so writers go on meanwhile."""
        await self._lock(connection)
        kept, changes = self.kept.c, self.changes.c
        now = _at_every_level(counted).subquery("counted")
        waiting = _at_every_level(select(changes.village_code, changes.grouping, changes.value, changes.by))
        pending = waiting.subquery("waiting")
        signed = union_all(
            select(*now.c),
            select(pending.c.place, pending.c.grouping, pending.c.value, -pending.c.number),
            select(kept.place, kept.grouping, kept.value, -self.number),
        ).subquery("signed")
        off = func.sum(signed.c.number)
        wrong = (
            select(signed.c.place, signed.c.grouping, signed.c.value, cast(off, Integer).label("number"))
            .group_by(signed.c.place, signed.c.grouping, signed.c.value)
            .having(off != 0)
        )
        if mend:
            return await self._add(connection, wrong)
        return (await connection.execute(select(func.count()).select_from(wrong.subquery()))).scalar_one()

    async def _add(self, connection: Connection, by: Figures) -> int:
        """Adds figures to those that are kept; the number of them."""
        name = self.number.name
        statement = insert(self.kept).from_select(["place", "grouping", "value", name], by)
        done = await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["place", "grouping", "value"],
                set_={name: self.number + statement.excluded[name]},
            )
        )
        return done.rowcount

    async def _lock(self, connection: Connection) -> None:
        schema = func.hashtext(func.current_schema())
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(self.kept.name), schema)))


def place_counts(metadata: MetaData, thing: str, number: str) -> PlaceCounts:
    """Their tables: `<thing>_counts`, whose figures stand in the column `number`, and `<thing>_count_changes`."""
    kept = Table(
        f"{thing}_counts",
        metadata,
        Column("place", Text, primary_key=True),
        Column("grouping", Text, primary_key=True),
        Column("value", Text, primary_key=True),
        Column(number, Integer, nullable=False),
    )
    changes = Table(
        f"{thing}_count_changes",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("change_id", BigInteger, Identity(always=True), primary_key=True),
        Column("grouping", Text, nullable=False),
        Column("value", Text, nullable=False),
        Column("by", Integer, nullable=False),
    )
    return PlaceCounts(kept, changes)


def _shown(grouping: ColumnElement[str], value: ColumnElement[str], below: ColumnElement[int]) -> ColumnElement[str]:
    return case((grouping == PLACE, func.left(value, below)), else_=value)


def _at_every_level(of_villages: Select[Any]) -> Figures:
    """Figures of villages (village, grouping, value, number) → (place, grouping, value, number) of the villages and of
    all places above; by place they say how many are in each place directly below."""
    level = values(column("digits", Integer), column("below", Integer), name="level").data(list(BELOW.items()))
    given = of_villages.subquery("of_villages")
    village, grouping, value, number = given.c
    place = func.left(village, level.c.digits)
    shown = _shown(grouping, value, level.c.below)
    return (
        select(
            place.label("place"),
            grouping.label("grouping"),
            shown.label("value"),
            cast(func.sum(number), Integer).label("number"),
        )
        .select_from(given.join(level, true()))
        .group_by(place, grouping, shown)
        .having(func.sum(number) != 0)
    )
