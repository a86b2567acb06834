"""Public notices of identification: frozen documents, each with its SHA-256."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, func, insert, select

from services.households.domain.frozen_notice import Notice, notice_hash
from services.households.domain.identification_errors import NoticeNotFound
from services.households.storage.tables import identification
from shared.db import Connection
from shared.hash_chain import Break
from shared.regions import prefix_range

notices, transitions = identification.notices, identification.transitions


@dataclass(frozen=True, slots=True)
class PostedNotice:
    """A notice as it was posted: the public document, and the hash that was taken then."""

    notice_id: UUID
    village_code: str
    posted_on: date
    last_day: date
    document: Mapping[str, Any]
    sha256: str

    @property
    def unchanged(self) -> bool:
        return notice_hash(self.document) == self.sha256


@dataclass(frozen=True, slots=True)
class NoticeHead:
    """A notice in a list; `households` is how many lines it has."""

    notice_id: UUID
    village_code: str
    stage: str
    posted_on: date
    last_day: date
    households: int


async def post_notice(connection: Connection, notice: Notice, policy_version: str, posted_by: str) -> str:
    """The hash of what was posted."""
    document = notice.document()
    digest = notice_hash(document)
    await connection.execute(
        insert(notices).values(
            village_code=notice.village_code,
            notice_id=notice.notice_id,
            stage=notice.stage,
            posted_on=notice.posted_on,
            last_day=notice.last_day,
            policy_version=policy_version,
            document=document,
            sha256=digest,
            posted_by=posted_by,
        )
    )
    return digest


async def get_notice(connection: Connection, notice_id: UUID) -> PostedNotice:
    """Raises NoticeNotFound."""
    columns = [notices.c[name] for name in PostedNotice.__slots__]
    row = (await connection.execute(select(*columns).where(notices.c.notice_id == notice_id))).one_or_none()
    if row is None:
        raise NoticeNotFound
    return PostedNotice(**row._mapping)


async def notices_of(connection: Connection, region: str, after: UUID | None, limit: int) -> list[NoticeHead]:
    """Of a place, newest first; `after` is the last notice of the page before."""
    low, high = prefix_range(region)
    lines = func.jsonb_array_length(notices.c.document["lines"])
    statement = (
        select(*(notices.c[name] for name in NoticeHead.__slots__ if name != "households"), lines.label("households"))
        .where(notices.c.village_code >= low, notices.c.village_code < high)
        .order_by(notices.c.notice_id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(notices.c.notice_id < after)
    return [NoticeHead(**row._mapping) for row in await connection.execute(statement)]


async def verify_notices(connection: Connection) -> tuple[int, list[tuple[UUID, Break]]]:
    """How many notices are as they were posted, and those that are not: their own hash no longer fits, or it is not the
    one that the chained transitions of its households name."""
    named = (
        select(transitions.c.facts["notice_id"].astext.label("notice_id"), transitions.c.facts["sha256"].astext)
        .where(transitions.c.facts["notice_id"].astext.is_not(None))
        .distinct()
    )
    chained: dict[str, set[str]] = {}
    for row in await connection.execute(named):
        chained.setdefault(row[0], set()).add(row[1])
    fit = 0
    broken: list[tuple[UUID, Break]] = []
    columns = (notices.c.notice_id, notices.c.document, notices.c.sha256.cast(String).label("sha256"))
    async for row in await connection.stream(select(*columns).order_by(notices.c.notice_id)):
        told = chained.pop(str(row.notice_id), set())
        if notice_hash(row.document) != row.sha256 or told != {row.sha256}:
            broken.append((row.notice_id, Break(fit + 1, "content was changed")))
        else:
            fit += 1
    broken.extend((UUID(notice_id), Break(fit + 1, "notice missing")) for notice_id in chained)
    return fit, broken
