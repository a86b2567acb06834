"""What stands between a partner's token and the service: signature, quota, sandbox, the partner as it is now.

The forwarder asks it for every request with a partner's token. None means go on, decided without waiting; else it
gives something to wait for, which ends with the door to take or raises.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from typing import cast

from services.gateway.api.doors import Door
from services.gateway.api.header_rules import ASKED, REFUSED
from services.gateway.api.passage import Passage
from services.gateway.api.passage import Principal as AnyPrincipal
from services.gateway.api.signed_answer import SignedAnswer
from services.gateway.clients.upstream import Headers, Message, Receive, Upstream
from services.gateway.domain.errors import NotInSandbox, SignatureRequired
from services.gateway.domain.forwarding_errors import RequestTooSlow
from services.gateway.domain.partner import ACTIVE, UNSIGNED, Partner
from services.gateway.use_cases.check_signature import Signatures
from services.gateway.use_cases.partner_book import PartnerBook
from services.gateway.use_cases.partner_quotas import Quotas
from services.gateway.use_cases.watch_misses import MissWatch
from shared.auth import Principal
from shared.signed_request import Examination, Scheme, SignedRequest
from shared.tokens import TokenRefused

SELF_TEST = "/v1/partner/self-test"
QUERY = "/v1/partner/grades/query"
COUNTS = frozenset({ASKED, REFUSED})


@dataclass(frozen=True, slots=True)
class PartnerGate:
    """`public_url` is how partners address the gateway: what they sign begins with it. `sandbox` answers queries of
    partners in the sandbox."""

    book: PartnerBook
    signatures: Signatures
    quotas: Quotas
    misses: MissWatch
    sandbox: Upstream
    public_url: str

    def __call__(self, passage: Passage, door: Door, who: AnyPrincipal) -> Awaitable[Door] | None:
        principal = cast("Principal", who)
        partner = self.book.known.get(principal.subject)
        if partner is None or not self._plain(partner, principal) or not self.quotas.take(partner):
            return self._long_way(passage, door, principal)
        if door.row.template == QUERY:
            passage.on_answer = partial(self._tally, partner.client_id)
        return None

    def _plain(self, partner: Partner, who: Principal) -> bool:
        """Nothing has to be waited for but a lot of the quota."""
        as_agreed = partner.status == ACTIVE and who.partner_id == partner.client_id
        return as_agreed and not self.signatures.required and partner.signing == UNSIGNED

    def _tally(self, client_id: str, headers: Headers) -> None:
        """What the service says of its answer: a call was counted as one query before it was read."""
        counts = {name: int(value) for name, value in headers if name in COUNTS}
        asked = counts.get(ASKED, 0)
        if asked > 1:
            self.quotas.charge(client_id, asked - 1)
        if asked:
            self.misses.note(client_id, asked, counts.get(REFUSED, 0))

    async def _long_way(self, passage: Passage, door: Door, who: Principal) -> Door:
        partner = await self.book.find(who.subject)
        if partner is None or not partner.open or partner.acts_as != who.partner_id:
            raise TokenRefused(token_given=True)
        scheme = self.signatures.scheme_of(partner)
        if scheme is not None:
            await self._check(passage, door, partner, scheme)
        elif self.signatures.required and door.row.template != SELF_TEST:
            raise SignatureRequired(token_given=True)
        await self.quotas.spend(partner)
        if partner.in_sandbox:
            return self._sandbox_door(door)
        if door.row.template == QUERY:
            passage.on_answer = partial(self._tally, partner.client_id)
        return door

    def _sandbox_door(self, door: Door) -> Door:
        """Raises NotInSandbox for all but the query and the self-test."""
        if door.row.template == QUERY:
            return door._replace(upstream=self.sandbox)
        if door.row.template == SELF_TEST:
            return door
        raise NotInSandbox

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
        target = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
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
        async with asyncio.timeout_at(passage.entered + door.body_seconds):
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
