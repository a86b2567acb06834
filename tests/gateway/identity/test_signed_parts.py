"""Each signed part of a bank's request counts, five minutes long, and each nonce once (check S59)."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from services.gateway.use_cases.forget_old import forget_old
from tests.builders.bank_signatures import (
    BANKS,
    BODY,
    COVERED,
    QUERY,
    Rfc9421Bank,
    Sm2Bank,
    ask,
    code_of,
    each_scheme,
    fields_of,
    register,
    send,
)
from tests.builders.gateway_house import House, later


@each_scheme
async def test_of_twenty_with_one_nonce_one_passes(gateway: House, kind: str) -> None:
    bank = BANKS[kind]()
    token = await register(gateway, bank)
    headers = bank.headers("POST", QUERY, BODY, token, gateway.clock.now())

    replies = await asyncio.gather(*(send(gateway, headers) for _ in range(20)))

    assert sorted(map(code_of, replies)) == [(200, "")] + [(401, "signature_replayed")] * 19
    assert len(gateway.siblings["credit"].asked) == 1


async def test_two_banks_may_draw_the_same_nonce(gateway: House) -> None:
    first, second = Rfc9421Bank(), Rfc9421Bank()
    nonce = "the-same-nonce-of-both"

    one = await ask(gateway, first, await register(gateway, first), nonce=nonce)
    other = await ask(gateway, second, await register(gateway, second, "bank-2"), nonce=nonce)

    assert (one.status_code, other.status_code) == (200, 200)


@each_scheme
@pytest.mark.parametrize(
    ("seconds", "code"), [(-299, ""), (299, ""), (-301, "signature_invalid"), (301, "signature_invalid")]
)
async def test_five_minutes_off_is_too_much(gateway: House, kind: str, seconds: int, code: str) -> None:
    bank = BANKS[kind]()
    token = await register(gateway, bank)

    reply = await ask(gateway, bank, token, at=gateway.clock.now() + timedelta(seconds=seconds))

    assert code_of(reply) == (401 if code else 200, code)


@each_scheme
@pytest.mark.parametrize("change", ["body", "method", "path", "query", "time", "nonce", "signature"])
async def test_each_signed_part_counts(gateway: House, kind: str, change: str) -> None:
    bank = BANKS[kind]()
    token = await register(gateway, bank)
    headers = bank.headers("POST", QUERY, BODY, token, gateway.clock.now())
    sent: dict[str, Any] = {"method": "POST", "target": QUERY, "body": BODY}
    match change:
        case "body":
            sent["body"] = b'{"queries": [ ]}'
        case "method":
            sent |= {"method": "GET", "target": "/v1/partner/query-log"}
            headers = bank.headers("POST", "/v1/partner/query-log", BODY, token, gateway.clock.now())
        case "path":
            sent["target"] = "/v1/partner/loan-events"
        case "query":
            sent["target"] = QUERY + "?day=2026-11-24"
        case _:
            headers = altered(headers, change)

    assert code_of(await send(gateway, headers, **sent)) == (401, "signature_invalid")
    assert gateway.siblings["credit"].asked == []


def altered(headers: Mapping[str, str], part: str) -> dict[str, str]:
    """The same headers with the time, the nonce or the signature changed after signing."""
    if "X-Bashan-Signature" in headers:
        name = {"time": "timestamp"}.get(part, part)
        fields = fields_of(headers)
        fields[name] = fields[name][:-5] + ("A1234" if part == "signature" else "12345")
        return {**headers, "X-Bashan-Signature": ",".join(f'{key}="{value}"' for key, value in fields.items())}
    if part == "signature":
        label, _, value = headers["Signature"].partition("=:")
        flipped = "B" if value[0] == "A" else "A"
        return {**headers, "Signature": f"{label}=:{flipped}{value[1:]}"}
    before, mark, after = headers["Signature-Input"].partition({"time": "created=", "nonce": 'nonce="'}[part])
    changed = str(int(after[:10]) + 1) + after[10:] if part == "time" else ("B" if after[0] == "A" else "A") + after[1:]
    return {**headers, "Signature-Input": before + mark + changed}


async def test_the_token_is_part_of_an_rfc_9421_signature(gateway: House) -> None:
    bank = Rfc9421Bank()
    token = await register(gateway, bank)
    headers = bank.headers("POST", QUERY, BODY, "another.token.than-this", gateway.clock.now())

    reply = await send(gateway, {**headers, "Authorization": f"Bearer {token}"})

    assert code_of(reply) == (401, "signature_invalid")


@pytest.mark.parametrize("missing", COVERED)
async def test_a_component_that_is_not_signed_is_refused(gateway: House, missing: str) -> None:
    bank = Rfc9421Bank()
    token = await register(gateway, bank)

    reply = await ask(gateway, bank, token, covered=tuple(name for name in COVERED if name != missing))

    assert code_of(reply) == (401, "signature_invalid")


async def test_path_and_query_stand_for_the_whole_target(gateway: House) -> None:
    bank = Rfc9421Bank()
    token = await register(gateway, bank)
    read: dict[str, Any] = {"method": "GET", "target": "/v1/partner/query-log?day=2026-11-24", "body": b""}

    whole = await ask(gateway, bank, token, **read, covered=("@method", "@path", "@query", "authorization"))
    half = await ask(gateway, bank, token, **read, covered=("@method", "@path", "authorization"))

    assert (whole.status_code, code_of(half)) == (200, (401, "signature_invalid"))


async def test_a_signature_for_another_purpose_or_address_is_refused(gateway: House) -> None:
    bank = Rfc9421Bank()
    token = await register(gateway, bank)

    assert code_of(await ask(gateway, bank, token, tag="something-else"))[0] == 401
    assert code_of(await ask(gateway, bank, token, url="https://elsewhere.example" + QUERY))[0] == 401


@pytest.mark.parametrize("field", ["serial_no", "timestamp", "nonce", "signature"])
async def test_each_field_of_the_five_line_header_is_needed(gateway: House, field: str) -> None:
    bank = Sm2Bank()
    token = await register(gateway, bank)

    assert code_of(await ask(gateway, bank, token, without=field)) == (401, "signature_invalid")


async def test_another_signers_id_is_refused(gateway: House) -> None:
    bank = Sm2Bank()
    token = await register(gateway, bank)

    assert code_of(await ask(gateway, bank, token, signer_id=b"8765432187654321")) == (401, "signature_invalid")


@each_scheme
async def test_another_banks_key_and_an_unknown_one_are_refused(gateway: House, kind: str) -> None:
    bank, other = BANKS[kind](), BANKS[kind]()
    token = await register(gateway, bank)
    other.kid = "sign-2"
    await register(gateway, other, "bank-2")

    assert code_of(await ask(gateway, other, token)) == (401, "signature_invalid")
    assert code_of(await ask(gateway, bank, token, kid="sign-9")) == (401, "signature_invalid")


async def test_used_nonces_are_forgotten_when_they_cannot_count_again(gateway: House) -> None:
    bank = Rfc9421Bank()
    await ask(gateway, bank, await register(gateway, bank))
    desk = gateway.rooms.desk

    await forget_old(desk.database, gateway.clock)
    assert len(await gateway.rows("SELECT 1 FROM used_nonces")) == 1
    later(gateway, minutes=12)
    await forget_old(desk.database, gateway.clock)
    assert await gateway.rows("SELECT 1 FROM used_nonces") == []
