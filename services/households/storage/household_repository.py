"""Households and their members: rows in, domain objects out; encrypts and opens the personal fields."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.exc import IntegrityError

from services.households.domain.household import Household, HouseholdFacts, Member
from services.households.domain.household_errors import (
    HouseholdIdTaken,
    HouseholdNotFound,
    HouseholdStale,
    PersonRegisteredElsewhere,
    RegisterNumberTaken,
)
from services.households.storage.change_repository import household_change
from services.households.storage.count_repository import note_change
from services.households.storage.stay_repository import keep_former_stays
from services.households.storage.tables import households, members, persons, register_numbers
from shared.change_log import Change
from shared.crypto import FieldCipher
from shared.db import Connection, violated_constraint
from shared.errors import Failure

INDEX_COLUMNS = ("id_number", "phone")
_FACT_NAMES = tuple(f.name for f in fields(HouseholdFacts))
_MEMBER_NAMES = tuple(f.name for f in fields(Member))
_read_facts = attrgetter(*_FACT_NAMES)
_read_member = attrgetter(*_MEMBER_NAMES)
_TAKEN: Mapping[str, type[Failure]] = {
    "households_pkey": HouseholdIdTaken,
    "register_numbers_pkey": RegisterNumberTaken,
    "persons_pkey": PersonRegisteredElsewhere,
}


class HouseholdRepository:
    """Reads and writes within the caller's transaction."""

    def __init__(self, cipher: FieldCipher) -> None:
        self._cipher = cipher

    async def get(self, connection: Connection, household_id: UUID, *, lock: bool = False) -> Household:
        """The household with its living members, head first. Raises HouseholdNotFound."""
        statement = select(households).where(households.c.household_id == household_id)
        row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
        if row is None:
            raise HouseholdNotFound
        found = await connection.execute(
            select(members)
            .where(members.c.household_id == household_id, members.c.left_on.is_(None))
            .order_by(members.c.is_head.desc(), members.c.birth_date, members.c.member_id)
        )
        return self.household_of(row, found.all())

    async def get_many(self, connection: Connection, household_ids: Sequence[UUID]) -> list[Household]:
        """Those that there are, by id, each with its living members, head first."""
        rows = await connection.execute(
            select(households).where(households.c.household_id.in_(household_ids)).order_by(households.c.household_id)
        )
        living: dict[UUID, list[Row[Any]]] = {}
        for person in await connection.execute(
            select(members)
            .where(members.c.household_id.in_(household_ids), members.c.left_on.is_(None))
            .order_by(members.c.is_head.desc(), members.c.birth_date, members.c.member_id)
        ):
            living.setdefault(person.household_id, []).append(person)
        return [self.household_of(row, living.get(row.household_id, [])) for row in rows]

    async def add(self, connection: Connection, household: Household) -> None:
        """Raises HouseholdIdTaken, RegisterNumberTaken, PersonRegisteredElsewhere."""
        try:
            await connection.execute(insert(households).values(**self.household_row(household)))
            if household.facts.register_number:
                await self._hold_register_number(connection, household)
            for member in household.members:
                await self._insert_member(connection, household, member)
        except IntegrityError as failure:
            raise _taken(failure) from None
        await note_change(connection, [], [household])

    async def save_facts(self, connection: Connection, before: Household, household: Household) -> None:
        """Writes the household's own fields as the next version of `before`, which is held.

        Raises HouseholdStale, RegisterNumberTaken."""
        row = self.household_row(household)
        written = await connection.execute(
            update(households)
            .where(households.c.household_id == household.household_id, households.c.version == before.version)
            .values(**row, updated_at=func.now())
        )
        if written.rowcount != 1:
            raise HouseholdStale
        await note_change(connection, [before], [household])
        if household.facts.village_code != before.facts.village_code:
            await connection.execute(
                update(members)
                .where(members.c.household_id == household.household_id, members.c.left_on.is_(None))
                .values(village_code=household.facts.village_code)
            )
        if household.facts.register_number != before.facts.register_number:
            await self._change_register_number(connection, household)

    async def add_member(self, connection: Connection, household: Household, member: Member) -> None:
        """Raises PersonRegisteredElsewhere."""
        try:
            await self._insert_member(connection, household, member)
        except IntegrityError as failure:
            raise _taken(failure) from None

    async def save_member(self, connection: Connection, household: Household, member: Member) -> None:
        """Writes a member; whoever left may be registered elsewhere. Raises PersonRegisteredElsewhere."""
        try:
            await connection.execute(
                update(members)
                .where(members.c.household_id == household.household_id, members.c.member_id == member.member_id)
                .values(**self.member_row(household, member))
            )
            await connection.execute(
                delete(persons).where(
                    persons.c.household_id == household.household_id, persons.c.member_id == member.member_id
                )
            )
            if member.left_on is None:
                await connection.execute(insert(persons).values(**self.person_row(household, member)))
        except IntegrityError as failure:
            raise _taken(failure) from None

    async def hold_member(self, connection: Connection, household: Household, member: Member) -> None:
        """Writes a member who lives in this household from now on, whether or not it has known the person before.

        Raises PersonRegisteredElsewhere."""
        await keep_former_stays(connection, [(household.household_id, member.member_id)])
        row = self.member_row(household, member)
        written = pg_insert(members).values(**row)
        try:
            await connection.execute(
                written.on_conflict_do_update(
                    index_elements=["household_id", "member_id"],
                    set_={name: written.excluded[name] for name in row if name not in {"household_id", "member_id"}},
                )
            )
            await connection.execute(
                delete(persons).where(
                    persons.c.household_id == household.household_id, persons.c.member_id == member.member_id
                )
            )
            await connection.execute(insert(persons).values(**self.person_row(household, member)))
        except IntegrityError as failure:
            raise _taken(failure) from None

    async def former_member(self, connection: Connection, household_id: UUID, member_id: UUID) -> Member | None:
        """Someone who has left this household, as the record last had them."""
        row = (
            await connection.execute(
                select(members).where(
                    members.c.household_id == household_id,
                    members.c.member_id == member_id,
                    members.c.left_on.is_not(None),
                )
            )
        ).one_or_none()
        return self.member_of(row) if row is not None else None

    async def release_register_number(self, connection: Connection, household_id: UUID) -> None:
        """The 户编号 of a closed household is free again."""
        await connection.execute(delete(register_numbers).where(register_numbers.c.household_id == household_id))

    async def household_of_person(self, connection: Connection, id_number: str) -> UUID | None:
        """Where this living person is registered."""
        index = self.id_number_index(id_number)
        found = await connection.execute(select(persons.c.household_id).where(persons.c.id_number_index == index))
        return found.scalar_one_or_none()

    def feed_change(self, household: Household) -> Change:
        """What the siblings may know of it."""
        return household_change(household, self._cipher)

    def household_row(self, household: Household) -> dict[str, Any]:
        """The row as stored, also used by bulk loading."""
        facts = dict(zip(_FACT_NAMES, _read_facts(household.facts), strict=True))
        phone = facts.pop("phone")
        return {
            **facts,
            "causes": list(household.facts.causes),
            "household_id": household.household_id,
            **({"head_name": household.head.name} if household.members else {}),
            "people": len(household.members),
            "version": household.version,
            "phone": self._seal("households.phone", household.household_id, phone),
            "phone_index": self._cipher.blind_index("phone", phone) if phone else None,
        }

    def member_row(self, household: Household, member: Member) -> dict[str, Any]:
        """The row as stored, also used by bulk loading."""
        row = dict(zip(_MEMBER_NAMES, _read_member(member), strict=True))
        phone = row.pop("phone")
        return {
            **row,
            "household_id": household.household_id,
            "village_code": household.facts.village_code,
            "id_number": self._seal("members.id_number", member.member_id, member.id_number),
            "id_number_index": self._cipher.blind_index("id_number", member.id_number),
            "phone": self._seal("members.phone", member.member_id, phone),
            "phone_index": self._cipher.blind_index("phone", phone) if phone else None,
        }

    def person_row(self, household: Household, member: Member) -> dict[str, Any]:
        """The row by which the database knows where a living person is registered."""
        return {
            "id_number_index": self.id_number_index(member.id_number),
            "household_id": household.household_id,
            "member_id": member.member_id,
        }

    def open_id_number(self, member_id: UUID, sealed: bytes) -> str:
        return self._cipher.decrypt(bytes(sealed), b"members.id_number:" + member_id.bytes)

    def id_number_index(self, id_number: str) -> bytes:
        return self._cipher.blind_index("id_number", id_number)

    def mark(self, *parts: str) -> str:
        """A keyed digest by which the same content is known again, and which tells nothing of it."""
        return self._cipher.blind_index("content", "\n".join(parts)).hex()

    def household_of(self, row: Row[Any], people: Sequence[Row[Any]]) -> Household:
        """From the household's row and those of its living members, head first."""
        living = tuple(self.member_of(person) for person in people)
        return Household(row.household_id, self._facts(row), living, row.version)

    def member_of(self, row: Row[Any]) -> Member:
        values = dict(zip(_MEMBER_NAMES, _read_member(row), strict=True))
        values["id_number"] = self._open("members.id_number", row.member_id, row.id_number)
        values["phone"] = self._open("members.phone", row.member_id, row.phone)
        return Member(**values)

    async def _insert_member(self, connection: Connection, household: Household, member: Member) -> None:
        await connection.execute(insert(members).values(**self.member_row(household, member)))
        await connection.execute(insert(persons).values(**self.person_row(household, member)))

    async def _change_register_number(self, connection: Connection, household: Household) -> None:
        await self.release_register_number(connection, household.household_id)
        if household.facts.register_number and household.is_open:
            await self._hold_register_number(connection, household)

    async def _hold_register_number(self, connection: Connection, household: Household) -> None:
        try:
            await connection.execute(
                insert(register_numbers).values(
                    register_number=household.facts.register_number, household_id=household.household_id
                )
            )
        except IntegrityError as failure:
            raise _taken(failure) from None

    def _facts(self, row: Row[Any]) -> HouseholdFacts:
        values = dict(zip(_FACT_NAMES, _read_facts(row), strict=True))
        values["phone"] = self._open("households.phone", row.household_id, row.phone)
        values["causes"] = tuple(row.causes)
        return HouseholdFacts(**values)

    def _seal(self, column: str, row_id: UUID, value: str | None) -> bytes | None:
        return None if value is None else self._cipher.encrypt(value, column.encode() + b":" + row_id.bytes)

    def _open(self, column: str, row_id: UUID, sealed: bytes | None) -> str | None:
        return None if sealed is None else self._cipher.decrypt(bytes(sealed), column.encode() + b":" + row_id.bytes)


def _taken(failure: IntegrityError) -> Failure:
    known = _TAKEN.get(violated_constraint(failure))
    if known is None:
        raise failure
    return known()
