"""Where did the audit chains end on a day, in a signed line that is kept where the database's masters do not reach?

A chain by itself does not show that its last rows were cut off, nor that it was written anew from some row on by
somebody who may do anything in the database. A line from before shows both.

    {"statement": {"made_at": …, "kid": …, "heads": {"credit": {"row": 17, "hash": "…"}, …}}, "signature": "…"}

The signature is ECDSA on P-256 with SHA-256, DER in base64, over the statement in canonical JSON (RFC 8785). No service
is handed its key.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bashan.cannot_start import CannotStart
from shared.hash_chain import Break, Head
from shared.tokens import SigningKey

CHECKPOINT_KEY = "checkpoint-signing.json"
_SIGNED_AS = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`heads`: service → where its chain ended."""

    made_at: datetime
    heads: Mapping[str, Head]


def checkpoint_key(secrets_dir: Path) -> SigningKey:
    return SigningKey(**json.loads((secrets_dir / CHECKPOINT_KEY).read_text("ascii")))


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> str:
    """The line, without a line feed."""
    heads = {service: {"row": head.seq, "hash": head.hash.hex()} for service, head in checkpoint.heads.items()}
    statement: dict[str, Any] = {
        "made_at": checkpoint.made_at.isoformat(timespec="seconds"),
        "kid": key.kid,
        "heads": heads,
    }
    private = serialization.load_pem_private_key(key.private_pem.encode(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("checkpoints are signed with an elliptic-curve key")
    signature = base64.b64encode(private.sign(rfc8785.dumps(statement), _SIGNED_AS)).decode()
    return json.dumps({"statement": statement, "signature": signature})


def read_checkpoints(text: str, public_pem: str) -> list[Checkpoint]:
    """Every line of a file that was kept. Raises CannotStart, with the line's number, for one that is not ours."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise CannotStart("there is no checkpoint in that file", "name one that `bashan audit checkpoint` wrote")
    try:
        public = serialization.load_pem_public_key(public_pem.encode())
    except ValueError:
        public = None
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise CannotStart("that is no public key of checkpoints", "name the file that `bashan audit key` wrote")
    return [_opened(number, line, public) for number, line in lines]


def _opened(number: int, line: str, public: ec.EllipticCurvePublicKey) -> Checkpoint:
    try:
        stored = json.loads(line)
        public.verify(base64.b64decode(stored["signature"]), rfc8785.dumps(stored["statement"]), _SIGNED_AS)
        return _checkpoint(stored["statement"])
    except InvalidSignature:
        raise CannotStart(
            f"the signature of the checkpoint in line {number} does not hold",
            "it was changed, or the key in secrets/ is another one than then: take both from the safe",
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise CannotStart(
            f"line {number} is no checkpoint", "name a file of whole lines as they were written"
        ) from None


def _checkpoint(statement: Mapping[str, Any]) -> Checkpoint:
    heads = {service: Head(one["row"], bytes.fromhex(one["hash"])) for service, one in statement["heads"].items()}
    return Checkpoint(datetime.fromisoformat(statement["made_at"]), heads)


def broken_since(
    checkpoints: Sequence[Checkpoint], service: str, rows: int, hashes_now: Mapping[int, bytes]
) -> Break | None:
    """The first row that is not what a checkpoint says it was, or is gone.

    `rows` is how many rows there are, `hashes_now` the hashes of those that the checkpoints name."""
    for checkpoint in sorted(checkpoints, key=lambda one: one.made_at):
        head = checkpoint.heads.get(service)
        if head is None or hashes_now.get(head.seq, b"") == head.hash:
            continue
        then = checkpoint.made_at.isoformat(timespec="seconds")
        if head.seq > rows:
            return Break(rows + 1, f"the end was cut off: at {then} there were {head.seq} rows")
        return Break(head.seq, f"it is not the row that stood there at {then}; the chain was written anew")
    return None
