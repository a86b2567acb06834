"""Find a household by one key: a name, an ID number or a phone, within a place."""

from datetime import date
from uuid import UUID

from services.households.domain.errors import ValueRefused
from services.households.domain.household_errors import SearchNeedsOneKey
from services.households.domain.id_number import resident_id
from services.households.domain.phone_number import phone_number
from services.households.storage.household_search import Line, Reach, search_by_index, search_by_name
from shared.crypto import FieldCipher
from shared.db import Connection


async def search_households(
    connection: Connection,
    cipher: FieldCipher,
    reach: Reach,
    *,
    region: str,
    name: str | None,
    id_number: str | None,
    phone: str | None,
    after: tuple[str, UUID] | None,
    limit: int,
    today: date,
) -> list[Line]:
    """What the asker may see of what was found. A number that cannot exist finds nothing.

    Raises SearchNeedsOneKey unless exactly one key is given.
    """
    if sum(key is not None for key in (name, id_number, phone)) != 1:
        raise SearchNeedsOneKey
    if name is not None:
        return await search_by_name(connection, name, region, reach, after=after, limit=limit)
    try:
        if id_number is not None:
            column, value = "id_number", resident_id(id_number, today).number
        else:
            column, value = "phone", phone_number(phone or "") or ""
    except ValueRefused:
        return []
    return await search_by_index(connection, cipher, column, value, region, reach, limit=limit)
