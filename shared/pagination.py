"""Keyset cursors, signed and bound to the filter they were made for."""

import base64
import binascii
import hmac
from hashlib import sha256
from uuid import UUID

import orjson

from shared.change_log import CursorUnreadable

SIGNATURE_BYTES = 12


class Cursors:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, scope: str, keyset: list[str]) -> str:
        """`scope` names route, caller's filter and order; `keyset` the last row's key."""
        body = orjson.dumps(keyset)
        return base64.urlsafe_b64encode(self._sign(scope, body) + body).decode().rstrip("=")

    def read(self, scope: str, cursor: str) -> list[str]:
        """The keyset. Raises CursorUnreadable for a forged cursor or one of another list."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except (ValueError, binascii.Error):
            raise CursorUnreadable from None
        signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(scope, body)):
            raise CursorUnreadable
        return list(orjson.loads(body))

    def read_id(self, scope: str, cursor: str | None) -> UUID | None:
        """The id of a keyset that is one id; None for the first page."""
        return UUID(self.read(scope, cursor)[0]) if cursor else None

    def _sign(self, scope: str, body: bytes) -> bytes:
        return hmac.new(self._key, scope.encode() + b"\0" + body, sha256).digest()[:SIGNATURE_BYTES]
