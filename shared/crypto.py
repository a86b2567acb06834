"""Field encryption and blind indexes for ID numbers and phones.

A ciphertext is `key id (1 byte) ‖ nonce (12) ‖ AES-256-GCM(value)`; its additional data names table, column and row,
so that a ciphertext moved elsewhere does not open. A blind index is HMAC-SHA-256 of the normalised value under a key of
its own for each column: equal values give equal indexes (that is what it leaks), and without the key nothing can be
tried.
Keys come from a file of the secrets folder and are never in the database. An encryption key may be replaced while
everything runs (`shared.resealing`); an index key may not, since what was found by it would be found no more.
"""

import json
import os
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
MOST_KEYS = 255
LOOK_EVERY_SECONDS = 1.0

log = structlog.get_logger("crypto")


class CannotDecrypt(Exception):  # noqa: N818 - reads as what happened
    """A ciphertext that does not belong where it stands, or a key that is missing."""


@dataclass(frozen=True)
class FieldKeys:
    """`encryption`: key id → 32 bytes, the highest id encrypts; `index`: column → 32 bytes."""

    encryption: dict[int, bytes]
    index: dict[str, bytes]

    @staticmethod
    def fresh(index_columns: tuple[str, ...]) -> "FieldKeys":
        return FieldKeys(
            {1: secrets.token_bytes(KEY_BYTES)}, {name: secrets.token_bytes(KEY_BYTES) for name in index_columns}
        )

    @staticmethod
    def load(path: Path) -> "FieldKeys":
        """Raises ValueError, KeyError for a file that is none of keys."""
        stored = json.loads(path.read_text("ascii"))
        encryption = {int(key_id): b64decode(key) for key_id, key in stored["encryption"].items()}
        if not encryption or any(len(key) != KEY_BYTES for key in encryption.values()):
            raise ValueError(f"{path.name} holds no key, or one of another length")
        return FieldKeys(encryption, {column: b64decode(key) for column, key in stored["index"].items()})

    def dump(self) -> str:
        return json.dumps(
            {
                "encryption": {str(key_id): b64encode(key).decode() for key_id, key in self.encryption.items()},
                "index": {column: b64encode(key).decode() for column, key in self.index.items()},
            }
        )

    def with_new(self, retired: Iterable[int] = ()) -> "FieldKeys":
        """A new key beside those that are there; it encrypts from now on. It takes no id that a `retired` key had.

        Raises ValueError when no id is free.
        """
        key_id = max(*self.encryption, *retired, 0) + 1
        if key_id > MOST_KEYS:
            raise ValueError("a key id is one byte, and all are used")
        return FieldKeys({**self.encryption, key_id: secrets.token_bytes(KEY_BYTES)}, self.index)

    def only_newest(self) -> "FieldKeys":
        newest = max(self.encryption)
        return FieldKeys({newest: self.encryption[newest]}, self.index)

    def current(self) -> "FieldKeys":
        return self

    def again(self) -> "FieldKeys":
        return self


class KeySource(Protocol):
    """Where keys come from: given once and for all (FieldKeys), or a file that may change (FieldKeyFile)."""

    def current(self) -> FieldKeys:
        """The keys as of the last second: who encrypts uses a new key within a second."""
        ...

    def again(self) -> FieldKeys:
        """The keys as of now: a ciphertext names a key that the reader has not seen yet."""
        ...


class FieldKeyFile:
    """Keys as their file says, looked at again while they are used, so that a rotation needs no restart.

    A file that cannot be read changes nothing and is logged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._looked = time.monotonic()
        self._stamp = _stamp(path)
        self._keys = FieldKeys.load(path)

    def current(self) -> FieldKeys:
        if time.monotonic() - self._looked >= LOOK_EVERY_SECONDS:
            return self.again()
        return self._keys

    def again(self) -> FieldKeys:
        self._looked = time.monotonic()
        try:
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._keys, self._stamp = FieldKeys.load(self._path), stamp
                log.info("field_keys_changed", file=self._path.name, keys=sorted(self._keys.encryption))
        except (OSError, ValueError, KeyError, TypeError) as failure:
            log.warning("field_keys_unreadable", file=self._path.name, reason=type(failure).__name__)
        return self._keys


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


class FieldCipher:
    """Encrypts and finds the few personal fields of one service."""

    def __init__(self, source: KeySource) -> None:
        self._source = source
        self._keys: FieldKeys | None = None
        keys = source.current()
        self._index = {column: _keyed(key) for column, key in keys.index.items()}
        self._take(keys)

    def encrypt(self, value: str, place: bytes) -> bytes:
        """`place` names table, column and row: `b"members.id_number:" + member_id.bytes`."""
        self._take(self._source.current())
        key_id, newest = self._newest
        nonce = os.urandom(NONCE_BYTES)
        return key_id + nonce + newest.encrypt(nonce, value.encode(), place)

    def decrypt(self, ciphertext: bytes, place: bytes) -> str:
        """Raises CannotDecrypt."""
        cipher = self._cipher_of(ciphertext[0]) if ciphertext else None
        if cipher is None:
            raise CannotDecrypt("the key of this ciphertext is not there")
        try:
            opened = cipher.decrypt(ciphertext[1 : 1 + NONCE_BYTES], ciphertext[1 + NONCE_BYTES :], place)
        except InvalidTag:
            raise CannotDecrypt("a ciphertext does not belong where it stands") from None
        return opened.decode()

    def blind_index(self, column: str, value: str) -> bytes:
        """32 bytes; the same value in the same column always gives the same bytes."""
        inner, outer = self._index[column]
        inner, outer = inner.copy(), outer.copy()
        inner.update(value.encode())
        outer.update(inner.digest())
        digest: bytes = outer.digest()
        return digest

    def _cipher_of(self, key_id: int) -> AESGCM | None:
        if key_id not in self._ciphers:
            self._take(self._source.again())
        return self._ciphers.get(key_id)

    def _take(self, keys: FieldKeys) -> None:
        if keys is not self._keys:
            self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.encryption.items()}
            newest = max(keys.encryption)
            # Told in one piece: another thread never finds the id of one key beside the cipher of another.
            self._newest = bytes([newest]), self._ciphers[newest]
            self._keys = keys


def _keyed(key: bytes) -> tuple[Any, Any]:
    """HMAC-SHA-256 (RFC 2104) with its key taken in: `hmac` copies objects of Python's own for each value, which costs
    an import more than the digests themselves."""
    size = sha256().block_size
    block = (key if len(key) <= size else sha256(key).digest()).ljust(size, b"\0")
    return sha256(block.translate(_INNER)), sha256(block.translate(_OUTER))
