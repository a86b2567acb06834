"""The self-test tells a bank's engineer which part of a signature is wrong (check S59)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.gateway.domain.signature_findings import CODES, sentence_of
from tests.builders.bank_signatures import (
    BANKS,
    COVERED,
    Rfc9421Bank,
    answer_key,
    ask,
    each_scheme,
    register,
    send,
)
from tests.builders.database import Urls
from tests.builders.gateway_house import House, assertion, house

TEST = "/v1/partner/self-test"
TEXT = '{"text": "你好"}'.encode()


@each_scheme
async def test_the_self_test_says_that_all_is_well(gateway: House, kind: str) -> None:
    bank = BANKS[kind]()
    reply = await ask(gateway, bank, await register(gateway, bank), target=TEST, body=TEXT)

    told = reply.json()
    assert (reply.status_code, told["text"], told["status"]) == (200, "你好", "active")
    assert (told["signature"]["holds"], told["signature"]["findings"]) == (True, [])
    assert (told["signature"]["scheme"], told["signature"]["key_id"]) == (bank.scheme, bank.kid)
    assert bank.answer_holds(reply, *await answer_key(gateway, bank))


@pytest.mark.parametrize(
    ("kind", "wrong", "finding"),
    [
        ("ed25519", {"covered": COVERED[:3]}, ("content-digest", "not_signed")),
        ("ed25519", {"covered": COVERED[1:]}, ("@method", "not_signed")),
        ("ed25519", {"kid": "sign-9"}, ("keyid", "unknown_key")),
        ("ed25519", {"tag": "other"}, ("tag", "missing")),
        ("ed25519", {"nonce": "short"}, ("nonce", "unreadable")),
        ("ed25519", {"url": "https://elsewhere.example" + TEST}, ("signature", "does_not_fit")),
        ("sm2", {"kid": "sign-9"}, ("serial_no", "unknown_key")),
        ("sm2", {"without": "nonce"}, ("nonce", "missing")),
        ("sm2", {"signer_id": b"other"}, ("signature", "does_not_fit")),
    ],
)
async def test_the_self_test_names_the_part_that_is_wrong(
    gateway: House, kind: str, wrong: dict[str, Any], finding: tuple[str, str]
) -> None:
    bank = BANKS[kind]()
    reply = await ask(gateway, bank, await register(gateway, bank), target=TEST, body=TEXT, **wrong)

    told = reply.json()["signature"]
    assert (reply.status_code, told["holds"]) == (200, False)
    assert finding in {(one["part"], one["code"]) for one in told["findings"]}
    assert all(one["message"].startswith(("缺少", one["part"])) for one in told["findings"])


async def test_the_self_test_tells_of_a_wrong_clock_a_changed_body_and_a_used_nonce(gateway: House) -> None:
    bank = Rfc9421Bank()
    token = await register(gateway, bank)

    def parts(reply: httpx.Response) -> set[tuple[str, str]]:
        return {(one["part"], one["code"]) for one in reply.json()["signature"]["findings"]}

    slow = await ask(gateway, bank, token, target=TEST, body=TEXT, at=gateway.clock.now() - timedelta(minutes=6))
    headers = bank.headers("POST", TEST, TEXT, token, gateway.clock.now())
    changed = await send(gateway, headers, target=TEST, body='{"text": "再见"}'.encode())
    first = await send(gateway, headers, target=TEST, body=TEXT)
    again = await send(gateway, headers, target=TEST, body=TEXT)

    assert parts(slow) == {("created", "time_outside")}
    assert parts(changed) == {("content-digest", "does_not_fit")}
    assert (parts(first), parts(again)) == (set(), {("nonce", "replayed")})


async def test_the_self_test_shows_what_should_be_signed_without_the_token(gateway: House) -> None:
    bank = Rfc9421Bank()
    token = await register(gateway, bank)

    reply = await ask(gateway, bank, token, target=TEST, body=TEXT)

    text = reply.json()["signature"]["signed_text"]
    assert f'"@target-uri": http://127.0.0.1:8000{TEST}' in text.split("\n")
    assert token not in reply.text


async def test_the_self_test_is_open_to_a_bank_that_does_not_sign_yet(gateway_database: Urls, tmp_path: Path) -> None:
    async with house(gateway_database, tmp_path, demonstration=False) as gateway:
        key = await gateway.bank()
        token = (await gateway.fetch_token(assertion(key))).json()["access_token"]

        reply = await send(
            gateway, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, target=TEST, body=TEXT
        )

        assert reply.status_code == 200
        assert reply.json()["signature"] | {"findings": []} == {
            "required": True,
            "scheme": "none",
            "holds": False,
            "key_id": None,
            "findings": [],
            "signed_text": "",
        }


def test_every_finding_has_a_sentence() -> None:
    assert all("nonce" in sentence_of("nonce", code) for code in CODES)
