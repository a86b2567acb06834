"""A bank's requests are signed as agreed: every signed part counts, each nonce counts once, answers are signed too."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.gateway.domain.signature_findings import CODES, sentence_of
from tests.builders.bank_signatures import (
    BODY,
    COVERED,
    QUERY,
    Bank,
    Rfc9421Bank,
    Sm2Bank,
    ask,
    fields_of,
    register,
    send,
)
from tests.builders.database import Urls
from tests.builders.gateway_house import House, assertion, house, later

BANKS: dict[str, Callable[[], Bank]] = {"ed25519": Rfc9421Bank, "p256": Rfc9421Bank.on_p256, "sm2": Sm2Bank}
each_scheme = pytest.mark.parametrize("kind", BANKS)


def code_of(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json().get("code", "")


async def answer_key(gateway: House, bank: Bank) -> tuple[str, str]:
    keys = (await gateway.client.get("/.well-known/partner-answer-keys.json")).json()["keys"]
    return next((key["kid"], key["public_pem"]) for key in keys if key["scheme"] == bank.scheme)


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
    key = await gateway.bank("bank-1")
    del key
    headers = bank.headers("POST", QUERY, BODY, "another.token.than-this", gateway.clock.now())

    reply = await send(gateway, {**headers, "Authorization": f"Bearer {token}"})

    assert code_of(reply)[0] == 401


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


async def test_used_nonces_are_forgotten_when_they_cannot_count_again(gateway: House) -> None:
    from services.gateway.use_cases.forget_old import forget_old

    bank = Rfc9421Bank()
    await ask(gateway, bank, await register(gateway, bank))
    desk = gateway.rooms.desk

    await forget_old(desk.database, gateway.clock)
    assert len(await gateway.rows("SELECT 1 FROM used_nonces")) == 1
    later(gateway, minutes=12)
    await forget_old(desk.database, gateway.clock)
    assert await gateway.rows("SELECT 1 FROM used_nonces") == []


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
