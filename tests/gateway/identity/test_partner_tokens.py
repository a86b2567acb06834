"""A bank's machine fetches a token with a signed assertion (private_key_jwt)."""

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jose import jwt as jose_jwt

from services.gateway.domain.errors import PartnerIdUnfit, PartnerKeyUnfit
from services.gateway.use_cases.save_partner import save_partner
from shared.tokens import SigningKey
from tests.builders.gateway_house import ASSERTION_TYPE, House, assertion, signed_by_hand

TOKEN_URL = "http://127.0.0.1:8000/v1/oauth/token"


async def test_an_assertion_gets_a_token_of_five_minutes_for_the_banks_api_only(gateway: House) -> None:
    key = await gateway.bank()

    reply = await gateway.fetch_token(assertion(key), client_id="bank-1")

    assert reply.status_code == 200
    body = reply.json()
    assert (body["token_type"], body["expires_in"], reply.headers["cache-control"]) == ("Bearer", 300, "no-store")
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert (claims["aud"], claims["sub"], claims["partner"]) == ("bashan-partner", "bank-1", "bank-1")
    assert (claims["grants"], claims["exp"] - claims["iat"]) == ([["bank"]], 300)


async def test_an_assertion_of_python_jose_is_taken(gateway: House) -> None:
    key = await gateway.bank()
    now = int(time.time())
    claims = {"iss": "bank-1", "sub": "bank-1", "aud": TOKEN_URL, "iat": now, "exp": now + 60, "jti": str(uuid4())}
    made = jose_jwt.encode(claims, key.private_pem, algorithm="ES256", headers={"kid": key.kid})

    assert (await gateway.fetch_token(made)).status_code == 200


async def test_the_type_may_be_absent_and_the_audience_a_list(gateway: House) -> None:
    key = await gateway.bank()
    now = int(time.time())
    claims = {"iss": "bank-1", "sub": "bank-1", "aud": [TOKEN_URL], "iat": now, "exp": now + 60, "jti": "once"}
    made = jwt.encode(claims, key.private_pem, "ES256", headers={"kid": key.kid, "typ": None})

    assert (await gateway.fetch_token(made)).status_code == 200


async def test_an_assertion_counts_once(gateway: House) -> None:
    key = await gateway.bank()
    used = assertion(key)

    replies = await asyncio.gather(*(gateway.fetch_token(used) for _ in range(20)))

    assert sorted(reply.status_code for reply in replies) == [200] + [401] * 19
    assert (await gateway.fetch_token(used)).status_code == 401
    assert (await gateway.fetch_token(assertion(key))).status_code == 200


async def test_two_banks_may_use_the_same_number(gateway: House) -> None:
    first, second = await gateway.bank("bank-1"), await gateway.bank("bank-2")

    assert (await gateway.fetch_token(assertion(first, "bank-1", jti="7"))).status_code == 200
    assert (await gateway.fetch_token(assertion(second, "bank-2", jti="7"))).status_code == 200


def bad_assertions() -> dict[str, dict[str, Any]]:
    now = int(time.time())
    return {
        "expired": {"exp": now - 60, "iat": now - 120},
        "too long": {"exp": now + 600},
        "no end": {"exp": None},
        "endless": {"exp": float("inf")},
        "far off": {"exp": 10**400},
        "no number of seconds": {"exp": [now + 60]},
        "another address": {"aud": "http://127.0.0.1:8000/v1/other"},
        "two addresses": {"aud": [TOKEN_URL, "http://elsewhere"]},
        "no address": {"aud": None},
        "another issuer": {"iss": "bank-2"},
        "no issuer": {"iss": None},
        "another subject": {"sub": "bank-2"},
        "no subject": {"sub": None},
        "no beginning": {"iat": None},
        "no number": {"jti": None},
        "number is a number": {"jti": 7},
        "number too long": {"jti": "x" * 129},
        "number with NUL": {"jti": "a\0b"},
        "not yet": {"nbf": now + 600},
        "name with NUL": {"sub": "bank\0", "iss": "bank\0"},
    }


