"""Field encryption and blind indexes for ID numbers and phones.

A ciphertext is `key id (1 byte) ‖ nonce (12) ‖ AES-256-GCM(value)`; its additional data names table, column and row,
so that a ciphertext moved elsewhere does not open. A blind index is HMAC-SHA-256 of the normalised value under a key of
its own for each column: equal values give equal indexes (that is what it leaks), and without the key nothing can be
tried.
Keys come from a file of the secrets folder and are never in the database.
"""

import hmac
import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class CannotDecrypt(Exception):  # noqa: N818 - reads as what happened
    """A ciphertext that does not belong where it stands, or a key that is missing."""


@dataclass(frozen=True)
class FieldKeys:
    """`encryption`: key id → 32 bytes, the highest id encrypts; `index`: column → 32 bytes."""

    encryption: dict[int, bytes]
    index: dict[str, bytes]

    @staticmethod
    def fresh(index_columns: tuple[str, ...]) -> "FieldKeys":
        return FieldKeys({1: secrets.token_bytes(32)}, {name: secrets.token_bytes(32) for name in index_columns})

    @staticmethod
    def load(path: Path) -> "FieldKeys":
        stored = json.loads(path.read_text("ascii"))
        return FieldKeys(
            {int(key_id): b64decode(key) for key_id, key in stored["encryption"].items()},
            {column: b64decode(key) for column, key in stored["index"].items()},
        )

    def dump(self) -> str:
        return json.dumps(
            {
                "encryption": {str(key_id): b64encode(key).decode() for key_id, key in self.encryption.items()},
                "index": {column: b64encode(key).decode() for column, key in self.index.items()},
            }
        )


class FieldCipher:
    """Encrypts and finds the few personal fields of one service."""

    def __init__(self, keys: FieldKeys) -> None:
        self._newest = max(keys.encryption)
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.encryption.items()}
        self._index = {column: hmac.new(key, digestmod=sha256) for column, key in keys.index.items()}

    def encrypt(self, value: str, place: bytes) -> bytes:
        """`place` names table, column and row: `b"members.id_number:" + member_id.bytes`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return bytes([self._newest]) + nonce + self._ciphers[self._newest].encrypt(nonce, value.encode(), place)

    def decrypt(self, ciphertext: bytes, place: bytes) -> str:
        cipher = self._ciphers.get(ciphertext[0]) if ciphertext else None
        if cipher is None:
            raise CannotDecrypt("the key of this ciphertext is not there")
        try:
            opened = cipher.decrypt(ciphertext[1 : 1 + NONCE_BYTES], ciphertext[1 + NONCE_BYTES :], place)
        except InvalidTag:
            raise CannotDecrypt("a ciphertext does not belong where it stands") from None
        return opened.decode()

    def blind_index(self, column: str, value: str) -> bytes:
        """32 bytes; the same value in the same column always gives the same bytes."""
        keyed = self._index[column].copy()
        keyed.update(value.encode())
        return keyed.digest()
