"""Short tokens by which one service calls another's `/internal/*`, each for one audience.

A key id begins with the name of the service whose key it is (`credit`, or `credit.1f2e3d4c` once it was changed), so a
caller cannot sign as another.
"""

import time
from collections.abc import Callable, Generator
from pathlib import Path

import httpx

from shared.ids import new_id
from shared.token_keys import KeyFiles, Rotation, key_in_force, rotate_key
from shared.tokens import Opener, PublicKeys, Signer, SigningKey, TokenRefused, read_kid

KIND = "svc+jwt"
ISSUER = "bashan-services"
LIFETIME_SECONDS = 60
SERVICE_KEYS = "service-keys.json"


class ServiceIdentity(httpx.Auth):
    """This service's own key; as an httpx auth it signs each call for the sibling that it is for.

    `key` is asked whenever a new token is due, and when the sibling refused the one it was shown: the key may have
    been changed meanwhile.
    """

    def __init__(self, name: str, key: Callable[[], SigningKey], audience: str) -> None:
        self._name = name
        self._audience = audience
        self._key = key
        self._signs_with = ""
        self._token = ""
        self._renew_at = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if time.time() >= self._renew_at:
            self._renew(self._key())
        shown = self._token
        request.headers["Authorization"] = f"Bearer {shown}"
        reply = yield request
        if reply.status_code != 401:
            return
        key = self._key()
        if key.kid != self._signs_with:
            self._renew(key)
        if self._token != shown:
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _renew(self, key: SigningKey) -> None:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": self._audience,
            "sub": self._name,
            "jti": str(new_id()),
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        self._token = Signer(key).sign(claims, KIND)
        self._signs_with = key.kid
        self._renew_at = now + LIFETIME_SECONDS / 2


def internal_opener(name: str, siblings: PublicKeys) -> Opener:
    """Opens calls to the service `name`."""
    return Opener(siblings, issuer=ISSUER, audience=name, kind=KIND)


def caller_of(opener: Opener, token: str) -> str:
    """Which service calls. Raises TokenRefused, also for a name that is not the key's."""
    caller: str = opener.open(token)["sub"]
    if read_kid(token, KIND).partition(".")[0] != caller:
        raise TokenRefused
    return caller


def load_service_key(name: str, secrets_dir: Path) -> SigningKey:
    """The key that signs now: as it was changed last, else as it was made with the installation."""
    changed = secrets_dir / f"service-{name}.json"
    return key_in_force(changed, time.time()) if changed.exists() else _first_key(name, secrets_dir)


def rotate_service_key(
    name: str, secrets_dir: Path, *, overlap_seconds: int, now: int, write: Callable[[Path, str], None]
) -> Rotation:
    """As `rotate_key` says. Raises TooSoon."""
    files = KeyFiles(secrets_dir / f"service-{name}.json", secrets_dir / SERVICE_KEYS, f"{name}.")
    first = None if files.signing.exists() else _first_key(name, secrets_dir)
    return rotate_key(files, overlap_seconds=overlap_seconds, now=now, write=write, first=first)


def _first_key(name: str, secrets_dir: Path) -> SigningKey:
    return SigningKey(name, (secrets_dir / f"service-{name}.pem").read_text("ascii"))
