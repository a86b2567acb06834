"""Published bulletins: written once, read as they were, and known when somebody changed one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.bulletin import Bulletin, BulletinCounts, SeenBulletin
from services.cadres.domain.inspection import Finding
from services.cadres.domain.inspection_errors import BulletinChanged, BulletinNotFound, BulletinNumberTaken
from services.cadres.domain.inspection_policy import Cycle
from services.cadres.storage.queries import after_key, under
from services.cadres.storage.tables import published_bulletins
from shared.db import Connection, violated_constraint

ASK_AGAIN_SECONDS = 3600
_DATES = ("found_on", "due_on")
_IDS = ("finding_id", "inspection_id")


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """`number` counts the publications of one period; `correction`: why this one replaces the one before."""

    region_code: str
    bulletin_id: UUID
    cycle: str
    begins: date
    ends: date
    number: int
    correction: str | None
    sha256: str
    published_by_name: str
    published_at: datetime


_LINE = tuple(published_bulletins.c[name] for name in PublishedLine.__slots__)


async def times_published(connection: Connection, region: str, cycle: str, begins: date) -> int:
    """The number of the last publication of this period; 0 for none."""
    c = published_bulletins.c
    last = select(func.coalesce(func.max(c.number), 0)).where(
        c.region_code == region, c.cycle == cycle, c.begins == begins
    )
    return int((await connection.execute(last)).scalar_one())


async def add_bulletin(
    connection: Connection,
    bulletin_id: UUID,
    seen: SeenBulletin,
    number: int,
    correction: str | None,
    by: tuple[str, str],
) -> PublishedLine:
    """`by`: login and name. Raises BulletinNumberTaken: the database lets each number be published once."""
    content = _content(seen)
    row = {
        "region_code": seen.bulletin.region_code,
        "bulletin_id": bulletin_id,
        "cycle": seen.bulletin.cycle.code,
        "begins": seen.bulletin.begins,
        "ends": seen.bulletin.ends,
        "number": number,
        "correction": correction,
        "content": content,
        "sha256": _digest(content),
        "published_by": by[0],
        "published_by_name": by[1],
    }
    try:
        written = await connection.execute(insert(published_bulletins).values(**row).returning(*_LINE))
    except IntegrityError as failure:
        if violated_constraint(failure) == "one_bulletin_a_number":
            raise BulletinNumberTaken from None
        raise
    return PublishedLine(**written.one()._mapping)


async def bulletins_of_region(
    connection: Connection, region: str, after: tuple[str, UUID] | None, limit: int
) -> list[PublishedLine]:
    """By place and id, so the earliest of a place first."""
    c = published_bulletins.c
    statement = select(*_LINE).where(under(c.region_code, region))
    if after is not None:
        statement = statement.where(after_key(c.region_code, c.bulletin_id, after))
    rows = await connection.execute(statement.order_by(c.region_code, c.bulletin_id).limit(limit))
    return [PublishedLine(**row._mapping) for row in rows]


async def get_bulletin(connection: Connection, bulletin_id: UUID) -> tuple[PublishedLine, SeenBulletin]:
    """As it was published. Raises BulletinNotFound, BulletinChanged."""
    c = published_bulletins.c
    row = (await connection.execute(select(*_LINE, c.content).where(c.bulletin_id == bulletin_id))).one_or_none()
    if row is None:
        raise BulletinNotFound
    values = dict(row._mapping)
    content = values.pop("content")
    if _digest(content) != values["sha256"]:
        raise BulletinChanged(retry_after=ASK_AGAIN_SECONDS)
    return PublishedLine(**values), _seen(content)


def _digest(content: Mapping[str, Any]) -> str:
    return sha256(rfc8785.dumps(dict(content))).hexdigest()


def _content(seen: SeenBulletin) -> dict[str, Any]:
    made = seen.bulletin
    return {
        "region_code": made.region_code,
        "cycle": asdict(made.cycle),
        "begins": str(made.begins),
        "ends": str(made.ends),
        "stands_on": str(seen.today),
        "total": asdict(made.total),
        "places": [{"code": code, "counts": asdict(counts)} for code, counts in made.by_place.items()],
        "names": dict(seen.names),
        "findings": [_written(one) for one in seen.findings],
    }


def _written(finding: Finding) -> dict[str, Any]:
    return {name: str(value) if name in (*_DATES, *_IDS) else value for name, value in asdict(finding).items()}


def _seen(content: Mapping[str, Any]) -> SeenBulletin:
    bulletin = Bulletin(
        content["region_code"],
        Cycle(**content["cycle"]),
        date.fromisoformat(content["begins"]),
        date.fromisoformat(content["ends"]),
        BulletinCounts(**content["total"]),
        {place["code"]: BulletinCounts(**place["counts"]) for place in content["places"]},
    )
    findings = [_read(one) for one in content["findings"]]
    return SeenBulletin(bulletin, content["names"], findings, date.fromisoformat(content["stands_on"]))


def _read(written: Mapping[str, Any]) -> Finding:
    days = {name: date.fromisoformat(written[name]) for name in _DATES}
    return Finding(**{**written, **days, **{name: UUID(written[name]) for name in _IDS}})
