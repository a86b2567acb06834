"""Which household does a bank mean, by its id or by an ID number?"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from services.credit.domain.identity_number import normal_form
from services.credit.domain.record_errors import QueryNeedsOneKey
from services.credit.storage.directory_repository import households_of_identities
from shared.crypto import FieldCipher
from shared.db import Database


class Named(Protocol):
    @property
    def household_id(self) -> UUID | None: ...
    @property
    def id_number(self) -> str | None: ...


async def find_households(database: Database, cipher: FieldCipher, named: Sequence[Named]) -> list[UUID | None]:
    """One household per item, in order; None where nobody is known by the number. Raises QueryNeedsOneKey.

    An ID number is compared by its keyed index; the number itself is neither stored nor logged.
    """
    if any((one.household_id is None) == (one.id_number is None) for one in named):
        raise QueryNeedsOneKey
    indexes = {
        one.id_number: cipher.blind_index("identity", normal_form(one.id_number))
        for one in named
        if one.id_number is not None
    }
    if not indexes:
        return [one.household_id for one in named]
    async with database.transaction() as connection:
        known = await households_of_identities(connection, list(indexes.values()))
    return [known.get(indexes[one.id_number]) if one.id_number is not None else one.household_id for one in named]
