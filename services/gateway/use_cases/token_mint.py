"""Makes access tokens: fifteen minutes for people, five for partners' machines."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.gateway.domain.partner import Partner
from services.gateway.domain.second_factor import grants_in_force
from services.gateway.domain.user import User
from shared.auth import ACCESS, FIELD, PARTNER, Principal, access_claims
from shared.ids import new_id
from shared.token_keys import TurningSigner

ACCESS_LIFETIME = timedelta(minutes=15)
PARTNER_LIFETIME = timedelta(minutes=5)
BANK_ROLE = "bank"


@dataclass(frozen=True, slots=True)
class TokenMint:
    """`needing`: roles that nobody holds without a second factor; in their place stands one that can set it up."""

    signer: TurningSigner
    needing: frozenset[str] = frozenset()

    def for_user(self, user: User, session_id: UUID, now: datetime, *, second_factor_shown: bool = False) -> str:
        """The token's id begins with the session's, so that ending a session ends its tokens."""
        grants = grants_in_force(user.grants, enrolled=user.has_second_factor, needing=self.needing)
        bearer = Principal(
            subject=str(user.user_id),
            name=user.name,
            roles=frozenset(grants),
            scopes=dict(grants),
            token_id=f"{session_id}.{new_id()}",
            expires_at=0,
            household_id=None if user.household_id is None else str(user.household_id),
            cadre_id=None if user.cadre_id is None else str(user.cadre_id),
            second_factor_at=int(now.timestamp()) if second_factor_shown else 0,
            needs_second_factor=not self.needing.isdisjoint(grants),
        )
        return self._sign(bearer, FIELD, now, ACCESS_LIFETIME)

    def stepped_up(self, bearer: Principal, now: datetime) -> str:
        """The bearer's token again, of the same session, roles and end, with the second factor shown now."""
        said = replace(
            bearer, token_id=f"{session_of(bearer.token_id)}.{new_id()}", second_factor_at=int(now.timestamp())
        )
        return self.signer.sign(access_claims(said, audience=FIELD, issued_at=int(now.timestamp())), ACCESS)

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
