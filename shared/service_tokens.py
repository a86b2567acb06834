"""Short tokens by which one service calls another's `/internal/*`, each for one audience."""

import time
from collections.abc import Generator
from pathlib import Path

import httpx

from shared.ids import new_id
from shared.tokens import Opener, PublicKeys, Signer, SigningKey, TokenRefused, read_kid

KIND = "svc+jwt"
ISSUER = "bashan-services"
LIFETIME_SECONDS = 60


class ServiceIdentity(httpx.Auth):
    """This service's own key; as an httpx auth it signs each call for the sibling that it is for."""

    def __init__(self, name: str, key: SigningKey, audience: str) -> None:
        self._name = name
        self._audience = audience
        self._signer = Signer(key)
        self._token = ""
        self._renew_at = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        now = time.time()
        if now >= self._renew_at:
            claims = {
                "iss": ISSUER,
                "aud": self._audience,
                "sub": self._name,
                "jti": str(new_id()),
                "iat": int(now),
                "exp": int(now) + LIFETIME_SECONDS,
            }
            self._token = self._signer.sign(claims, KIND)
            self._renew_at = now + LIFETIME_SECONDS / 2
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def internal_opener(name: str, siblings: PublicKeys) -> Opener:
    """Opens calls to the service `name`. The key id is the caller's name, so a caller cannot sign as another."""
    return Opener(siblings, issuer=ISSUER, audience=name, kind=KIND)


def caller_of(opener: Opener, token: str) -> str:
    """Which service calls. Raises TokenRefused, also for a name that is not the key's."""
    caller: str = opener.open(token)["sub"]
    if read_kid(token, KIND) != caller:
        raise TokenRefused
    return caller


def load_service_key(name: str, secrets_dir: Path) -> SigningKey:
    return SigningKey(name, (secrets_dir / f"service-{name}.pem").read_text("ascii"))
