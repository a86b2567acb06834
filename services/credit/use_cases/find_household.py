"""Which household does a bank mean, by its id or by an ID number?"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from services.credit.domain.identity_number import normal_form
from services.credit.domain.record_errors import QueryNeedsOneKey
from shared.crypto import FieldCipher

LookUp = Callable[[Sequence[bytes]], Awaitable[Mapping[bytes, UUID]]]


class Named(Protocol):
    @property
    def household_id(self) -> UUID | None: ...
    @property
    def id_number(self) -> str | None: ...


async def find_households(
    look_up: LookUp, cipher: FieldCipher, named: Sequence[Named], *, at: str
) -> list[UUID | None]:
    """One household per item, in order; None where nobody is known by the number.

    An ID number is compared by its keyed index; the number itself is neither stored nor logged. Raises
    QueryNeedsOneKey naming the items, which stand under the pointer `at`.
    """
    wrong = [place for place, one in enumerate(named) if (one.household_id is None) == (one.id_number is None)]
    if wrong:
        raise QueryNeedsOneKey(
            errors=[
                {"pointer": f"{at}/{place}", "code": QueryNeedsOneKey.code, "message": QueryNeedsOneKey.message}
                for place in wrong[:50]
            ]
        )
    indexes = {
        one.id_number: cipher.blind_index("identity", normal_form(one.id_number))
        for one in named
        if one.id_number is not None
    }
    known = await look_up(list(indexes.values())) if indexes else {}
    return [known.get(indexes[one.id_number]) if one.id_number is not None else one.household_id for one in named]
