"""The one module that touches python-jose: signs and opens ES256 tokens behind guards of our own.

python-jose by itself accepts a token without `aud` or `exp`, unknown `crit` headers, and under some key forms a forged
HS256 token. So: one algorithm, PEM keys only, the header checked before the library sees the token, every claim needed.
"""

import base64
import binascii
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk, jwt
from jose.exceptions import JOSEError

from shared.errors import NotIdentified

ALGORITHM = "ES256"
MOST_BYTES = 4096
LEEWAY_SECONDS = 5
_KID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HEADER_FIELDS = {"alg", "kid", "typ"}
_REQUIRED = ("exp", "iat", "iss", "aud", "sub", "jti")
_LONGEST_ASSERTION_SECONDS = 300
# python-jose lets a few errors of odd claims through, such as an `exp` of 1e999.
_UNREADABLE = (JOSEError, ValueError, TypeError, OverflowError, RecursionError)


class TokenRefused(NotIdentified):
    code = "token_invalid"
    message = "登录凭证无效或已过期，请重新登录。"


@dataclass(frozen=True)
class SigningKey:
    kid: str
    private_pem: str

    @staticmethod
    def fresh(kid: str) -> "SigningKey":
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return SigningKey(kid, pem.decode())

    def public_pem(self) -> str:
        key = serialization.load_pem_private_key(self.private_pem.encode(), None)
        public = key.public_key()
        return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


class Signer:
    """Signs with one key, constructed once."""

    def __init__(self, key: SigningKey) -> None:
        self._kid = key.kid
        self._key = jwk.construct(key.private_pem, ALGORITHM)

    def sign(self, claims: Mapping[str, Any], kind: str) -> str:
        """`kind` goes into the header's `typ`, so that a token made for one purpose does not open another door."""
        return str(jwt.encode(dict(claims), self._key, algorithm=ALGORITHM, headers={"kid": self._kid, "typ": kind}))


@dataclass(frozen=True)
class PublicKeys:
    """kid → key. Written as a JWKS for others to read; kept as PEM here, because python-jose is safe with PEM only.

    `until`: the keys on their way out, with the second since 1970 from which they count no more.
    """

    pem_by_kid: Mapping[str, str]
    until: Mapping[str, int] = field(default_factory=dict)

    @staticmethod
    def load(path: Path) -> "PublicKeys":
        """A key in the file is its PEM, or `{"pem": …, "until": …}`."""
        stored: dict[str, Any] = json.loads(path.read_text("ascii"))
        leaving = {kid: one for kid, one in stored.items() if isinstance(one, dict)}
        pems = {kid: one["pem"] if isinstance(one, dict) else one for kid, one in stored.items()}
        return PublicKeys(pems, {kid: one["until"] for kid, one in leaving.items()})

    def dump(self) -> str:
        until = self.until
        return json.dumps(
            {kid: {"pem": pem, "until": until[kid]} if kid in until else pem for kid, pem in self.pem_by_kid.items()}
        )

    def live(self, now: float) -> "PublicKeys":
        """Those that count at this second."""
        kept = {kid: pem for kid, pem in self.pem_by_kid.items() if now < self.until.get(kid, math.inf)}
        return PublicKeys(kept, {kid: end for kid, end in self.until.items() if kid in kept})

    def as_jwks(self) -> dict[str, Any]:
        return {"keys": [_public_jwk(kid, pem) for kid, pem in self.pem_by_kid.items()]}


class Opener:
    """Opens tokens of one issuer, one audience and one kind."""

    def __init__(self, keys: PublicKeys, *, issuer: str, audience: str, kind: str) -> None:
        self.renew(keys)
        self._issuer = issuer
        self._audience = audience
        self._kind = kind

    def renew(self, keys: PublicKeys) -> None:
        """From now on these keys count and no others."""
        self._keys = {kid: jwk.construct(pem, ALGORITHM) for kid, pem in keys.pem_by_kid.items()}

    def open(self, token: str) -> dict[str, Any]:
        """The claims. Raises TokenRefused, without saying which guard held."""
        kid = read_kid(token, self._kind)
        if kid not in self._keys:
            raise TokenRefused
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._keys[kid],
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                options={"leeway": LEEWAY_SECONDS, **{f"require_{name}": True for name in _REQUIRED}},
            )
        except _UNREADABLE:
            raise TokenRefused from None
        if any(not isinstance(claims.get(name), str) or not claims[name] for name in ("sub", "jti", "iss", "aud")):
            raise TokenRefused
        return claims