@pytest.mark.parametrize("wrong", list(bad_assertions()))
async def test_a_wrong_assertion_is_refused_in_both_forms(bank_gateway: tuple[House, SigningKey], wrong: str) -> None:
    gateway, key = bank_gateway
    claims = jwt.decode(assertion(key), options={"verify_signature": False}) | bad_assertions()[wrong]
    present = {name: value for name, value in claims.items() if value is not None}
    made = jwt.api_jws.encode(json.dumps(present).encode(), key.private_pem, "ES256", headers={"kid": key.kid})

    reply = await gateway.fetch_token(made)

    assert reply.status_code == 401
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert (body["error"], body["code"], body["status"]) == ("invalid_client", "client_assertion_invalid", 401)
    assert made not in reply.text


async def test_another_key_an_unknown_bank_and_a_stopped_bank_look_the_same(gateway: House) -> None:
    key = await gateway.bank()
    stopped = await gateway.bank("bank-2", status="disabled")
    strange = SigningKey.fresh(key.kid)
    renamed = SigningKey("other-kid", key.private_pem)

    replies = [
        await gateway.fetch_token(assertion(strange)),
        await gateway.fetch_token(assertion(renamed)),
        await gateway.fetch_token(assertion(key, "bank-9")),
        await gateway.fetch_token(assertion(stopped, "bank-2")),
        await gateway.fetch_token(assertion(key), client_id="bank-2"),
    ]

    bodies = [{name: value for name, value in reply.json().items() if name != "request_id"} for reply in replies]
    assert {reply.status_code for reply in replies} == {401}
    assert all(body == bodies[0] for body in bodies)


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "HS256"}, {"crit": ["exp"]}, {"jku": "http://127.0.0.1:9"}]
)
async def test_a_hostile_header_is_refused(bank_gateway: tuple[House, SigningKey], header: dict[str, Any]) -> None:
    gateway, key = bank_gateway
    fields = {"alg": "ES256", "kid": key.kid, "typ": "JWT"} | header
    claims = jwt.decode(assertion(key), options={"verify_signature": False})

    reply = await gateway.fetch_token(signed_by_hand(key, json.dumps(fields).encode(), claims))

    assert reply.status_code == 401


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "urn:other"}, "invalid_request"),
        ({"client_assertion": ""}, "invalid_request"),
        ({"client_assertion": ["a.b.c", "a.b.c"]}, "invalid_request"),
    ],
)
async def test_an_incomplete_form_is_400_in_both_forms(quiet_gateway: House, form: dict[str, Any], error: str) -> None:
    whole = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE, "client_assertion": "a.b.c"}

    reply = await quiet_gateway.client.post("/v1/oauth/token", data=whole | form)

    assert (reply.status_code, reply.json()["error"]) == (400, error)
    assert reply.json()["message"]


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(b"{}", "application/json"), (b"grant_type=%ff", "application/x-www-form-urlencoded"), (b"&&&", "text/plain")],
)
async def test_what_is_no_form_is_400(quiet_gateway: House, body: bytes, media_type: str) -> None:
    reply = await quiet_gateway.client.post("/v1/oauth/token", content=body, headers={"Content-Type": media_type})

    assert reply.status_code == 400


async def test_a_stopped_banks_token_ends_within_seconds(gateway: House) -> None:
    key = await gateway.bank()
    token = (await gateway.fetch_token(assertion(key))).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await gateway.client.post("/v1/partner/grades/query", json={}, headers=headers)).status_code == 200

    await gateway.bank(status="disabled")
    await gateway.rooms.desk.revocations.read()

    assert (await gateway.client.post("/v1/partner/grades/query", json={}, headers=headers)).status_code == 401


async def test_only_p256_public_keys_are_saved(quiet_gateway: House) -> None:
    def pem(key: Any) -> str:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        made: bytes = key.public_key().public_bytes(serialization.Encoding.PEM, form)
        return made.decode()

    sound = SigningKey.fresh("k")
    unfit = {
        "another curve": ("k", pem(ec.generate_private_key(ec.SECP384R1()))),
        "another family": ("k", pem(rsa.generate_private_key(65537, 2048))),
        "the private half": ("k", sound.private_pem),
        "no key": ("k", "-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----\n"),
        "an odd id": ("../k", sound.public_pem()),
    }
    now = quiet_gateway.clock.now()
    async with quiet_gateway.rooms.desk.database.transaction() as connection:
        for kid, key in unfit.values():
            with pytest.raises(PartnerKeyUnfit):
                await save_partner(connection, client_id="bank-x", name="某银行", keys={kid: key}, now=now)
        with pytest.raises(PartnerIdUnfit):
            await save_partner(connection, client_id="a b", name="某银行", keys={}, now=now)
