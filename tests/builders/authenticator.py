"""The telephone of somebody with a second factor."""

from base64 import b32decode
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP


class Authenticator:
    def __init__(self, secret: str) -> None:
        padded = secret + "=" * (-len(secret) % 8)
        self._totp = TOTP(b32decode(padded), 6, SHA1(), 30)  # noqa: S303 - RFC 6238

    def code(self, at: datetime) -> str:
        return self._totp.generate(int(at.timestamp())).decode()
