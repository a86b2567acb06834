"""Keys and tokens for measurements: the product's own, of USERS county officials."""

import time
from pathlib import Path

from shared.auth import ACCESS, FIELD, Principal, access_claims
from shared.tokens import PublicKeys, Signer, SigningKey

USERS = 500
PUBLIC = "token-keys.json"


def write_keys(folder: Path) -> Signer:
    """A fresh key; its public half goes into the folder, for the servers."""
    key = SigningKey.fresh("bench-1")
    (folder / PUBLIC).write_text(PublicKeys({key.kid: key.public_pem()}).dump(), "ascii")
    return Signer(key)


def make_tokens(signer: Signer) -> list[str]:
    now = int(time.time())
    return [
        signer.sign(access_claims(_official(number, now), audience=FIELD, issued_at=now), ACCESS)
        for number in range(USERS)
    ]


def _official(number: int, now: int) -> Principal:
    return Principal(
        subject=f"user-{number}",
        name="测量用户",
        roles=frozenset({"county_official"}),
        scopes={"county_official": ("511921",)},
        token_id=f"session-{number}.1",
        expires_at=now + 3600,
    )
