"""The rows of a register's import: what stands there already, and what a chunk of households changes, by COPY."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, LargeBinary, Text, Uuid, bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from services.households.domain.import_errors import HouseholdsContended
from services.households.domain.register_merge import Merged, Standing
from services.households.storage.bulk_households import write_new
from services.households.storage.change_repository import Author, change_row
from services.households.storage.count_repository import note_change
from services.households.storage.duplicate_repository import flag_likely_duplicates
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.stay_repository import keep_former_stays
from services.households.storage.tables import household_changes, households, jobs, members, persons, register_numbers
from shared.bulk import copy_rows, merge_rows
from shared.change_log import ChangeLog
from shared.db import Connection

_OVERTAKEN = (IntegrityError, asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError)


@dataclass(frozen=True, slots=True)
class Known:
    """A household that the record has under a 户编号; `digest` is of what the last import said of it, if any did."""

    household_id: UUID
    digest: bytes | None


async def job_states(connection: Connection, job_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The states of those of these jobs that are there."""
    wanted = jobs.c.job_id == func.any(bindparam("ids", job_ids, ARRAY(Uuid)))
    return {row[0]: row[1] for row in await connection.execute(select(jobs.c.job_id, jobs.c.state).where(wanted))}


class ImportStore:
    """Reads and writes within the caller's transaction."""

    def __init__(self, repository: HouseholdRepository, change_log: ChangeLog) -> None:
        self._repository = repository
        self._change_log = change_log

    async def known(self, connection: Connection, numbers: Sequence[str]) -> dict[str, Known]:
        """Household number → what the record has under it."""
        wanted = register_numbers.c.register_number == func.any(bindparam("numbers", numbers, ARRAY(Text)))
        found = await connection.execute(
            select(register_numbers.c.register_number, households.c.household_id, households.c.content_digest)
            .join(households, households.c.household_id == register_numbers.c.household_id)
            .where(wanted)
        )
        return {row[0]: Known(row[1], bytes(row[2]) if row[2] is not None else None) for row in found}

    async def registered(self, connection: Connection, id_numbers: Sequence[str]) -> dict[str, UUID]:
        """ID number → the household that this living person is registered in."""
        number_of = {self._repository.id_number_index(number): number for number in id_numbers}
        wanted = persons.c.id_number_index == func.any(bindparam("indexes", list(number_of), ARRAY(LargeBinary)))
        found = await connection.execute(select(persons.c.id_number_index, persons.c.household_id).where(wanted))
        return {number_of[bytes(row[0])]: row[1] for row in found}

    async def standing(self, connection: Connection, household_ids: Mapping[str, UUID]) -> dict[str, Standing]:
        """Household number → the household with all who live in it or left it, locked until the transaction ends."""
        if not household_ids:
            return {}
        ids = bindparam("ids", list(household_ids.values()), ARRAY(Uuid))
        rows = await connection.execute(
            select(households)
            .where(households.c.household_id == func.any(ids))
            .order_by(households.c.household_id)
            .with_for_update()
        )
        people: dict[UUID, list[Any]] = {}
        for row in await connection.execute(select(members).where(members.c.household_id == func.any(ids))):
            people.setdefault(row.household_id, []).append(row)
        number_of = {household_id: number for number, household_id in household_ids.items()}
        return {number_of[row.household_id]: self._standing(row, people.get(row.household_id, [])) for row in rows}

    async def write(
        self,
        connection: Connection,
        new: Sequence[Merged],
        changed: Sequence[Merged],
        digests: Mapping[UUID, bytes],
        author: Author,
        now: datetime,
    ) -> int:
        """New and changed households with members, change records and feed; how many likely duplicates that flags.

        `digests` of what the import says of them,
        and of households of which nothing else is written. Raises HouseholdsContended when somebody was first."""
        try:
            await self._write_changed(connection, changed, digests, author, now)
            fresh = {one.household.household_id: one.household for one in new}
            await write_new(connection, self._repository, self._change_log, list(fresh.values()), author, digests)
            written = fresh.keys() | {one.household.household_id for one in changed}
            await self._keep_digests(connection, {key: digests[key] for key in digests if key not in written})
        except _OVERTAKEN as failure:
            raise HouseholdsContended(retry_after=1) from failure
        return await flag_likely_duplicates(connection, list(written)) if written else 0

    async def _write_changed(
        self,
        connection: Connection,
        changed: Sequence[Merged],
        digests: Mapping[UUID, bytes],
        author: Author,
        now: datetime,
    ) -> None:
        if not changed:
            return
        await self._free_persons(connection, changed)
        rows = [
            {
                **self._repository.household_row(one.household),
                "content_digest": digests[one.household.household_id],
                "updated_at": now,
            }
            for one in changed
        ]
        await merge_rows(connection, households, rows)
        back = [(one.household.household_id, member.member_id) for one in changed for member in one.arrived]
        await keep_former_stays(connection, back)
        written = [self._repository.member_row(one.household, member) for one in changed for member in one.written]
        await merge_rows(connection, members, written)
        arrived = [self._repository.person_row(one.household, member) for one in changed for member in one.arrived]
        await copy_rows(connection, persons, arrived)
        stood = [one.before for one in changed if one.before is not None]
        await note_change(connection, stood, [one.household for one in changed])
        records = [change_row(one.household, author, "changed", one.changed) for one in changed]
        await copy_rows(connection, household_changes, records)
        feed = [self._repository.feed_change(one.household) for one in changed]
        await self._change_log.append_many(connection, feed)

    async def _free_persons(self, connection: Connection, changed: Sequence[Merged]) -> None:
        """Whoever left may be registered in another household, also in one of this very chunk."""
        gone = [self._repository.id_number_index(member.id_number) for one in changed for member in one.left]
        if gone:
            leaving = persons.c.id_number_index == func.any(bindparam("indexes", gone, ARRAY(LargeBinary)))
            await connection.execute(delete(persons).where(leaving))

    async def _keep_digests(self, connection: Connection, digests: Mapping[UUID, bytes]) -> None:
        if digests:
            await connection.execute(
                update(households)
                .where(households.c.household_id == bindparam("id"))
                .values(content_digest=bindparam("digest")),
                [{"id": household_id, "digest": digest} for household_id, digest in digests.items()],
            )

    def _standing(self, row: Any, people: Sequence[Any]) -> Standing:
        living = [person for person in people if person.left_on is None]
        living.sort(key=lambda person: (not person.is_head, person.birth_date, person.member_id))
        former = tuple(self._repository.member_of(person) for person in people if person.left_on is not None)
        return Standing(self._repository.household_of(row, living), former)
