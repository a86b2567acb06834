"""Two cards over the same files at the same moment; nothing is written."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, Subquery, Text, bindparam, exists, func, literal, select, text

from services.credit.domain.rehearsal import Cell
from services.credit.domain.scorecard import Card
from services.credit.storage.card_sql import score_select
from services.credit.storage.fact_repository import fact_columns, vetoes_in_force
from services.credit.storage.tables import directory, facts, jobs
from shared.db import Connection
from shared.regions import prefix_range


async def hold_one_snapshot(connection: Connection) -> None:
    """First thing in a transaction: all that it reads stands as it did at its first look."""
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


async def was_rehearsed(connection: Connection, kind: str, challenger: Card, champion: Card) -> bool:
    """Is there a finished job of that kind with the one version beside the other?"""
    given = {"card": challenger.id, "champion": champion.version, "challenger": challenger.version}
    found = exists().where(jobs.c.kind == kind, jobs.c.state == "succeeded", jobs.c.input.contains(given))
    return bool((await connection.execute(select(found))).scalar_one())


async def townships_with_files(connection: Connection, region: str) -> list[str]:
    """By code; for a village its own code."""
    low, high = prefix_range(region)
    code = func.left(facts.c.village_code, max(9, len(region)))
    rows = await connection.execute(
        select(code).where(facts.c.village_code >= low, facts.c.village_code < high).distinct().order_by(code)
    )
    return [row[0] for row in rows]


def comparison(champion: Card, challenger: Card, as_of: date) -> Select[tuple[object, str, str]]:
    """The bands of both cards for every file between two codes, `low` and `high`; made once for the many townships."""
    before, after = _scored(champion, as_of, "before"), _scored(challenger, as_of, "after")
    return select(before.c.household_id, before.c.band.label("before"), after.c.band.label("after")).join_from(
        before, after, before.c.household_id == after.c.household_id
    )


async def compared_in(
    connection: Connection, statement: Select[tuple[object, str, str]], township: str
) -> list[tuple[UUID, Cell]]:
    """The households of a township, each with its two bands and poverty status, which no scoring statement reads."""
    low, high = prefix_range(township)
    poor = set(
        await connection.scalars(
            select(directory.c.household_id).where(
                directory.c.village_code >= low, directory.c.village_code < high, directory.c.registered_poor
            )
        )
    )
    rows = await connection.execute(statement, {"low": low, "high": high})
    return [(row.household_id, Cell(township[:9], row.household_id in poor, row.before, row.after)) for row in rows]


def _scored(card: Card, as_of: date, name: str) -> Subquery:
    standing = vetoes_in_force(facts.c.household_id, as_of).label("standing")
    of_township = (
        facts.c.village_code >= bindparam("low", type_=Text),
        facts.c.village_code < bindparam("high", type_=Text),
    )
    source = select(facts, standing).where(*of_township).subquery(f"files_{name}")
    columns = {
        field: type(column)(
            source.c[field],
            None if column.no_record is None else literal(field, Text) == func.any(source.c.no_record),
        )
        for field, column in fact_columns().items()
    }
    return score_select(
        card, source, columns, source.c.standing, [source.c.household_id.label("household_id")]
    ).subquery(name)
