"""What the schemes of request signing have in common: the request as it came, and what is wrong with its signature."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

MOST_SECONDS_OFF = 300
_NONCE = re.compile(r"[A-Za-z0-9._~+/=:-]{16,128}")

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """`target` is path and query as sent, `url` the whole address as the caller wrote it; header names in lower
    case."""

    method: str
    target: str
    url: str
    headers: Headers
    body: bytes

    def header(self, name: bytes) -> str | None:
        """The values of a header in one, or None where it is absent."""
        found = [value.decode("latin-1").strip(" \t") for key, value in self.headers if key == name]
        return ", ".join(found) if found else None


@dataclass(frozen=True, slots=True)
class Finding:
    """`part` names the piece of the signature, `code` what is wrong with it."""

    part: str
    code: str


@dataclass(slots=True)
class Examination:
    """What a scheme found. `present`: is there a signature at all? `signed_text` is what it should be a signature of,
    as far as that can be told; without the token, which is a secret."""

    present: bool = True
    findings: list[Finding] = field(default_factory=list)
    key_id: str | None = None
    nonce: str | None = None
    label: str = ""
    signed_text: str = ""

    @property
    def holds(self) -> bool:
        return self.present and not self.findings

    def find(self, part: str, code: str) -> None:
        self.findings.append(Finding(part, code))


class Scheme(Protocol):
    """One registered way to sign. Knows no clock and no database: whether a nonce was used, the caller asks."""

    def examine(self, request: SignedRequest, keys: Mapping[str, str], now: int) -> Examination:
        """`keys`: key id → public PEM of those that may sign now; `now` in seconds since 1970."""

    def sign_answer(
        self, request: SignedRequest, seen: Examination | None, status: int, body: bytes, now: int
    ) -> list[tuple[bytes, bytes]]:
        """The headers that make an answer a signed one, bound to the request that it answers."""


def check_time(examination: Examination, part: str, at: object, now: int) -> None:
    """Within five minutes of our clock, either way."""
    if not isinstance(at, int) or isinstance(at, bool):
        examination.find(part, "missing")
    elif abs(now - at) > MOST_SECONDS_OFF:
        examination.find(part, "time_outside")


def check_nonce(examination: Examination, nonce: object) -> None:
    """16 to 128 plain characters; remembered for the caller to use up."""
    if nonce is None:
        examination.find("nonce", "missing")
    elif not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        examination.find("nonce", "unreadable")
    else:
        examination.nonce = nonce
