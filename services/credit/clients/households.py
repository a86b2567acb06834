"""What this service asks of the households service: how many heads are of which sex and age, never whose is which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import httpx

HOUSEHOLDS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Heads:
    """Of one group of households the heads by sex and by age band."""

    by_sex: Mapping[str, int]
    by_age: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Households:
    """`client` signs as the credit service."""

    client: httpx.AsyncClient

    async def count_heads(self, groups: Mapping[str, Sequence[UUID]], day: date) -> dict[str, Heads] | None:
        """By the group's name; None while the sibling is away."""
        asked: dict[str, Any] = {
            "day": day.isoformat(),
            "groups": [
                {"name": name, "households": [str(one) for one in households]} for name, households in groups.items()
            ],
        }
        try:
            reply = await self.client.post("/internal/head-groups", json=asked)
            reply.raise_for_status()
            return {one["name"]: Heads(one["by_sex"], one["by_age"]) for one in reply.json()["items"]}
        except (httpx.HTTPError, OSError, ValueError, KeyError, TypeError):
            return None
