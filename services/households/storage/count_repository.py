"""Kept counts: changed with each write, read for a summary, added up to every place, and proven against the record."""

from collections.abc import Iterable

from sqlalchemy import (
    ARRAY,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    true,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert

from services.households.domain.household import Household
from services.households.domain.household_counts import GROUPINGS, NOTHING_SAID, PLACE, Counts, difference
from services.households.storage.tables import counts, households
from shared.db import Connection
from shared.regions import prefix_range

kept, changes = counts.kept, counts.changes
BELOW = {2: 4, 4: 6, 6: 9, 9: 12, 12: 12}
"""Digits of a place's code → digits of the places directly below; a village stands for itself."""
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('household_counts'), hashtext(current_schema()))")


async def note_change(connection: Connection, before: Iterable[Household], after: Iterable[Household]) -> None:
    """Writes down what the figures differ by, in the transaction that makes these households those. They are held."""
    await note_differences(connection, difference(before, after))


async def note_differences(connection: Connection, by: Counts) -> None:
    if not by:
        return
    given = (
        func.unnest(
            bindparam("villages", [cell.village_code for cell in by], ARRAY(Text)),
            bindparam("groupings", [cell.grouping for cell in by], ARRAY(Text)),
            bindparam("values", [cell.value for cell in by], ARRAY(Text)),
            bindparam("numbers", list(by.values()), ARRAY(Integer)),
        )
        .table_valued("village_code", "grouping", "value", "by")
        .render_derived(name="given")
    )
    await connection.execute(insert(changes).from_select(list(given.c.keys()), select(*given.c)))


async def figures_of(connection: Connection, region: str) -> dict[str, list[tuple[str | None, int]]]:
    """How many households under a place have each value of `status`, `poverty_type`, `monitoring_type`, the `year` of
    identification, the `place` directly below, or each `cause` (a household with several counts with each). None is of
    those of which nothing is said, and comes last."""
    low, high = prefix_range(region)
    below = case((changes.c.grouping == PLACE, func.left(changes.c.value, BELOW[len(region)])), else_=changes.c.value)
    both = union_all(
        select(kept.c.grouping, kept.c.value, kept.c.households).where(kept.c.place == region),
        select(changes.c.grouping, below, changes.c.by).where(
            changes.c.village_code >= low, changes.c.village_code < high
        ),
    ).subquery("both")
    rows = await connection.execute(
        select(both.c.grouping, both.c.value, func.sum(both.c.households))
        .group_by(both.c.grouping, both.c.value)
        .having(func.sum(both.c.households) > 0)
        .order_by(both.c.grouping, both.c.value == NOTHING_SAID, both.c.value)
    )
    found: dict[str, list[tuple[str | None, int]]] = {grouping: [] for grouping in GROUPINGS}
    for grouping, value, number in rows:
        found[grouping].append((None if value == NOTHING_SAID else value, number))
    return found


async def add_up(connection: Connection) -> int:
    """Adds the changes to what is kept of their villages and of all places above; how many figures that touched.

    One at a time; who writes meanwhile is not waited for."""
    await connection.execute(_LOCK)
    taken = delete(changes).returning(changes.c.village_code, changes.c.grouping, changes.c.value, changes.c.by)
    given = taken.cte("taken")
    return await _add(connection, _at_every_level(select(*given.c)))


async def recount(connection: Connection, *, mend: bool) -> int:
    """Counts the record anew; how many figures are not what was kept. They are put right when `mend` says so.

    The record, what is kept and what waits to be added are seen at one instant, so writers go on meanwhile."""
    await connection.execute(_LOCK)
    counted = _at_every_level(_counted()).subquery("counted")
    waiting = _at_every_level(select(changes.c.village_code, changes.c.grouping, changes.c.value, changes.c.by))
    pending = waiting.subquery("waiting")
    signed = union_all(
        select(*counted.c),
        select(pending.c.place, pending.c.grouping, pending.c.value, -pending.c.households),
        select(kept.c.place, kept.c.grouping, kept.c.value, -kept.c.households),
    ).subquery("signed")
    off = func.sum(signed.c.households)
    wrong = (
        select(signed.c.place, signed.c.grouping, signed.c.value, cast(off, Integer).label("households"))
        .group_by(signed.c.place, signed.c.grouping, signed.c.value)
        .having(off != 0)
    )
    if mend:
        return await _add(connection, wrong)
    return (await connection.execute(select(func.count()).select_from(wrong.subquery()))).scalar_one()


async def _add(connection: Connection, by: Select[tuple[str, str, str, int]]) -> int:
    """Adds figures to those that are kept; the number of them."""
    statement = pg_insert(kept).from_select(["place", "grouping", "value", "households"], by)
    done = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["place", "grouping", "value"],
            set_={"households": kept.c.households + statement.excluded.households},
        )
    )
    return done.rowcount


def _at_every_level(of_villages: Select[tuple[str, str, str, int]]) -> Select[tuple[str, str, str, int]]:
    """Figures of villages (village, grouping, value, number) → (place, grouping, value, households) of the villages and
    of all places above; by place they say how many are in each place directly below."""
    level = values(column("digits", Integer), column("below", Integer), name="level").data(list(BELOW.items()))
    given = of_villages.subquery("of_villages")
    village, grouping, value, number = given.c
    place = func.left(village, level.c.digits)
    shown = case((grouping == PLACE, func.left(value, level.c.below)), else_=value)
    return (
        select(
            place.label("place"),
            grouping.label("grouping"),
            shown.label("value"),
            cast(func.sum(number), Integer).label("households"),
        )
        .select_from(given.join(level, true()))
        .group_by(place, grouping, shown)
        .having(func.sum(number) != 0)
    )


def _counted() -> Select[tuple[str, str, str, int]]:
    """What the record says, village by village: `cells_of` in SQL. Households that are alike are put together first."""
    nothing = literal(NOTHING_SAID)
    alike = (
        select(
            households.c.village_code,
            households.c.status,
            func.coalesce(households.c.poverty_type, nothing).label("poverty_type"),
            func.coalesce(households.c.monitoring_type, nothing).label("monitoring_type"),
            func.coalesce(func.to_char(households.c.first_identified_on, "FMYYYY"), nothing).label("year"),
            households.c.causes,
            func.count().label("number"),
        )
        .where(households.c.closed_on.is_(None))
        .group_by(*(text(str(place)) for place in range(1, 7)))
        .cte("alike")
    )
    causes = func.unnest(alike.c.causes).table_valued("cause").render_derived(name="given")
    single = {
        PLACE: alike.c.village_code,
        **{name: alike.c[name] for name in ("status", "poverty_type", "monitoring_type", "year")},
    }
    each = union_all(
        *(
            select(alike.c.village_code, literal(grouping).label("grouping"), value.label("value"), alike.c.number)
            for grouping, value in single.items()
        ),
        select(alike.c.village_code, literal("cause"), causes.c.cause, alike.c.number).select_from(
            alike.join(causes, true())
        ),
    ).subquery("each")
    return select(*each.c)
