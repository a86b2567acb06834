"""Which bank has to sign, what it is told when it does not, and that it can trust the answer (check S59)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders.bank_signatures import (
    BANKS,
    QUERY,
    Bank,
    Rfc9421Bank,
    Sm2Bank,
    answer_key,
    ask,
    code_of,
    each_scheme,
    register,
    send,
)
from tests.builders.database import Urls
from tests.builders.gateway_house import House, assertion, house


@each_scheme
async def test_a_signed_request_passes_and_its_answer_is_signed(gateway: House, kind: str) -> None:
    bank = BANKS[kind]()
    token = await register(gateway, bank)

    reply = await ask(gateway, bank, token)

    assert (reply.status_code, reply.json()) == (200, {"path": QUERY})
    assert bank.answer_holds(reply, *await answer_key(gateway, bank))
    assert gateway.siblings["credit"].asked == [QUERY]


@each_scheme
async def test_an_answer_that_was_changed_on_its_way_does_not_hold(gateway: House, kind: str) -> None:
    bank = BANKS[kind]()
    reply = await ask(gateway, bank, await register(gateway, bank))
    changed = httpx.Response(
        reply.status_code, headers=reply.headers, content=reply.content + b" ", request=reply.request
    )

    try:
        holds = bank.answer_holds(changed, *await answer_key(gateway, bank))
    except Exception:  # noqa: BLE001 - the library raises, whatever it is called
        holds = False

    assert not holds


@each_scheme
async def test_a_bank_that_signs_may_not_leave_it_out(gateway: House, kind: str) -> None:
    bank = BANKS[kind]()
    token = await register(gateway, bank)

    reply = await send(gateway, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})

    assert code_of(reply) == (401, "signature_required")
    assert reply.headers["www-authenticate"]


@each_scheme
async def test_a_signature_in_the_other_scheme_is_none(gateway: House, kind: str) -> None:
    bank = BANKS[kind]()
    token = await register(gateway, bank)
    other: Bank = Rfc9421Bank() if isinstance(bank, Sm2Bank) else Sm2Bank()

    assert code_of(await ask(gateway, other, token)) == (401, "signature_required")


async def test_outside_the_demonstration_every_bank_signs(gateway_database: Urls, tmp_path: Path) -> None:
    async with house(gateway_database, tmp_path, demonstration=False) as gateway:
        key = await gateway.bank()
        token = (await gateway.fetch_token(assertion(key))).json()["access_token"]
        bank = Rfc9421Bank()

        unsigned = await send(gateway, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        signed = await ask(gateway, bank, await register(gateway, bank, "bank-2"))

        assert code_of(unsigned) == (401, "signature_required")
        assert signed.status_code == 200


@each_scheme
async def test_a_refusal_does_not_tell_which_part_was_wrong_and_is_signed(gateway: House, kind: str) -> None:
    bank = BANKS[kind]()
    token = await register(gateway, bank)
    late = await ask(gateway, bank, token, at=gateway.clock.now() - timedelta(hours=1))
    foreign = await ask(gateway, BANKS[kind](), token)

    def told(reply: httpx.Response) -> dict[str, Any]:
        return {name: value for name, value in reply.json().items() if name != "request_id"}

    assert told(late) == told(foreign)
    assert "X-Bashan-Signature" in late.headers or "Signature" in late.headers


@each_scheme
@pytest.mark.parametrize(
    "junk",
    [
        {"Signature-Input": "(((", "Signature": "x", "X-Bashan-Signature": "(((", "Content-Digest": "y"},
        {"Signature-Input": 'a=();tag="bashan-partner"', "Signature": "b=:AAAA:", "X-Bashan-Signature": 'nonce="1"'},
        {"Signature-Input": 'a=("@query-param";name="x");tag="bashan-partner"', "Signature": "a=:AAAA:, a=:AAAA:"},
        {"Signature-Input": 'a="x";tag="bashan-partner";created=1', "X-Bashan-Signature": "=" * 3000},
        {"Signature-Input": "a=1;tag=" + "9" * 20, "Signature": "\t", "X-Bashan-Signature": 'a="b", ' * 5},
    ],
)
@pytest.mark.parametrize("target", [QUERY, QUERY + "?a=%zz", QUERY + '?"<>^`{|}'])
async def test_nonsense_in_place_of_a_signature_is_a_calm_refusal(
    quiet_gateway: House, kind: str, junk: dict[str, str], target: str
) -> None:
    bank = BANKS[kind]()
    token = await register(quiet_gateway, bank)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | junk

    reply = await send(quiet_gateway, headers, target=target)

    assert reply.status_code in (400, 401)
    assert reply.json()["code"] in ("signature_invalid", "signature_required", "path_not_canonical")


async def test_a_body_that_is_too_large_is_refused_before_it_is_signed_for(gateway: House) -> None:
    bank = Rfc9421Bank()
    token = await register(gateway, bank)

    assert code_of(await ask(gateway, bank, token, body=b"1" * 1_000_001)) == (413, "body_too_large")
