"""A bank's side of request signing, by libraries other than the gateway's where there are others (gmalg for SM2)."""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import gmalg
import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

from services.gateway.use_cases.save_partner import save_partner
from shared.sm2 import Sm2PublicKey
from tests.builders.gateway_house import House, assertion

BASE = "http://127.0.0.1:8000"
QUERY = "/v1/partner/grades/query"
BODY = b'{"queries": []}'
COVERED = ("@method", "@target-uri", "authorization", "content-digest")
_PEM = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@dataclass
class Rfc9421Bank:
    """Signs with ed25519 or, told so, P-256."""

    kid: str = "sign-1"
    key: Any = field(default_factory=ed25519.Ed25519PrivateKey.generate)
    scheme: str = "rfc9421"

    @staticmethod
    def on_p256() -> "Rfc9421Bank":
        return Rfc9421Bank(key=ec.generate_private_key(ec.SECP256R1()))

    @property
    def public_pem(self) -> str:
        pem: bytes = self.key.public_key().public_bytes(*_PEM)
        return pem.decode()

    def headers(
        self, method: str, target: str, body: bytes, token: str, at: datetime, **changes: Any
    ) -> dict[str, str]:
        """The headers of a signed request. `changes`: covered, nonce, tag, kid, url."""
        made = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        message = SimpleNamespace(method=method, url=changes.get("url", BASE + target), headers=made)
        algorithm = ED25519 if isinstance(self.key, ed25519.Ed25519PrivateKey) else ECDSA_P256_SHA256
        kid = changes.get("kid", self.kid)
        keys = MappingKeyResolver(public_keys={}, private_keys={kid: self.key})
        HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=keys).sign(
            message,
            key_id=kid,
            created=at,
            nonce=changes.get("nonce", secrets.token_urlsafe(24)),
            tag=changes.get("tag", "bashan-partner"),
            covered_component_ids=changes.get("covered", COVERED),
            body=body if "content-digest" in changes.get("covered", COVERED) else None,
        )
        return made

    def answer_holds(self, reply: httpx.Response, kid: str, public_pem: str) -> bool:
        """Checked by the library: status, digest, and the request that it answers."""
        keys = MappingKeyResolver(public_keys={kid: public_pem.encode()}, private_keys={})
        verifier = HTTPMessageVerifier(signature_algorithm=ECDSA_P256_SHA256, key_resolver=keys)
        (seen,) = verifier.verify(
            reply, expect_tag="bashan-answer", require_components=("@status", "content-digest"), body=reply.content
        )
        return any(name.startswith('"signature";req') for name in seen.covered_components)


@dataclass
class Sm2Bank:
    """Signs by SM2 in five lines, with gmalg."""

    kid: str = "sign-1"
    number: bytes = field(default_factory=lambda: gmalg.SM2().generate_keypair()[0])
    scheme: str = "sm2-sm3"

    @property
    def public_pem(self) -> str:
        return Sm2PublicKey(public_point(self.number)).pem()

    def headers(
        self, method: str, target: str, body: bytes, token: str, at: datetime, **changes: Any
    ) -> dict[str, str]:
        """The headers of a signed request. `changes`: nonce, kid, signer_id, without (a field)."""
        stamp, nonce = str(int(at.timestamp())), changes.get("nonce", secrets.token_hex(16))
        lines = f"{method}\n{target}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
        fields = {
            "serial_no": changes.get("kid", self.kid),
            "timestamp": stamp,
            "nonce": nonce,
            "signature": self.sign(lines, changes.get("signer_id", b"1234567812345678")),
        }
        fields.pop(changes.get("without", ""), None)
        value = ",".join(f'{name}="{text}"' for name, text in fields.items())
        return {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "X-Bashan-Signature": value,
        }

    def sign(self, lines: bytes, signer_id: bytes) -> str:
        r, s = gmalg.SM2(sk=self.number, uid=signer_id, pk=b"\x04" + public_point(self.number)).sign(lines)
        return base64.b64encode(encode_dss_signature(int.from_bytes(r), int.from_bytes(s))).decode()

    def answer_holds(self, reply: httpx.Response, kid: str, public_pem: str) -> bool:
        """Status, the request's nonce, timestamp, nonce, body."""
        said, asked = fields_of(reply.headers), fields_of(reply.request.headers)
        lines = "\n".join((str(reply.status_code), asked["nonce"], said["timestamp"], said["nonce"], "")).encode()
        signature = base64.b64decode(said["signature"])
        fits = Sm2PublicKey.load(public_pem).fits(signature, lines + reply.content + b"\n")
        return fits and said["serial_no"] == kid


Bank = Rfc9421Bank | Sm2Bank
BANKS: dict[str, Callable[[], Bank]] = {"ed25519": Rfc9421Bank, "p256": Rfc9421Bank.on_p256, "sm2": Sm2Bank}
each_scheme = pytest.mark.parametrize("kind", BANKS)


def code_of(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json().get("code", "")


async def answer_key(house: House, bank: Bank) -> tuple[str, str]:
    """Id and public half of the key that signs the gateway's answers to this bank."""
    keys = (await house.client.get("/.well-known/partner-answer-keys.json")).json()["keys"]
    return next((key["kid"], key["public_pem"]) for key in keys if key["scheme"] == bank.scheme)


def fields_of(headers: Mapping[str, str]) -> dict[str, str]:
    pairs = (part.partition("=") for part in headers["X-Bashan-Signature"].split(","))
    return {name: value.strip('"') for name, _, value in pairs}


def public_point(number: bytes) -> bytes:
    """The public half of a private number, by gmalg: x and y."""
    core = gmalg.SM2(sk=number)._core
    point = core.generate_pk(int.from_bytes(number))
    return int(point[0]).to_bytes(32) + int(point[1]).to_bytes(32)


async def register(house: House, bank: Bank, client_id: str = "bank-1", **fields: Any) -> str:
    """Registers a bank that signs; a fresh token of its."""
    key = await house.bank(client_id)
    async with house.rooms.desk.database.transaction() as connection:
        await save_partner(
            connection,
            client_id=client_id,
            name="通江农商银行",
            keys={key.kid: key.public_pem(), bank.kid: bank.public_pem},
            signing=bank.scheme,
            now=house.clock.now(),
            **fields,
        )
    await house.rooms.self_test.book.read()
    token: str = (await house.fetch_token(assertion(key, client_id))).json()["access_token"]
    return token


async def ask(
    house: House,
    bank: Bank,
    token: str,
    *,
    method: str = "POST",
    target: str = QUERY,
    body: bytes = BODY,
    at: datetime | None = None,
    **changes: Any,
) -> httpx.Response:
    headers = bank.headers(method, target, body, token, at or house.clock.now(), **changes)
    return await send(house, headers, method=method, target=target, body=body)


async def send(
    house: House, headers: Mapping[str, str], *, method: str = "POST", target: str = QUERY, body: bytes = BODY
) -> httpx.Response:
    transport = httpx.ASGITransport(house.app, client=("203.0.113.9", 4000))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        return await client.request(method, target, content=body, headers=headers)
