"""Who is asking: opens an access token once, remembers it, and says what its bearer may see.

Every service opens the token itself; a header that names a user counts for nothing wherever it came from.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from shared.errors import NotIdentified, NotPermitted
from shared.regions import any_covers
from shared.tokens import Opener, PublicKeys, TokenRefused

ISSUER = "bashan"
FIELD = "bashan-api"
PARTNER = "bashan-partner"
ACCESS = "at+jwt"
OFFICIALS = frozenset({"village_official", "township_official", "county_official", "city_official"})
# Those to whom somebody who was refused can turn. Banks, auditors and operators do nobody else's errand.
_CALLED = {
    "household": "农户本人",
    "cadre": "帮扶干部",
    "village_official": "村级工作人员",
    "township_official": "乡镇工作人员",
    "county_official": "县级工作人员",
    "city_official": "市级工作人员",
    "donor": "爱心人士",
}


@dataclass(frozen=True, slots=True)
class Principal:
    """The bearer of a token. `scopes`: role → region codes. A household, cadre or partner is bound to its own id.

    `second_factor_at`: when a second factor was shown for this token, seconds since 1970; 0 for never.
    `needs_second_factor`: one of the roles is nobody's without one, so what is sensitive asks for it again.
    """

    subject: str
    name: str
    roles: frozenset[str]
    scopes: dict[str, tuple[str, ...]]
    token_id: str
    expires_at: int
    household_id: str | None = None
    cadre_id: str | None = None
    partner_id: str | None = None
    second_factor_at: int = 0
    needs_second_factor: bool = False

    def official_for(self, region: str) -> bool:
        """May this bearer, as an official, see people and places under this code?"""
        return any(any_covers(self.scopes.get(role, ()), region) for role in OFFICIALS & self.roles)

    def require_official(self, region: str) -> None:
        """Raises NotPermitted for a place outside the bearer's own."""
        if not self.official_for(region):
            raise OutsideScope(region=region)

    def require_role(self, *roles: str) -> None:
        if not self.roles.intersection(roles):
            raise role_refused(roles)


def role_refused(roles: Collection[str]) -> NotPermitted:
    """The refusal of somebody who has none of these roles: it says who has."""
    return NotPermitted(may=[called for role, called in _CALLED.items() if role in roles])


class OutsideScope(NotPermitted):
    code = "outside_scope"
    message = "这个地方不在您负责的范围内。"


@dataclass(slots=True)
class TokenCache:
    """Opened tokens by their SHA-256, so that a token's signature is checked once and not at every request."""

    opener: Opener
    clock: Callable[[], float] = time.time
    most: int = 20_000
    _known: OrderedDict[bytes, Principal] = field(default_factory=OrderedDict)

    def principal(self, token: str) -> Principal:
        digest = sha256(token.encode("utf-8", "replace")).digest()
        found = self._known.get(digest)
        if found is not None:
            if found.expires_at <= self.clock():
                del self._known[digest]
                raise TokenRefused
            return found
        principal = principal_of(self.opener.open(token))
        self._known[digest] = principal
        if len(self._known) > self.most:
            self._known.popitem(last=False)
        return principal

    def renew_keys(self, keys: PublicKeys) -> None:
        self.opener.renew(keys)
        self._known.clear()


class Authenticator:
    """Opens `Authorization` headers of the two audiences: people and their apps, and partners' machines.

    `ended` holds sessions and partners whose tokens count no more although they have not expired; the gateway tells it
    every two seconds.
    """

    def __init__(self, keys: PublicKeys) -> None:
        self.ended: frozenset[str] = frozenset()
        self._caches = tuple(
            TokenCache(Opener(keys, issuer=ISSUER, audience=audience, kind=ACCESS)) for audience in (FIELD, PARTNER)
        )

    def renew_keys(self, keys: PublicKeys) -> None:
        """From now on these keys count and no others, also for tokens that were opened before."""
        for cache in self._caches:
            cache.renew_keys(keys)

    def authenticate(self, header: str | None, *, audience: str = FIELD) -> Principal:
        """Raises NotIdentified without a bearer token, TokenRefused for one that does not hold here."""
        if not header:
            raise NotIdentified
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotIdentified
        principal = self._caches[0 if audience == FIELD else 1].principal(token)
        if self.ended and not self.ended.isdisjoint((principal.subject, principal.token_id.partition(".")[0])):
            raise TokenRefused
        return principal


def principal_of(claims: dict[str, Any]) -> Principal:
    """Claims → bearer. A scope that is no region code is dropped by `any_covers`, never widened."""
    scopes: dict[str, list[str]] = {}
    for grant in claims.get("grants", []):
        scopes.setdefault(str(grant[0]), []).extend(str(code) for code in grant[1:])
    return Principal(
        subject=claims["sub"],
        name=str(claims.get("name", "")),
        roles=frozenset(scopes),
        scopes={role: tuple(codes) for role, codes in scopes.items()},
        token_id=claims["jti"],
        expires_at=int(claims["exp"]),
        household_id=claims.get("household"),
        cadre_id=claims.get("cadre"),
        partner_id=claims.get("partner"),
        second_factor_at=int(claims.get("second_factor_at", 0)),
        needs_second_factor=claims.get("needs_second_factor", False) is True,
    )


def access_claims(principal: Principal, *, audience: str, issued_at: int) -> dict[str, Any]:
    """The other way round: what a token says of its bearer."""
    optional = {"household": principal.household_id, "cadre": principal.cadre_id, "partner": principal.partner_id}
    return {
        "iss": ISSUER,
        "aud": audience,
        "sub": principal.subject,
        "jti": principal.token_id,
        "iat": issued_at,
        "exp": principal.expires_at,
        "name": principal.name,
        "grants": [[role, *codes] for role, codes in sorted(principal.scopes.items())],
        **{name: value for name, value in optional.items() if value is not None},
        **({"second_factor_at": principal.second_factor_at} if principal.second_factor_at else {}),
        **({"needs_second_factor": True} if principal.needs_second_factor else {}),
    }
