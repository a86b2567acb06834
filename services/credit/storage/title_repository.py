"""Titles of villages and townships, and their chained steps."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from services.credit.domain.title_life import Title, TitleState
from services.credit.storage.tables import titles as tables
from shared.course_log import CourseLog
from shared.db import Connection
from shared.regions import prefix_range

titles, transitions = tables.titles, tables.transitions


@dataclass(frozen=True, slots=True)
class HeldTitle:
    """`state` and `version` as the chain of its steps names them."""

    place_code: str
    title_id: UUID
    title: Title

    @property
    def state(self) -> str:
        return self.title.state.value

    @property
    def version(self) -> int:
        return self.title.version


title_log = CourseLog(titles, transitions)


async def last_titles(connection: Connection, region: str) -> dict[str, HeldTitle]:
    """The newest title of each place that ever held one, held for a change, by code."""
    statement = select(titles).where(_under(region)).order_by(titles.c.place_code, titles.c.title_id).with_for_update()
    rows = await connection.execute(statement)
    return {row.place_code: _title(row) for row in rows}


async def title_of(connection: Connection, place_code: str) -> HeldTitle | None:
    """The newest."""
    statement = select(titles).where(titles.c.place_code == place_code).order_by(titles.c.title_id.desc()).limit(1)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _title(row)


async def list_titles(
    connection: Connection, region: str, after: tuple[str, UUID] | None, limit: int
) -> list[HeldTitle]:
    """By place and time, after the last one of the page before."""
    statement = select(titles).where(_under(region)).order_by(titles.c.place_code, titles.c.title_id).limit(limit)
    if after is not None:
        code, title_id = after
        later = and_(titles.c.place_code == code, titles.c.title_id > title_id)
        statement = statement.where(or_(titles.c.place_code > code, later))
    return [_title(row) for row in await connection.execute(statement)]


async def places_without_title(connection: Connection, region: str, today: date) -> set[str]:
    """The places whose newest title is suspended, revoked, or over without another."""
    newest = (
        select(titles.c.place_code, titles.c.state, titles.c.valid_until)
        .ext(distinct_on(titles.c.place_code))
        .where(_under(region))
        .order_by(titles.c.place_code, titles.c.title_id.desc())
        .subquery("newest")
    )
    stopped = or_(newest.c.state != TitleState.HELD.value, newest.c.valid_until < today)
    return set(await connection.scalars(select(newest.c.place_code).where(stopped)))


async def grant(connection: Connection, held: HeldTitle) -> bool:
    """False when somebody else has granted the place a title meanwhile."""
    added = await connection.execute(
        upsert(titles).values(**_row(held)).on_conflict_do_nothing().returning(titles.c.title_id)
    )
    return added.one_or_none() is not None


async def save_title(connection: Connection, held: HeldTitle) -> None:
    """Writes a title that is held."""
    statement = upsert(titles).values(**_row(held))
    replaced = {name: statement.excluded[name] for name in Title.__slots__}
    await connection.execute(statement.on_conflict_do_update(index_elements=["place_code", "title_id"], set_=replaced))


def _under(region: str) -> ColumnElement[bool]:
    low, high = prefix_range(region)
    return and_(titles.c.place_code >= low, titles.c.place_code < high)


def _row(held: HeldTitle) -> dict[str, Any]:
    return {"place_code": held.place_code, "title_id": held.title_id, **asdict(held.title)}


def _title(row: Any) -> HeldTitle:
    values = {name: row._mapping[name] for name in Title.__slots__}
    return HeldTitle(row.place_code, row.title_id, Title(**{**values, "state": TitleState(values["state"])}))
