"""Six digits that change every thirty seconds (TOTP, RFC 6238), and recovery codes for a lost telephone."""

import secrets
from base64 import b32encode
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

ISSUER = "巴山"
SECRET_BYTES = 20
SECONDS = 30
DIGITS = 6
# The telephone's clock may be half a minute off.
STEPS_OFF = (0, -1, 1)
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def fresh_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """Which thirty seconds, counted since 1970, the code is of; None when it is of none that count now."""
    made = _totp(secret)
    if len(code) != DIGITS or not code.isdigit() or not code.isascii():
        return None
    today = int(now.timestamp()) // SECONDS
    for step in (today + off for off in STEPS_OFF):
        try:
            made.verify(code.encode(), step * SECONDS)
        except InvalidToken:
            continue
        return step
    return None


def shown_secret(secret: bytes) -> str:
    """As it is typed into an authenticator."""
    return b32encode(secret).decode().rstrip("=")


def enrolment_uri(secret: bytes, account: str) -> str:
    """What the QR code of the enrolment holds."""
    return _totp(secret).get_provisioning_uri(account, ISSUER)


def fresh_recovery_codes(count: int) -> list[str]:
    """Fifty random bits each, in two groups: `7KQ2M-9WXPA`."""
    return ["-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(count)]


def recovery_key(code: str) -> str:
    """The one form of a recovery code, however it was typed."""
    return code.replace("-", "").replace(" ", "").upper()


def _totp(secret: bytes) -> TOTP:
    # Authenticators know SHA-1 only; what it is weak at plays no part in an HMAC.
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # noqa: S303 - see above
