"""Makes access tokens: fifteen minutes for people, five for partners' machines."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.gateway.domain.partner import Partner
from services.gateway.domain.user import User
from shared.auth import ACCESS, FIELD, PARTNER, Principal, access_claims
from shared.ids import new_id
from shared.tokens import Signer

ACCESS_LIFETIME = timedelta(minutes=15)
PARTNER_LIFETIME = timedelta(minutes=5)
BANK_ROLE = "bank"


@dataclass(frozen=True, slots=True)
class TokenMint:
    signer: Signer

    def for_user(self, user: User, session_id: UUID, now: datetime) -> str:
        """The token's id begins with the session's, so that ending a session ends its tokens."""
        bearer = Principal(
            subject=str(user.user_id),
            name=user.name,
            roles=frozenset(user.grants),
            scopes=dict(user.grants),
            token_id=f"{session_id}.{new_id()}",
            expires_at=0,
            household_id=None if user.household_id is None else str(user.household_id),
            cadre_id=None if user.cadre_id is None else str(user.cadre_id),
        )
        return self._sign(bearer, FIELD, now, ACCESS_LIFETIME)

    def for_partner(self, partner: Partner, now: datetime) -> str:
        bearer = Principal(
            subject=partner.client_id,
            name=partner.name,
            roles=frozenset({BANK_ROLE}),
            scopes={BANK_ROLE: ()},
            token_id=str(new_id()),
            expires_at=0,
            partner_id=partner.acts_as,
        )
        return self._sign(bearer, PARTNER, now, PARTNER_LIFETIME)

    def _sign(self, bearer: Principal, audience: str, now: datetime, lifetime: timedelta) -> str:
        issued_at = int(now.timestamp())
        bearer = replace(bearer, expires_at=issued_at + int(lifetime.total_seconds()))
        return self.signer.sign(access_claims(bearer, audience=audience, issued_at=issued_at), ACCESS)


def session_of(token_id: str) -> str:
    """The session that an access token's id belongs to."""
    return token_id.partition(".")[0]
