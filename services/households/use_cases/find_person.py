"""Which living member of a household has this ID number and this phone?"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.households.domain.errors import ValueRefused
from services.households.domain.id_number import resident_id
from services.households.domain.masking import mask_name
from services.households.domain.phone_number import phone_number
from services.households.storage.household_search import member_by_numbers
from shared.crypto import FieldCipher
from shared.db import Connection

NOBODY = "000000000000000000"


@dataclass(frozen=True, slots=True)
class Person:
    """`name` is masked: 李**."""

    household_id: UUID
    member_id: UUID
    name: str


async def find_person(
    connection: Connection, cipher: FieldCipher, id_number: str, phone: str, today: date
) -> Person | None:
    """The phone may be the member's own or the household's. A number that cannot exist is looked up like any other,
    so that an answer's time tells nothing."""
    try:
        number = resident_id(id_number, today).number
    except ValueRefused:
        number = NOBODY
    try:
        reached_at = phone_number(phone) or NOBODY
    except ValueRefused:
        reached_at = NOBODY
    found = await member_by_numbers(connection, cipher, number, reached_at)
    return None if found is None else Person(found.household_id, found.member_id, mask_name(found.name))
