"""Public notices of grades: frozen lists of masked names and grades, each with its SHA-256."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

import rfc8785
from sqlalchemy import insert, select

from services.credit.domain.course_errors import NoticeNotFound
from services.credit.storage.tables import course
from shared.db import Connection

notices = course.notices


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """Name (masked) and grade, and nothing else."""

    name: str
    grade: str


@dataclass(frozen=True, slots=True)
class Notice:
    """`first_free_day`: on it the full days are over."""

    notice_id: UUID
    village_code: str
    stage: str
    posted_on: date
    first_free_day: date
    policy_version: str
    lines: tuple[NoticeLine, ...]
    posted_by: str

    @property
    def sha256(self) -> str:
        """Of the canonical JSON of all that is posted."""
        return sha256(
            rfc8785.dumps(
                {
                    "notice_id": str(self.notice_id),
                    "village_code": self.village_code,
                    "stage": self.stage,
                    "posted_on": self.posted_on.isoformat(),
                    "first_free_day": self.first_free_day.isoformat(),
                    "lines": [asdict(line) for line in self.lines],
                }
            )
        ).hexdigest()


async def post_notice(connection: Connection, notice: Notice, cases: Sequence[UUID]) -> None:
    """`cases`: of each line, in their order."""
    row = {name: getattr(notice, name) for name in Notice.__slots__ if name != "lines"}
    lines: Sequence[dict[str, str]] = [asdict(line) for line in notice.lines]
    await connection.execute(insert(notices).values(**row, lines=lines, cases=list(cases), sha256=notice.sha256))


async def cases_on(connection: Connection, notice_id: UUID) -> list[UUID]:
    """Whose lines stand on it, in their order; none for one that was posted before this was kept."""
    found: list[UUID] | None = await connection.scalar(select(notices.c.cases).where(notices.c.notice_id == notice_id))
    return found or []


async def get_notice(connection: Connection, notice_id: UUID) -> tuple[Notice, str]:
    """The notice and the hash that was stored when it was posted. Raises NoticeNotFound."""
    row = (await connection.execute(select(notices).where(notices.c.notice_id == notice_id))).one_or_none()
    if row is None:
        raise NoticeNotFound
    kept = {name: row._mapping[name] for name in Notice.__slots__ if name != "lines"}
    return Notice(**kept, lines=tuple(NoticeLine(**line) for line in row.lines)), row.sha256
