"""What the gateway's own routes are handed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.gateway.api.answer_keys import AnswerKeyTold
from services.gateway.api.siblings import Siblings
from services.gateway.clients.households import Households
from services.gateway.clients.wechat import WeChat
from services.gateway.domain.request_limits import network_of
from services.gateway.domain.route_table import Row
from services.gateway.use_cases.check_signature import Signatures
from services.gateway.use_cases.desk import Desk, Origin
from services.gateway.use_cases.partner_book import PartnerBook
from shared.tokens import PublicKeys

LONGEST_DEVICE = 200


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What a signature is examined with; what partners sign begins with `public_url`."""

    book: PartnerBook
    signatures: Signatures
    public_url: str


@dataclass(frozen=True, slots=True)
class Rooms:
    """Made once in `main.py`. `token_url` is the audience of partners' assertions,
    `public_keys` gives those of access tokens that count now, `answer_keys` the public halves of
    what answers to partners are signed with, now and soon and lately."""

    desk: Desk
    wechat: WeChat
    households: Households
    token_url: str
    public_keys: Callable[[], PublicKeys]
    siblings: Siblings
    policy: tuple[Row, ...]
    docs_shown: bool
    self_test: SelfTest
    answer_keys: Callable[[], list[AnswerKeyTold]]


async def rooms_of(request: Request) -> Rooms:
    found: Rooms = request.app.state.rooms
    return found


def origin_of(request: Request, device: str | None) -> Origin:
    """The device is what the caller calls it, else its User-Agent. All addresses of an IPv6 caller count as one."""
    said = device or request.headers.get("user-agent", "")
    shown = "".join(character for character in said if character.isprintable())[:LONGEST_DEVICE]
    return Origin(network_of(request.client.host) if request.client else "", shown)


Hands = Annotated[Rooms, Depends(rooms_of)]
