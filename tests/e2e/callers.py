"""Somebody who calls the gateway: with a token or without, with the headers that a good client sends."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from jose import jwt

from shared.auth import ACCESS, FIELD, PARTNER, Principal, access_claims
from shared.tokens import Signer, SigningKey

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Caller:
    """A client of one person. Writes carry a fresh Idempotency-Key unless `key` says otherwise.

    `fetch` gives a token where tokens live shorter than a run of the tests may take.
    """

    http: httpx.Client
    given_token: str | None = None
    fetch: Callable[[], str] | None = None

    @property
    def token(self) -> str | None:
        return self.fetch() if self.fetch else self.given_token

    def with_token(self, token: str) -> "Caller":
        return replace(self, given_token=token, fetch=None)

    def logged_in(self, ask: Callable[[], httpx.Response]) -> "Caller":
        """With tokens that `ask` fetches, and fetches anew before they run out."""
        return replace(self, fetch=KeptToken(ask))

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.send("GET", path, params=query)

    def post(
        self, path: str, body: Any = None, *, key: str | None = "", version: int | None = None, **headers: str
    ) -> httpx.Response:
        """`key` None sends no Idempotency-Key, "" a fresh one."""
        if key is not None:
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        return self.send("POST", path, json=body, headers=headers | _if_match(version))

    def put(self, path: str, body: Any, *, version: int | None = None, **headers: str) -> httpx.Response:
        return self.send("PUT", path, json=body, headers=headers | _if_match(version))

    def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        headers = dict(how.pop("headers", {}))
        if "Authorization" not in headers and (token := self.token):
            headers["Authorization"] = f"Bearer {token}"
        if how.get("json", ...) is None:
            del how["json"]
        return self.http.request(method, path, headers=headers, **how)


class KeptToken:
    """A token that is fetched anew when more than half of its life is over; `ask` logs in."""

    def __init__(self, ask: Callable[[], httpx.Response]) -> None:
        self._ask = ask
        self._renew()

    def __call__(self) -> str:
        if time.monotonic() > self._until:
            self._renew()
        return self._token

    def _renew(self) -> None:
        reply = self._ask()
        assert reply.status_code == 200, reply.text
        given = reply.json()
        self._token: str = given["access_token"]
        self._until = time.monotonic() + given["expires_in"] / 2


def _if_match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"v{version}"'}


def good(reply: httpx.Response, status: int = 200) -> Any:
    """The body of an answer that is as it should be."""
    assert reply.status_code == status, (reply.request.method, reply.request.url.path, reply.status_code, reply.text)
    assert reply.headers["x-request-id"]
    return reply.json() if reply.content else None


def refused(reply: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem of an answer that refuses as the API's conventions say."""
    where = (reply.request.method, reply.request.url.path, reply.status_code, reply.text[:500])
    assert reply.status_code == status, where
    assert reply.headers["content-type"] == PROBLEM, where
    assert "no-store" in reply.headers["cache-control"], where
    problem: dict[str, Any] = reply.json()
    assert problem["request_id"] == reply.headers["x-request-id"], where
    assert problem["status"] == status, where
    assert code is None or problem["code"] == code, where
    return problem


def issue_token(secrets_dir: Path, role: str, *places: str, lives: int = 600, **bound: Any) -> str:
    """A token of the gateway's own making for whoever; `lives` below zero has run out."""
    key = json.loads((secrets_dir / "token-signing.json").read_text("ascii"))
    subject = bound.pop("subject", f"invented-{role}")
    bearer = Principal(
        subject=subject if role == "bank" else str(uuid.uuid5(uuid.NAMESPACE_OID, subject)),
        name="虚构人员",
        roles=frozenset({role}),
        scopes={role: places},
        token_id=f"{uuid.uuid4()}.{uuid.uuid4()}",
        expires_at=int(time.time()) + lives,
        **bound,
    )
    audience = PARTNER if role == "bank" else FIELD
    claims = access_claims(bearer, audience=audience, issued_at=int(time.time()) - 5)
    return Signer(SigningKey(key["kid"], key["private_pem"])).sign(claims, ACCESS)


def fetch_bank_token(caller: Caller, bank: dict[str, str], **changes: Any) -> httpx.Response:
    """What a bank's program does, with python-jose alone."""
    now = int(time.time())
    claims: dict[str, Any] = {"iss": bank["client_id"], "sub": bank["client_id"], "aud": bank["token_url"]}
    claims |= {"iat": now, "exp": now + 60, "jti": str(uuid.uuid4())} | changes
    assertion = jwt.encode(claims, bank["private_key_pem"], algorithm="ES256", headers={"kid": bank["kid"]})
    form = {
        "grant_type": "client_credentials",
        "client_id": bank["client_id"],
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    return caller.send("POST", "/v1/oauth/token", data=form)
