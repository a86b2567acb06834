"""Requests signed by SM2 over SM3, in the five-line form of WeChat Pay's API v3.

The header `X-Bashan-Signature` says `serial_no="…",timestamp="…",nonce="…",signature="…"`; signed are five lines, each
with a line feed at its end: method, path with query, timestamp, nonce, body. The signer's id is 1234567812345678.
Answers carry the same header; their lines are status, the request's nonce, timestamp, nonce, body.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping

from shared.signed_request import Examination, SignedRequest, check_nonce, check_time
from shared.sm2 import Sm2PrivateKey, Sm2PublicKey

HEADER = b"x-bashan-signature"
FIELDS = ("serial_no", "timestamp", "nonce", "signature")
_FIELD = r'([a-z_]{1,20})="([^"]{0,200})"'
_FORM = re.compile(rf"{_FIELD}(?:\s?,\s?{_FIELD}){{0,5}}")
_ONE = re.compile(_FIELD)


class FiveLines:
    """The scheme. Answers are signed with `key`, under `key_id`."""

    def __init__(self, key_id: str, key: Sm2PrivateKey) -> None:
        self._key_id = key_id
        self._key = key

    def examine(self, request: SignedRequest, keys: Mapping[str, str], now: int) -> Examination:
        examination = Examination()
        given = request.header(HEADER)
        if given is None:
            examination.present = False
            examination.find("X-Bashan-Signature", "missing")
            return examination
        fields = _read(examination, given)
        if fields is None:
            return examination
        stamp = fields["timestamp"]
        readable = re.fullmatch(r"[0-9]{10}", stamp) is not None
        check_time(examination, "timestamp", int(stamp) if readable else None, now)
        check_nonce(examination, fields["nonce"])
        head = "\n".join((request.method, request.target, stamp, fields["nonce"], ""))
        examination.signed_text = head + f"({len(request.body)} bytes of body)\n"
        _check_signature(examination, head.encode("latin-1") + request.body + b"\n", fields, keys)
        return examination

    def sign_answer(
        self, request: SignedRequest, seen: Examination | None, status: int, body: bytes, now: int
    ) -> list[tuple[bytes, bytes]]:
        del request
        asked = (seen.nonce if seen is not None else None) or ""
        nonce = secrets.token_hex(16)
        lines = "\n".join((str(status), asked, str(now), nonce, "")).encode() + body + b"\n"
        signature = base64.b64encode(self._key.sign(lines)).decode()
        value = f'serial_no="{self._key_id}",timestamp="{now}",nonce="{nonce}",signature="{signature}"'
        return [(HEADER, value.encode("ascii"))]


def _read(examination: Examination, given: str) -> dict[str, str] | None:
    if not _FORM.fullmatch(given):
        examination.find("X-Bashan-Signature", "unreadable")
        return None
    pairs = _ONE.findall(given)
    fields = dict(pairs)
    for name in FIELDS:
        if name not in fields:
            examination.find(name, "missing")
    if len(fields) != len(pairs) or not set(fields) <= set(FIELDS):
        examination.find("X-Bashan-Signature", "unreadable")
    return None if examination.findings else fields


def _check_signature(
    examination: Examination, lines: bytes, fields: Mapping[str, str], keys: Mapping[str, str]
) -> None:
    pem = keys.get(fields["serial_no"])
    if pem is None:
        examination.find("serial_no", "unknown_key")
        return
    examination.key_id = fields["serial_no"]
    try:
        key = Sm2PublicKey.load(pem)
    except ValueError:
        examination.find("serial_no", "unfit_key")
        return
    try:
        signature = base64.b64decode(fields["signature"], validate=True)
    except (binascii.Error, ValueError):
        examination.find("signature", "unreadable")
        return
    if not key.fits(signature, lines):
        examination.find("signature", "does_not_fit")
