"""Is a partner's request signed as agreed, and for the first time?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.gateway.domain.errors import SignatureInvalid, SignatureReplayed, SignatureRequired
from services.gateway.domain.partner import Partner
from services.gateway.storage.partner_repository import Nonces
from shared.clock import Clock
from shared.signed_request import MOST_SECONDS_OFF, Examination, Finding, Scheme, SignedRequest

# Past the time in which a signature counts on either side of our clock, its nonce need not be known any more.
NONCE_KEPT = timedelta(seconds=2 * MOST_SECONDS_OFF + 60)
REPLAYED = Finding("nonce", "replayed")

log = structlog.get_logger("signatures")


@dataclass(frozen=True, slots=True)
class Signatures:
    """`schemes` by the name that a partner's setting has; `required` is said of everybody outside the
    demonstration."""

    schemes: Mapping[str, Scheme]
    nonces: Nonces
    clock: Clock
    required: bool

    def scheme_of(self, partner: Partner) -> Scheme | None:
        return self.schemes.get(partner.signing)

    async def examine(self, partner: Partner, scheme: Scheme, request: SignedRequest) -> Examination:
        """What is wrong with the request's signature. One that holds uses its nonce up, which the database decides."""
        now = self.clock.now()
        examination = self.look(partner, scheme, request)
        nonce = examination.nonce
        if examination.holds and nonce and not await self.nonces.use(partner.client_id, nonce, now + NONCE_KEPT):
            examination.findings.append(REPLAYED)
        return examination

    def look(self, partner: Partner, scheme: Scheme, request: SignedRequest) -> Examination:
        """The same, but nothing is used up: whether the nonce is new stays open."""
        now = self.clock.now()
        return scheme.examine(request, partner.signing_keys(now), int(now.timestamp()))

    def require(self, partner: Partner, examination: Examination) -> None:
        """Raises SignatureRequired, SignatureInvalid, SignatureReplayed, without saying which part was wrong."""
        if examination.holds:
            return
        findings = [f"{finding.part}:{finding.code}" for finding in examination.findings]
        log.warning("signature_refused", partner=partner.client_id, findings=findings)
        if not examination.present:
            raise SignatureRequired(token_given=True)
        if examination.findings == [REPLAYED]:
            raise SignatureReplayed(token_given=True)
        raise SignatureInvalid(token_given=True)
