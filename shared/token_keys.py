"""The keys of tokens as their files say: read again every second, so that a rotation needs no restart.

`token-keys.json` holds the public keys, those on their way out with the second of their end. `token-signing.json` holds
the key that signs, `from` a second on, and until then the `previous` one: every process has read the new public key
before the first token is signed with it. Services' keys for calls to each other are kept in the same two forms.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from shared.tokens import PublicKeys, Signer, SigningKey

TOKEN_KEYS, TOKEN_SIGNING = "token-keys.json", "token-signing.json"
READ_EVERY_SECONDS = 1.0
KNOWN_EVERYWHERE_AFTER = 5
"""Seconds from publishing a key to signing with it."""

log = structlog.get_logger("token_keys")


class TokenKeys:
    """`live`: the public keys that count now. A file that cannot be read changes nothing and is logged."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._stamp = _stamp(path)
        self._stored = PublicKeys.load(path)
        self.live = self._stored.live(clock())

    def read(self) -> bool:
        """True when other keys count than before."""
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stored, self._stamp = PublicKeys.load(self._path), stamp
        live = self._stored.live(self._clock())
        changed = live.pem_by_kid != self.live.pem_by_kid
        self.live = live
        return changed

    async def watch(self, tell: Callable[[PublicKeys], None]) -> None:
        """Until cancelled; `tell` is given the keys whenever others count."""
        while True:
            await asyncio.sleep(READ_EVERY_SECONDS)
            try:
                if self.read():
                    log.info("token_keys_changed", keys=sorted(self.live.pem_by_kid))
                    tell(self.live)
            except (OSError, ValueError, KeyError, TypeError) as failure:
                log.warning("token_keys_unreadable", reason=type(failure).__name__)


class TurningSigner:
    """Signs with the key whose time it is. Raises ValueError for a key whose public half the services do not have:
    every token would be refused."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = folder / TOKEN_SIGNING
        self._clock = clock
        self._read()
        public = PublicKeys.load(folder / TOKEN_KEYS)
        if any(public.pem_by_kid.get(key.kid) != key.public_pem() for key in self._keys):
            raise ValueError("token-signing.json and token-keys.json of the secrets folder do not belong together")

    def sign(self, claims: Mapping[str, Any], kind: str) -> str:
        signer = self._signers[0] if self._clock() >= self._from else self._signers[-1]
        return signer.sign(claims, kind)

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(READ_EVERY_SECONDS)
            try:
                if _stamp(self._path) != self._stamp:
                    self._read()
            except (OSError, ValueError, KeyError, TypeError) as failure:
                log.warning("signing_key_unreadable", reason=type(failure).__name__)

    def _read(self) -> None:
        """Everything is read before anything is changed."""
        stamp, (keys, begins) = _stamp(self._path), _read_signing(self._path)
        signers = [Signer(key) for key in keys]
        self._stamp, self._keys, self._signers, self._from = stamp, keys, signers, begins


def key_in_force(path: Path, now: float) -> SigningKey:
    """The key of a signing file whose time it is."""
    keys, begins = _read_signing(path)
    return keys[0] if now >= begins else keys[-1]


def _read_signing(path: Path) -> tuple[list[SigningKey], int]:
    """The key and the one before it, and from which second on the first one signs."""
    stored = json.loads(path.read_text("ascii"))
    keys = [SigningKey(one["kid"], one["private_pem"]) for one in (stored, stored.get("previous")) if one]
    return keys, stored.get("from", 0)


class TooSoon(Exception):  # noqa: N818 - reads as what happened
    """The rotation before is not through."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """`signs_from` and `old_until` in seconds since 1970."""

    kid: str
    old_kid: str
    signs_from: int
    old_until: int


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Where a key that signs and the public keys of its kind stand; a new key id is the prefix and a random part."""

    signing: Path
    public: Path
    prefix: str


def token_key_files(folder: Path) -> KeyFiles:
    return KeyFiles(folder / TOKEN_SIGNING, folder / TOKEN_KEYS, "token-")


def rotate_key(
    files: KeyFiles,
    *,
    overlap_seconds: int,
    now: int,
    write: Callable[[Path, str], None],
    first: SigningKey | None = None,
) -> Rotation:
    """A new key signs in five seconds; the old one counts for the overlap after that. `write` replaces a file whole;
    `first` is the key that signs where no signing file was written yet.

    Cut off between two steps, the files still belong together: the new key is published first, the old one is given
    its end last. Raises TooSoon while the new key of the rotation before does not sign yet.
    """
    (old, *_), begins = _read_signing(files.signing) if first is None else ([first], 0)
    if now < begins:
        raise TooSoon
    key = SigningKey.fresh(f"{files.prefix}{secrets.token_hex(4)}")
    public = PublicKeys.load(files.public).live(now)
    published = PublicKeys({**public.pem_by_kid, key.kid: key.public_pem()}, public.until)
    signs_from = now + KNOWN_EVERYWHERE_AFTER
    old_until = signs_from + overlap_seconds
    write(files.public, published.dump())
    before = {"kid": old.kid, "private_pem": old.private_pem}
    new = {"kid": key.kid, "private_pem": key.private_pem, "from": signs_from, "previous": before}
    write(files.signing, json.dumps(new))
    write(files.public, PublicKeys(published.pem_by_kid, {**public.until, old.kid: old_until}).dump())
    return Rotation(key.kid, old.kid, signs_from, old_until)


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino
