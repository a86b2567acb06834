"""Forged, stripped, misused and hostile tokens (checks S01, S02, S03, S04, S05); PyJWT makes and cross-checks them."""

import ast
import hmac
import json
import socket
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from shared.auth import ACCESS, FIELD, PARTNER
from shared.tokens import Opener, PublicKeys, SigningKey, TokenRefused
from tests.builders.gateway_house import House, assertion, b64, signed_by_hand

REPOSITORY = Path(__file__).parents[3]


async def refused(gateway: House, token: str) -> bool:
    reply = await gateway.me(token)
    assert reply.status_code in {200, 401}
    if reply.status_code == 401:
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["code"] in {"token_invalid", "not_identified"}
        assert token not in reply.text
    return reply.status_code == 401


def by_hand(header: dict[str, Any], claims: dict[str, Any], key: bytes = b"") -> str:
    signed = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    signature = hmac.new(key, signed.encode(), sha256).digest() if key else b""
    return f"{signed}.{b64(signature)}"


async def test_a_token_made_by_another_library_with_our_key_is_taken(quiet_gateway: House) -> None:
    token = quiet_gateway.signed(quiet_gateway.claims())

    assert not await refused(quiet_gateway, token)


async def test_our_token_opens_in_another_library(gateway: House) -> None:
    await gateway.user()
    token = (await gateway.log_in()).json()["access_token"]
    (key,) = (await gateway.client.get("/.well-known/jwks.json")).json()["keys"]

    opened = jwt.decode_complete(token, jwt.PyJWK(key), algorithms=["ES256"], audience=FIELD, issuer="bashan")

    assert opened["header"] == {"alg": "ES256", "kid": gateway.signing_key.kid, "typ": ACCESS}
    assert set(opened["payload"]) == {"iss", "aud", "sub", "jti", "iat", "exp", "name", "grants"}
    assert opened["payload"]["exp"] - opened["payload"]["iat"] == 900


@pytest.mark.parametrize("form", ["pem", "der", "openssh", "jwk"])
@pytest.mark.parametrize("algorithm", ["HS256", "ES256"])
async def test_our_public_key_is_no_secret_to_sign_with(quiet_gateway: House, form: str, algorithm: str) -> None:
    pem = quiet_gateway.signing_key.public_pem()
    key = serialization.load_pem_public_key(pem.encode())
    subject_info = serialization.PublicFormat.SubjectPublicKeyInfo
    secret = {
        "pem": pem.encode(),
        "der": key.public_bytes(serialization.Encoding.DER, subject_info),
        "openssh": key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH),
        "jwk": json.dumps(PublicKeys({"k": pem}).as_jwks()["keys"][0]).encode(),
    }[form]

    header = {"alg": algorithm, "kid": quiet_gateway.signing_key.kid, "typ": ACCESS}

    assert await refused(quiet_gateway, by_hand(header, quiet_gateway.claims(), secret))


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "", "ES384", "RS256", None, ["ES256"]])
async def test_only_one_algorithm_counts(quiet_gateway: House, algorithm: object) -> None:
    header = {"alg": algorithm, "kid": quiet_gateway.signing_key.kid, "typ": ACCESS}

    assert await refused(quiet_gateway, by_hand(header, quiet_gateway.claims()))


@pytest.mark.parametrize("claim", ["exp", "aud", "iss", "sub", "iat", "jti"])
async def test_every_claim_is_needed(quiet_gateway: House, claim: str) -> None:
    assert await refused(quiet_gateway, quiet_gateway.signed(quiet_gateway.claims(**{claim: None})))


@pytest.mark.parametrize("kind", [None, "JWT", "rt+jwt", "svc+jwt", "AT+JWT"])
async def test_the_kind_of_token_is_needed(quiet_gateway: House, kind: str | None) -> None:
    assert await refused(quiet_gateway, quiet_gateway.signed(quiet_gateway.claims(), typ=kind))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": PARTNER},
        {"aud": "households"},
        {"aud": [FIELD]},
        {"aud": [FIELD, "else"]},
        {"iss": "bashan-services"},
        {"iss": ["bashan"]},
        {"exp": int(time.time()) - 60},
        {"exp": "soon"},
        {"nbf": int(time.time()) + 600},
        {"sub": 7},
        {"sub": ""},
        {"jti": 7},
    ],
)
async def test_a_token_for_another_purpose_or_time_is_refused(quiet_gateway: House, changes: dict[str, Any]) -> None:
    claims = quiet_gateway.claims() | changes
    key = quiet_gateway.signing_key
    token = jwt.api_jws.encode(
        json.dumps(claims).encode(), key.private_pem, "ES256", headers={"kid": key.kid, "typ": ACCESS}
    )

    assert await refused(quiet_gateway, token)


async def test_a_banks_token_does_not_open_the_field_api_nor_a_persons_the_banks(gateway: House) -> None:
    key = await gateway.bank()
    await gateway.user()
    bank = (await gateway.fetch_token(assertion(key))).json()["access_token"]
    logged_in = (await gateway.log_in()).json()

    async def ask_as_bank(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return (await gateway.client.post("/v1/partner/grades/query", json={}, headers=headers)).status_code

    assert await ask_as_bank(bank) == 200
    assert await refused(gateway, bank)
    assert await ask_as_bank(logged_in["access_token"]) == 401
    assert await refused(gateway, logged_in["refresh_token"])
    assert await refused(gateway, assertion(key))
    assert gateway.siblings["credit"].asked == ["/v1/partner/grades/query"]


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"]},
        {"crit": ["b64"], "b64": False},
        {"jku": "http://127.0.0.1:9/jwks.json"},
        {"x5u": "http://127.0.0.1:9/cert.pem"},
        {"x5c": ["MIIB"]},
        {"cty": "JWT"},
        {"zip": "DEF"},
        {"kid": "../../etc/passwd"},
        {"kid": "' OR '1'='1"},
        {"kid": "no-such-key"},
        {"kid": ""},
        {"kid": "k" * 65},
        {"kid": None},
    ],
)
async def test_a_header_that_is_not_exactly_ours_is_refused(quiet_gateway: House, header: dict[str, Any]) -> None:
    key = quiet_gateway.signing_key
    fields = {"alg": "ES256", "kid": key.kid, "typ": ACCESS} | header
    fields = {name: value for name, value in fields.items() if value is not None}

    assert await refused(quiet_gateway, signed_by_hand(key, json.dumps(fields).encode(), quiet_gateway.claims()))


async def test_a_key_that_the_token_brings_along_is_not_used(quiet_gateway: House) -> None:
    own = SigningKey.fresh(quiet_gateway.signing_key.kid)
    jwk = PublicKeys({own.kid: own.public_pem()}).as_jwks()["keys"][0]

    with_key = jwt.encode(
        quiet_gateway.claims(), own.private_pem, "ES256", headers={"kid": own.kid, "typ": ACCESS, "jwk": jwk}
    )
    without = jwt.encode(quiet_gateway.claims(), own.private_pem, "ES256", headers={"kid": own.kid, "typ": ACCESS})

    assert await refused(quiet_gateway, with_key)
    assert await refused(quiet_gateway, without)


async def test_nobody_is_asked_for_a_key_that_a_token_points_to(quiet_gateway: House) -> None:
    key = quiet_gateway.signing_key
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/keys"
        for pointer in ("jku", "x5u"):
            header = {"alg": "ES256", "kid": "not-there", "typ": ACCESS, pointer: address}
            token = signed_by_hand(key, json.dumps(header).encode(), quiet_gateway.claims())
            assert await refused(quiet_gateway, token)
        with pytest.raises(BlockingIOError):
            listening.accept()


async def test_encrypted_and_giant_tokens_are_refused_at_once(quiet_gateway: House) -> None:
    sound = quiet_gateway.signed(quiet_gateway.claims())
    giants = {
        "five parts": "a.b.c.d.e",
        "a sound one and two parts more": sound + ".x.y",
        "a megabyte": "x" * 1_000_000,
        "a long name": quiet_gateway.signed(quiet_gateway.claims(name="王" * 4000)),
        "brackets for a header": f"{b64(b'[' * 3000)}.e30.x",
    }
    for name, token in giants.items():
        took = []
        for _ in range(3):
            begun = time.process_time()
            assert await refused(quiet_gateway, token), name
            took.append(time.process_time() - begun)
        assert min(took) < 0.01, f"{name} takes the gateway {min(took) * 1e3:.1f} ms"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "bearer\t", "Bearer a b", "é.é.é"])
async def test_what_is_no_bearer_token_is_refused(quiet_gateway: House, header: str) -> None:
    reply = await quiet_gateway.client.get("/v1/me", headers={b"Authorization": header.encode("latin-1")})

    assert reply.status_code == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")


async def test_a_changed_claim_or_signature_is_refused(quiet_gateway: House) -> None:
    header, _, signature = quiet_gateway.signed(quiet_gateway.claims()).split(".")
    other = b64(json.dumps(quiet_gateway.claims(grants=[["operator"]])).encode())
    der = b64(b"\x30\x06\x02\x01\x01\x02\x01\x01")

    assert await refused(quiet_gateway, f"{header}.{other}.{signature}")
    assert await refused(quiet_gateway, f"{header}.{other}.{der}")
    assert await refused(quiet_gateway, f"{header}.{other}.{b64(bytes(64))}")
    assert await refused(quiet_gateway, f"{header}.{other}.")


def test_a_header_with_a_key_twice_is_refused() -> None:
    key = SigningKey.fresh("k1")
    opener = Opener(PublicKeys({"k1": key.public_pem()}), issuer="i", audience="a", kind=ACCESS)
    now = int(time.time())
    claims = {"iss": "i", "aud": "a", "sub": "s", "jti": "1", "iat": now, "exp": now + 60}

    def signed(header: bytes) -> str:
        return signed_by_hand(key, header, claims)

    assert opener.open(signed(b'{"alg":"ES256","kid":"k1","typ":"at+jwt"}')) == claims
    with pytest.raises(TokenRefused):
        opener.open(signed(b'{"alg":"none","alg":"ES256","kid":"k1","typ":"at+jwt"}'))


def test_no_token_is_decoded_without_naming_the_algorithms() -> None:
    bare = []
    for room in ("shared", "services", "bashan"):
        for path in (REPOSITORY / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom | ast.Import) and "jose" in ast.unparse(node):
                    assert path == REPOSITORY / "shared" / "tokens.py"
                called = node.func if isinstance(node, ast.Call) else None
                if isinstance(called, ast.Attribute) and ast.unparse(called) == "jwt.decode":
                    assert isinstance(node, ast.Call)
                    named = {word.arg: ast.unparse(word.value) for word in node.keywords}
                    if named.get("algorithms") != "[ALGORITHM]":
                        bare.append(path)
    assert not bare
