"""What the routes of wishes and needs are handed besides what every route has."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from services.households.domain.wish_policy import WishPolicy, policy_on
from services.households.use_cases.write_need import NeedDesk
from services.households.use_cases.write_wish import WishDesk
from shared.files import FileBook
from shared.web.context import Connection, Mechanisms


@dataclass(frozen=True, slots=True)
class WishRooms:
    """The proofs of deliveries, the versions of the policy, and the kinds of needs (code → name), made in `main.py`."""

    proofs: FileBook
    policies: tuple[WishPolicy, ...]
    need_kinds: dict[str, str]

    def policy_on(self, day: date) -> WishPolicy:
        return policy_on(self.policies, day)

    def policy(self, version: str) -> WishPolicy:
        """The one under which a wish was made."""
        return next(policy for policy in self.policies if policy.version == version)


async def wish_rooms_of(request: Request) -> WishRooms:
    found: WishRooms = request.app.state.wishes
    return found


async def desk_of(connection: Connection, with_: Mechanisms) -> WishDesk:
    return WishDesk(connection, with_.change_log, with_.clock.now())


async def need_desk_of(connection: Connection, with_: Mechanisms) -> NeedDesk:
    return NeedDesk(connection, with_.change_log, with_.clock.now())


Wishes = Annotated[WishRooms, Depends(wish_rooms_of)]
Desk = Annotated[WishDesk, Depends(desk_of, scope="function")]
Needs = Annotated[NeedDesk, Depends(need_desk_of, scope="function")]
