"""Kept counts: changed with each write, read for a summary, proven against the record (`shared/place_counts.py`)."""

from collections.abc import Iterable

from sqlalchemy import ARRAY, Integer, Select, Text, bindparam, func, insert, literal, select, text, true, union_all

from services.households.domain.household import Household
from services.households.domain.household_counts import GROUPINGS, NOTHING_SAID, PLACE, Counts, difference
from services.households.storage.tables import counts, households
from shared.db import Connection


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
    await connection.execute(insert(counts.changes).from_select(list(given.c.keys()), select(*given.c)))


async def figures_of(connection: Connection, region: str) -> dict[str, list[tuple[str | None, int]]]:
    """How many households under a place have each value of `status`, `poverty_type`, `monitoring_type`, the `year` of
    identification, the `place` directly below, or each `cause` (a household with several counts with each). None is of
    those of which nothing is said, and comes last."""
    both = counts.figures(region)
    rows = await connection.execute(
        select(both.c.grouping, both.c.value, func.sum(both.c.number))
        .group_by(both.c.grouping, both.c.value)
        .having(func.sum(both.c.number) > 0)
        .order_by(both.c.grouping, both.c.value == NOTHING_SAID, both.c.value)
    )
    found: dict[str, list[tuple[str | None, int]]] = {grouping: [] for grouping in GROUPINGS}
    for grouping, value, number in rows:
        found[grouping].append((None if value == NOTHING_SAID else value, number))
    return found


async def add_up(connection: Connection) -> int:
    return await counts.add_up(connection)


async def recount(connection: Connection, *, mend: bool) -> int:
    """How many figures are not those of the record; they are put right when `mend` says so."""
    return await counts.recount(connection, _counted(), mend=mend)


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
