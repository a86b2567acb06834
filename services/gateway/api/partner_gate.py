"""What stands between a partner's token and the service: signature, and the partner as it is now.

The forwarder asks it for every request with a partner's token. None means go on, decided without waiting; else it
gives something to wait for, which ends with the door to take or raises.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from typing import cast

from services.gateway.api.doors import Door
from services.gateway.api.passage import Passage
from services.gateway.api.passage import Principal as AnyPrincipal
from services.gateway.api.signed_answer import SignedAnswer
from services.gateway.clients.upstream import Message, Receive
from services.gateway.domain.errors import SignatureRequired
from services.gateway.domain.forwarding_errors import RequestTooSlow
from services.gateway.domain.partner import Partner
from services.gateway.use_cases.check_signature import Signatures
from services.gateway.use_cases.partner_book import PartnerBook
from shared.auth import Principal
from shared.signed_request import Examination, Scheme, SignedRequest
from shared.tokens import TokenRefused

SELF_TEST = "/v1/partner/self-test"


@dataclass(frozen=True, slots=True)
class PartnerGate:
    """`public_url` is how partners address the gateway: what they sign begins with it."""

    book: PartnerBook
    signatures: Signatures
    public_url: str

    def __call__(self, passage: Passage, door: Door, who: AnyPrincipal) -> Awaitable[Door] | None:
        principal = cast("Principal", who)
        partner = self.book.known.get(principal.subject)
        if partner is None or partner.acts_as != principal.partner_id or not self._plain(partner):
            return self._long_way(passage, door, principal)
        return None

    def _plain(self, partner: Partner) -> bool:
        """Nothing has to be waited for."""
        return not self.signatures.required and self.signatures.scheme_of(partner) is None and partner.open

    async def _long_way(self, passage: Passage, door: Door, who: Principal) -> Door:
        partner = await self.book.find(who.subject)
        if partner is None or not partner.open or partner.acts_as != who.partner_id:
            raise TokenRefused(token_given=True)
        scheme = self.signatures.scheme_of(partner)
        if scheme is not None:
            await self._check(passage, door, partner, scheme)
        elif self.signatures.required and door.row.template != SELF_TEST:
            raise SignatureRequired(token_given=True)
        return door

    async def _check(self, passage: Passage, door: Door, partner: Partner, scheme: Scheme) -> None:
        """Raises what is wrong. From here on every answer is signed, also a refusal."""
        body = await _whole_body(passage, door) if passage.headers.has_body else b""
        request = self._request(passage, body)
        seen: list[Examination] = []
        passage.answer_through(lambda send: SignedAnswer(send, partial(self._sign, scheme, request, seen)))
        if door.row.template == SELF_TEST:
            # It examines the request by itself, and tells.
            seen.append(self.signatures.look(partner, scheme, request))
            return
        seen.append(await self.signatures.examine(partner, scheme, request))
        self.signatures.require(partner, seen[0])

    def _request(self, passage: Passage, body: bytes) -> SignedRequest:
        scope = passage.scope
        target = scope["raw_path"].decode("ascii")
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("ascii")
        return SignedRequest(scope["method"], target, self.public_url + target, scope["headers"], body)

    def _sign(
        self, scheme: Scheme, request: SignedRequest, seen: list[Examination], status: int, body: bytes
    ) -> list[tuple[bytes, bytes]]:
        now = int(self.signatures.clock.now().timestamp())
        return scheme.sign_answer(request, seen[0] if seen else None, status, body, now)


async def _whole_body(passage: Passage, door: Door) -> bytes:
    """The body, which stays for the service. Raises BodyTooLarge, RequestTooSlow."""
    pieces: list[bytes] = []
    more = True
    try:
        async with asyncio.timeout(door.deadline):
            while more:
                message = await passage.receive_counted()
                pieces.append(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        raise RequestTooSlow from None
    body = b"".join(pieces)
    passage.receive = _again(body, passage.receive)
    passage.limit_body(door.body_limit)
    return body


def _again(body: bytes, rest: Receive) -> Receive:
    """What was received, once more; then whatever comes, which is the caller's leaving."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else await rest()

    return receive
