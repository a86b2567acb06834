"""The keys by which answers to partners are signed: read again every second, and changed with notice.

`partner-answers.json` holds for each kind (`p256`, `sm2`) the key that signs, `from` a second on, and the `previous`
one with the second `until` which it is published. A bank keeps the public key in its configuration, so a new one is
published for days before it signs, and the old one for days after it signed last.
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

from shared.signed_request import Examination, Scheme, SignedRequest
from shared.sm2 import Sm2PrivateKey
from shared.token_keys import KNOWN_EVERYWHERE_AFTER, READ_EVERY_SECONDS, Rotation, TooSoon
from shared.tokens import SigningKey

ANSWER_KEYS = "partner-answers.json"
P256, SM2 = "p256", "sm2"
KINDS = (P256, SM2)

log = structlog.get_logger("answer_keys")


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """`signs_from` and `until` in seconds since 1970; `until` None for the newest."""

    kind: str
    kid: str
    private_pem: str
    signs_from: int = 0
    until: int | None = None

    def public_pem(self) -> str:
        if self.kind == SM2:
            return Sm2PrivateKey.load(self.private_pem).public.pem()
        return SigningKey(self.kid, self.private_pem).public_pem()


class AnswerKeys:
    """A file that cannot be read again changes nothing and is logged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys = _read(path)

    def published(self, now: float) -> list[AnswerKey]:
        """All that a bank may meet: the one that will sign, and the one that signs or signed lately."""
        return [key for kind in KINDS for key in self._keys[kind] if key.until is None or now < key.until]

    def signing(self, kind: str, now: float) -> AnswerKey:
        newest, *before = self._keys[kind]
        return newest if now >= newest.signs_from or not before else before[0]

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(READ_EVERY_SECONDS)
            try:
                self._keys = _read(self._path)
            except (OSError, ValueError, KeyError, TypeError) as failure:
                log.warning("answer_keys_unreadable", reason=type(failure).__name__)


class TurningScheme:
    """The scheme whose answers are signed with the key whose time it is; `make` gives the scheme for a key."""

    def __init__(self, keys: AnswerKeys, kind: str, make: Callable[[AnswerKey], Scheme]) -> None:
        self._keys, self._kind, self._make = keys, kind, make
        self._key = keys.signing(kind, time.time())
        self._scheme = make(self._key)

    def examine(self, request: SignedRequest, keys: Mapping[str, str], now: int) -> Examination:
        return self._scheme.examine(request, keys, now)

    def sign_answer(
        self, request: SignedRequest, seen: Examination | None, status: int, body: bytes, now: int
    ) -> list[tuple[bytes, bytes]]:
        key = self._keys.signing(self._kind, now)
        if key.kid != self._key.kid:
            self._key, self._scheme = key, self._make(key)
        return self._scheme.sign_answer(request, seen, status, body, now)


def fresh_answer_key(kind: str) -> dict[str, Any]:
    """As the file holds it."""
    pem = Sm2PrivateKey.fresh().pem() if kind == SM2 else SigningKey.fresh("").private_pem
    return {"kid": f"answer-{kind}-{secrets.token_hex(4)}", "private_pem": pem}


def rotate_answer_key(
    path: Path, kind: str, *, notice_seconds: int, overlap_seconds: int, now: int, write: Callable[[Path, str], None]
) -> Rotation:
    """A new key of this kind is published now and signs after the notice; the old one is published for the overlap
    after that. Raises TooSoon while the key of the rotation before does not sign yet."""
    stored = json.loads(path.read_text("ascii"))
    old = stored[kind]
    if now < old.get("from", 0):
        raise TooSoon
    signs_from = now + KNOWN_EVERYWHERE_AFTER + notice_seconds
    old_until = signs_from + overlap_seconds
    previous = {"kid": old["kid"], "private_pem": old["private_pem"], "until": old_until}
    new = fresh_answer_key(kind) | {"from": signs_from, "previous": previous}
    write(path, json.dumps(stored | {kind: new}))
    return Rotation(new["kid"], old["kid"], signs_from, old_until)


def _read(path: Path) -> dict[str, list[AnswerKey]]:
    """Kind → its keys, the newest first."""
    stored: dict[str, Any] = json.loads(path.read_text("ascii"))
    return {
        kind: [
            AnswerKey(kind, one["kid"], one["private_pem"], one.get("from", 0), one.get("until"))
            for one in (stored[kind], stored[kind].get("previous"))
            if one
        ]
        for kind in KINDS
    }