@dataclass(frozen=True, slots=True)
class Assertion:
    """A partner's proof of who it is. `token_id` may be used once; `expires_at` in seconds since 1970."""

    token_id: str
    expires_at: int


def claimed_client(assertion: str) -> tuple[str, str]:
    """The key id and the client that an assertion names. Unproven: good only for finding the key to prove it with.

    Raises TokenRefused.
    """
    if len(assertion) > MOST_BYTES or assertion.count(".") != 2:
        raise TokenRefused
    kid = _kid_of(_part(assertion, 0), {"alg", "kid", "typ"}, "JWT")
    client = _part(assertion, 1).get("sub")
    if not isinstance(client, str):
        raise TokenRefused
    return kid, client


def open_assertion(assertion: str, public_pem: str, *, client_id: str, audience: str, now: float) -> Assertion:
    """Proves a client's assertion (private_key_jwt, RFC 7523): signed by its key, by and about itself, for this
    audience alone, of at most five minutes. Raises TokenRefused.
    """
    claimed_client(assertion)
    try:
        claims = jwt.decode(
            assertion,
            jwk.construct(public_pem, ALGORITHM),
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=client_id,
            subject=client_id,
            options={"leeway": LEEWAY_SECONDS, **{f"require_{name}": True for name in _REQUIRED}},
        )
        expires_at = int(claims["exp"])
    except _UNREADABLE:
        raise TokenRefused from None
    token_id = claims["jti"]
    if not isinstance(token_id, str) or not 1 <= len(token_id) <= 128 or "\0" in token_id:
        raise TokenRefused
    alone = claims["aud"] in (audience, [audience])
    if not alone or expires_at > now + _LONGEST_ASSERTION_SECONDS + LEEWAY_SECONDS:
        raise TokenRefused
    return Assertion(token_id, expires_at)


def is_key_id(kid: str) -> bool:
    return _KID.fullmatch(kid) is not None


def read_kid(token: str, kind: str) -> str:
    """The key id of a token whose header is exactly ours. Raises TokenRefused."""
    if len(token) > MOST_BYTES or token.count(".") != 2:
        raise TokenRefused
    header = _part(token, 0)
    if set(header) != _HEADER_FIELDS:
        raise TokenRefused
    return _kid_of(header, _HEADER_FIELDS, kind)


def _kid_of(header: dict[str, Any], allowed: set[str], kind: str) -> str:
    kid = header.get("kid")
    if not set(header) <= allowed or header.get("alg") != ALGORITHM or header.get("typ", kind) != kind:
        raise TokenRefused
    if not isinstance(kid, str) or not is_key_id(kid):
        raise TokenRefused
    return kid


def _part(token: str, place: int) -> dict[str, Any]:
    """Header (0) or claims (1) as they stand, nothing proven."""
    raw = token.split(".")[place]
    try:
        read = json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)), object_pairs_hook=_no_twins)
    except (ValueError, binascii.Error, RecursionError):
        raise TokenRefused from None
    if not isinstance(read, dict):
        raise TokenRefused
    return read


def _no_twins(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def _public_jwk(kid: str, pem: str) -> dict[str, str]:
    numbers = serialization.load_pem_public_key(pem.encode())
    if not isinstance(numbers, ec.EllipticCurvePublicKey):
        raise TypeError("token keys are elliptic-curve keys")
    point = numbers.public_numbers()

    def encoded(number: int) -> str:
        return base64.urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=")

    return {
        "kty": "EC",
        "crv": "P-256",
        "use": "sig",
        "alg": ALGORITHM,
        "kid": kid,
        "x": encoded(point.x),
        "y": encoded(point.y),
    }
