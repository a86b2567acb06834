"""A bank's program asks bashan for grades: a token by private_key_jwt, then one query or a thousand.

    python docs/examples/bank_client.py var/demo/credentials.json

Needs httpx and python-jose, and the credentials that the operator gave you (the demonstration writes its own).
"""

import json
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
from jose import jwt

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def access_token(client: httpx.Client, bank: dict[str, str]) -> str:
    """A token of five minutes. The assertion names us twice, the token address as audience, and is good for once."""
    now = int(time.time())
    claims = {
        "iss": bank["client_id"],
        "sub": bank["client_id"],
        "aud": bank["token_url"],
        "iat": now,
        "exp": now + 60,
        "jti": str(uuid.uuid4()),
    }
    assertion = jwt.encode(claims, bank["private_key_pem"], algorithm="ES256", headers={"kid": bank["kid"]})
    reply = client.post(
        bank["token_url"],
        data={
            "grant_type": "client_credentials",
            "client_id": bank["client_id"],
            "client_assertion": assertion,
            "client_assertion_type": ASSERTION,
        },
    )
    reply.raise_for_status()
    token: str = reply.json()["access_token"]
    return token


def grades(client: httpx.Client, token: str, queries: list[dict[str, str]]) -> list[dict[str, Any]]:
    """One result a query, in order; at most 1,000 queries a call."""
    reply = client.post(
        "/v1/partner/grades/query", json={"queries": queries}, headers={"Authorization": f"Bearer {token}"}
    )
    reply.raise_for_status()
    results: list[dict[str, Any]] = reply.json()["results"]
    return results


def main(path: Path, count: int) -> None:
    credentials = json.loads(path.read_text("utf-8"))
    bank = credentials["bank"]
    with httpx.Client(base_url=credentials["gateway_url"], timeout=10) as client:
        token = access_token(client, bank)
        asked = {"household_id": bank["household_id"], "consent_id": bank["consent_id"], "purpose": "loan_review"}
        results = grades(client, token, [{**asked, "reference": f"example-{n}"} for n in range(1, count + 1)])
    first = json.dumps(results[0], ensure_ascii=False)
    print(first if count == 1 else f"{len(results)} answers in one call, the first {first}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
