"""A household's record and the look at it, asked for more often than anything else: one round trip each.

Whoever comes at once shares the round trip, and the commit of the looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Insert, Select, Text, Uuid, and_, bindparam, column, func, insert, select

from services.households.domain.household import Household
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.tables import helpers, households, looks, members
from shared.batching import Batcher
from shared.db import Database, HotStatement
from shared.ids import new_id

_HOUSEHOLD = tuple(column.name for column in households.c)
_MEMBER = tuple(column.name for column in members.c)


@dataclass(frozen=True, slots=True)
class Known:
    """A household, and which cadre helps it."""

    household: Household
    helper: UUID | None


@dataclass(frozen=True, slots=True)
class LookTaken:
    household_id: UUID
    actor: str
    actor_name: str
    role: str
    what: str


class RecordDesk:
    def __init__(self, database: Database, repository: HouseholdRepository) -> None:
        self._repository = repository
        self._find = HotStatement(database, _records())
        self._keep = HotStatement(database, _looks_taken())
        self._records: Batcher[UUID, Known | None] = Batcher(self._found)
        self._looks: Batcher[LookTaken, None] = Batcher(self._kept)

    async def find(self, household_id: UUID) -> Known | None:
        """The household as `HouseholdRepository.get` gives it."""
        return await self._records.ask(household_id)

    async def keep(self, look: LookTaken) -> None:
        """Returns when the look is committed."""
        await self._looks.ask(look)

    async def _found(self, household_ids: list[UUID]) -> list[Known | None]:
        rows: dict[UUID, list[Sequence[Any]]] = {}
        for row in await self._find.rows(ids=household_ids):
            rows.setdefault(row[0], []).append(tuple(row))
        known = {household_id: self._known(of) for household_id, of in rows.items()}
        return [known.get(household_id) for household_id in household_ids]

    def _known(self, rows: Sequence[Sequence[Any]]) -> Known:
        """From the rows of one household: its columns, a member's, the helper."""
        first = len(_HOUSEHOLD)
        home: Any = SimpleNamespace(**dict(zip(_HOUSEHOLD, rows[0], strict=False)))
        people: list[Any] = [SimpleNamespace(**dict(zip(_MEMBER, row[first:], strict=False))) for row in rows]
        living = [person for person in people if person.member_id is not None]
        return Known(self._repository.household_of(home, living), rows[0][-1])

    async def _kept(self, taken: list[LookTaken]) -> list[None]:
        named = {name: [getattr(look, name) for look in taken] for name in LookTaken.__slots__}
        await self._keep.rows(look_ids=[new_id() for _ in taken], **named)
        return [None] * len(taken)


def _records() -> Select[Any]:
    lives = and_(members.c.household_id == households.c.household_id, members.c.left_on.is_(None))
    return (
        select(*households.c, *members.c, helpers.c.cadre_id)
        .select_from(households)
        .outerjoin(members, lives)
        .outerjoin(helpers, helpers.c.household_id == households.c.household_id)
        .where(households.c.household_id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
        .order_by(households.c.household_id, members.c.is_head.desc(), members.c.birth_date, members.c.member_id)
    )


def _looks_taken() -> Insert:
    taken = (
        func.unnest(
            bindparam("household_id", type_=ARRAY(Uuid)),
            bindparam("look_ids", type_=ARRAY(Uuid)),
            *(bindparam(name, type_=ARRAY(Text)) for name in ("actor", "actor_name", "role", "what")),
        )
        .table_valued(
            column("household_id", Uuid),
            column("look_id", Uuid),
            *(column(name, Text) for name in ("actor", "actor_name", "role", "what")),
        )
        .render_derived(name="taken")
    )
    return insert(looks).from_select(list(taken.c.keys()), select(*taken.c))
