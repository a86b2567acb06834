"""A cadre's own households, read often and by many phones: one hot statement."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from services.cadres.storage.tables import households, pairings, regions, visiting, working
from shared.clock import day_of
from shared.db import Database, HotStatement


@dataclass(frozen=True, slots=True)
class Case:
    """One household of the caseload; place and head are None until the households service has told of it.

    The days are those by which something is to be done there: a danger checked, the year's watch, a problem fixed.
    """

    household_id: UUID
    village_code: str | None
    village: str | None
    head: str | None
    people: int | None
    monitored: bool | None
    registered_poor: bool | None
    since: date
    visited_at: datetime | None
    check_due_on: date | None
    watch_due_on: date | None
    problem_due_on: date | None

    @property
    def last_visit_on(self) -> date | None:
        return self.visited_at and day_of(self.visited_at)


class Caseload:
    def __init__(self, database: Database) -> None:
        self._statement = HotStatement(
            database,
            select(
                pairings.c.household_id,
                households.c.village_code,
                regions.c.name.label("village"),
                households.c.head,
                households.c.people,
                households.c.monitored,
                households.c.registered_poor,
                pairings.c.started_on.label("since"),
                visiting.last.c.visited_at,
                working.household_duties.c.check_due_on,
                working.household_duties.c.watch_due_on,
                working.household_duties.c.problem_due_on,
            )
            .select_from(pairings)
            .outerjoin(households, households.c.household_id == pairings.c.household_id)
            .outerjoin(regions, regions.c.code == households.c.village_code)
            .outerjoin(visiting.last, visiting.last.c.household_id == pairings.c.household_id)
            .outerjoin(working.household_duties, working.household_duties.c.household_id == pairings.c.household_id)
            .where(pairings.c.cadre_id == bindparam("cadre_id", type_=Uuid), pairings.c.ended_on.is_(None))
            .order_by(households.c.village_code, pairings.c.household_id),
        )

    async def of(self, cadre_id: UUID) -> list[Case]:
        """By village and id; whole, since a cadre's bound keeps it small."""
        return [Case(**dict(row)) for row in await self._statement.rows(cadre_id=cadre_id)]
