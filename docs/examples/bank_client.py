"""A bank's program asks bashan for grades: a token by private_key_jwt, signed requests, checked answers.

    python docs/examples/bank_client.py var/demo/credentials.json

Needs httpx and python-jose; http-message-signatures for the scheme rfc9421, gmssl-pyx for sm2-sm3. The file holds what
the operator gave you and your private keys (the demonstration writes its own). Where `bank` in it has `signing`, with
`scheme`, `kid` and `private_key_pem`, requests are signed and answers checked.
"""

import base64
import json
import re
import secrets
import sys
import time
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
from jose import jwt

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ANSWER_KEYS = "/.well-known/partner-answer-keys.json"


def access_token(client: httpx.Client, bank: dict[str, Any]) -> str:
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


class Bearer(httpx.Auth):
    """The token alone: for a bank whose requests are not signed, as in the demonstration."""

    requires_request_body = True
    requires_response_body = True

    def __init__(self, token: str) -> None:
        self.token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self.token}"
        self.sign(request)
        reply = yield request
        # A refusal of the token itself comes before the gateway knows who asks, and is not signed.
        if reply.status_code != 401:
            self.check(request, reply)

    def sign(self, request: httpx.Request) -> None:
        """Adds the signature's headers."""

    def check(self, request: httpx.Request, reply: httpx.Response) -> None:
        """Raises ValueError for an answer that the gateway did not sign."""


class Rfc9421(Bearer):
    """HTTP Message Signatures, with an Ed25519 or a P-256 key."""

    def __init__(self, token: str, kid: str, private_pem: str, answer_keys: dict[str, str]) -> None:
        super().__init__(token)
        from cryptography.hazmat.primitives.asymmetric import ed25519
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, MappingKeyResolver
        from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

        key: Any = load_pem_private_key(private_pem.encode(), None)
        keys = MappingKeyResolver(
            private_keys={kid: key}, public_keys={name: pem.encode() for name, pem in answer_keys.items()}
        )
        algorithm = ED25519 if isinstance(key, ed25519.Ed25519PrivateKey) else ECDSA_P256_SHA256
        self.kid = kid
        self.signer = HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=keys)
        self.verifier = HTTPMessageVerifier(signature_algorithm=ECDSA_P256_SHA256, key_resolver=keys)

    def sign(self, request: httpx.Request) -> None:
        self.signer.sign(
            request,
            key_id=self.kid,
            nonce=secrets.token_urlsafe(24),
            tag="bashan-partner",
            label="bank",
            covered_component_ids=("@method", "@target-uri", "authorization"),
            body=request.content or None,  # adds Content-Digest and signs it
        )

    def check(self, request: httpx.Request, reply: httpx.Response) -> None:
        reply.request = request
        self.verifier.verify(
            reply,
            expect_tag="bashan-answer",
            require_components=("@status", '"@method";req', '"@target-uri";req', '"signature";req;key="bank"'),
            body=reply.content,
        )


class Sm2FiveLines(Bearer):
    """SM2 over SM3 in five lines; the signer's id is 1234567812345678, which gmssl-pyx takes by itself."""

    def __init__(self, token: str, kid: str, private_pem: str, answer_keys: dict[str, str]) -> None:
        super().__init__(token)
        self.kid = kid
        # PKCS #8 as OpenSSL writes it: the private number at byte 36, x and y of the point at the end.
        private = _der(private_pem)
        self.number, self.point = private[36:68], private[-64:]
        self.gateway_points = {name: _der(pem)[-64:] for name, pem in answer_keys.items()}

    def sign(self, request: httpx.Request) -> None:
        import gmssl_pyx

        target = request.url.raw_path.decode()
        stamp, nonce = str(int(time.time())), secrets.token_hex(16)
        lines = f"{request.method}\n{target}\n{stamp}\n{nonce}\n".encode() + request.content + b"\n"
        signature = base64.b64encode(gmssl_pyx.sm2_sign(self.number, self.point, lines)).decode()
        request.headers["X-Bashan-Signature"] = (
            f'serial_no="{self.kid}",timestamp="{stamp}",nonce="{nonce}",signature="{signature}"'
        )

    def check(self, request: httpx.Request, reply: httpx.Response) -> None:
        import gmssl_pyx

        asked, said = _fields(request), _fields(reply)
        lines = f"{reply.status_code}\n{asked['nonce']}\n{said['timestamp']}\n{said['nonce']}\n".encode()
        signature = base64.b64decode(said["signature"])
        point = self.gateway_points.get(said["serial_no"])
        fits = point is not None and gmssl_pyx.sm2_verify(point, lines + reply.content + b"\n", signature)
        if not fits or abs(time.time() - int(said["timestamp"])) > 300:
            raise ValueError("the answer is not signed by the gateway")


def _fields(message: httpx.Request | httpx.Response) -> dict[str, str]:
    return dict(re.findall(r'([a-z_]+)="([^"]*)"', message.headers.get("X-Bashan-Signature", "")))


def _der(pem: str) -> bytes:
    return base64.b64decode("".join(line for line in pem.splitlines() if "-----" not in line))


def auth_of(client: httpx.Client, bank: dict[str, Any]) -> Bearer:
    """Token and signature. In production keep the answer keys in your configuration, do not ask for them each time."""
    token = access_token(client, bank)
    signing = bank.get("signing")
    if signing is None:
        return Bearer(token)
    keys = client.get(ANSWER_KEYS).raise_for_status().json()["keys"]
    # Several while the gateway changes its key: each answer says which one it is signed with.
    answer_keys = {key["kid"]: key["public_pem"] for key in keys if key["scheme"] == signing["scheme"]}
    scheme = {"rfc9421": Rfc9421, "sm2-sm3": Sm2FiveLines}[signing["scheme"]]
    return scheme(token, signing["kid"], signing["private_key_pem"], answer_keys)


def self_test(client: httpx.Client) -> dict[str, Any]:
    """What the gateway says of our signature: every part that is wrong."""
    reply = client.post("/v1/partner/self-test", json={"text": "你好"})
    reply.raise_for_status()
    told: dict[str, Any] = reply.json()["signature"]
    return told


def grades(client: httpx.Client, queries: list[dict[str, str]]) -> list[dict[str, Any]]:
    """One result a query, in order; at most 1,000 queries a call."""
    reply = client.post("/v1/partner/grades/query", json={"queries": queries})
    reply.raise_for_status()
    results: list[dict[str, Any]] = reply.json()["results"]
    return results


def main(path: Path) -> None:
    credentials = json.loads(path.read_text("utf-8"))
    bank = credentials["bank"]
    with httpx.Client(base_url=credentials["gateway_url"], timeout=10) as client:
        client.auth = auth_of(client, bank)
        told = self_test(client)
        print(
            "signature:", "holds" if told["holds"] else "; ".join(one["message"] for one in told["findings"]) or "none"
        )
        asked = {"household_id": bank["household_id"], "consent_id": bank["consent_id"], "purpose": "loan_review"}
        for result in grades(client, [{**asked, "reference": "example-1"}]):
            print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
