"""What the gateway asks of the households service: which registered person is this?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from services.gateway.domain.errors import SiblingAway

ANSWERS_WITHIN_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class RegisteredPerson:
    """A living member of a household; `name` is masked."""

    household_id: UUID
    member_id: UUID
    name: str


FindPerson = Callable[[str, str], Awaitable[RegisteredPerson | None]]


@dataclass(frozen=True, slots=True)
class Households:
    """`client` signs as the gateway."""

    client: httpx.AsyncClient

    async def find_person(self, id_number: str, phone: str) -> RegisteredPerson | None:
        """The person with both numbers, who is None when either is another's or unknown. Raises SiblingAway."""
        asked = {"id_number": id_number, "phone": phone}
        try:
            reply = await self.client.post("/internal/persons/match", json=asked, timeout=ANSWERS_WITHIN_SECONDS)
            reply.raise_for_status()
            found: dict[str, Any] | None = reply.json()["person"]
            if found is None:
                return None
            return RegisteredPerson(UUID(found["household_id"]), UUID(found["member_id"]), found["name"])
        except (httpx.HTTPError, OSError, ValueError, KeyError, TypeError):
            raise SiblingAway(service="households", retry_after=2) from None
