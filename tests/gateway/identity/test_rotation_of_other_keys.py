"""Services' keys for calls to each other, and the keys of answers to banks, change while everything runs too.

Check S64.
"""

import asyncio
import json
import time
from pathlib import Path

import httpx
import pytest

from bashan.hand_out import files_of, write_everywhere
from bashan.keys_command import Of
from bashan.private_file import write_private
from bashan.secret_files import ensure_secrets
from shared import answer_keys, token_keys
from shared.answer_keys import ANSWER_KEYS, rotate_answer_key
from shared.service_tokens import (
    SERVICE_KEYS,
    ServiceIdentity,
    caller_of,
    internal_opener,
    load_service_key,
    rotate_service_key,
)
from shared.token_keys import Rotation, TokenKeys, TooSoon
from shared.tokens import SigningKey, TokenRefused
from tests.builders.bank_signatures import Bank, Rfc9421Bank, Sm2Bank, ask, register
from tests.builders.gateway_house import House, later

BANKS: dict[str, type[Bank]] = {"p256": Rfc9421Bank, "sm2": Sm2Bank}
each_kind = pytest.mark.parametrize("kind", BANKS)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in a tenth of the time."""
    for module in (token_keys, answer_keys):
        monkeypatch.setattr(module, "READ_EVERY_SECONDS", 0.1)
        monkeypatch.setattr(module, "KNOWN_EVERYWHERE_AFTER", 1)


def rotate(folder: Path, name: str = "credit", overlap_seconds: int = 2) -> Rotation:
    return rotate_service_key(name, folder, overlap_seconds=overlap_seconds, now=int(time.time()), write=write_private)


def credit_at(gateway: House) -> httpx.AsyncClient:
    """The credit service calls the gateway's internal addresses."""
    identity = ServiceIdentity("credit", lambda: load_service_key("credit", gateway.secrets_dir), "gateway")
    return httpx.AsyncClient(transport=httpx.ASGITransport(gateway.app.own), base_url="http://gateway", auth=identity)


def shown(reply: httpx.Response) -> str:
    return reply.request.headers["authorization"].partition(" ")[2]


@pytest.mark.parametrize("overlap_seconds", [2, 0])
async def test_a_services_key_changes_without_a_refused_call_and_the_old_one_ends(
    gateway: House, overlap_seconds: int
) -> None:
    async with credit_at(gateway) as credit:
        before = await credit.get("/internal/openapi.json")
        done = rotate(gateway.secrets_dir, overlap_seconds=overlap_seconds)
        seen = []
        while time.time() < done.old_until + 0.5:
            seen.append((await credit.get("/internal/openapi.json")).status_code)
            await asyncio.sleep(0.02)
    async with credit_at(gateway) as credit:
        after = await credit.get("/internal/openapi.json")
    old = await credit_at(gateway).get(
        "/internal/openapi.json", auth=None, headers={"Authorization": f"Bearer {shown(before)}"}
    )

    assert (before.status_code, after.status_code, old.status_code) == (200, 200, 401)
    assert len(seen) > 3
    assert set(seen) == {200}
    assert done.old_kid == "credit"
    assert done.kid.startswith("credit.")


def test_a_changed_key_signs_for_its_own_service_only(tmp_path: Path) -> None:
    folder = ensure_secrets(tmp_path)
    done = rotate(folder)
    stored = json.loads((folder / "service-credit.json").read_text())
    stolen = SigningKey(done.kid, stored["private_pem"])
    opener = internal_opener("households", TokenKeys(folder / SERVICE_KEYS).live)

    def token_of(name: str) -> str:
        request = httpx.Request("GET", "http://households/")
        next(ServiceIdentity(name, lambda: stolen, "households").auth_flow(request))
        return str(request.headers["authorization"]).partition(" ")[2]

    assert caller_of(opener, token_of("credit")) == "credit"
    with pytest.raises(TokenRefused):
        caller_of(opener, token_of("gateway"))


def test_a_second_rotation_waits_for_the_first_and_then_begins_from_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ensure_secrets(tmp_path)
    monkeypatch.setattr(token_keys, "KNOWN_EVERYWHERE_AFTER", 5)
    first = rotate(folder)
    with pytest.raises(TooSoon):
        rotate(folder)

    monkeypatch.setattr(time, "time", lambda: first.signs_from + 1.0)
    second = rotate(folder)

    assert second.old_kid == first.kid == load_service_key("credit", folder).kid


async def answered_with(gateway: House, bank: Bank, token: str) -> str:
    """The id of the key by which an answer holds, of those that the gateway shows."""
    reply = await ask(gateway, bank, token)
    keys = (await gateway.client.get("/.well-known/partner-answer-keys.json")).json()["keys"]
    said = " ".join(reply.headers.get_list("signature-input") + reply.headers.get_list("x-bashan-signature"))
    (key,) = [key for key in keys if f'"{key["kid"]}"' in said]
    assert bank.answer_holds(reply, key["kid"], key["public_pem"])
    return str(key["kid"])


async def shown_kids(gateway: House, bank: Bank) -> set[str]:
    keys = (await gateway.client.get("/.well-known/partner-answer-keys.json")).json()["keys"]
    return {key["kid"] for key in keys if key["scheme"] == bank.scheme}


@each_kind
async def test_a_bank_knows_a_new_answer_key_before_it_signs_and_the_old_one_after(gateway: House, kind: str) -> None:
    # The library by which a bank checks knows the true time, and nothing of what is to come.
    later(gateway, seconds=-200)
    bank = BANKS[kind]()
    token = await register(gateway, bank)
    now = int(gateway.clock.now().timestamp())
    done = rotate_answer_key(
        gateway.secrets_dir / ANSWER_KEYS, kind, notice_seconds=120, overlap_seconds=60, now=now, write=write_private
    )
    await asyncio.sleep(0.3)

    assert await shown_kids(gateway, bank) == {done.kid, done.old_kid}
    assert await answered_with(gateway, bank, token) == done.old_kid
    later(gateway, seconds=122)
    assert await answered_with(gateway, bank, token) == done.kid
    assert await shown_kids(gateway, bank) == {done.kid, done.old_kid}
    later(gateway, seconds=61)
    assert await answered_with(gateway, bank, token) == done.kid
    assert await shown_kids(gateway, bank) == {done.kid}


def test_the_other_kinds_key_stays_and_a_second_rotation_waits(tmp_path: Path) -> None:
    path = ensure_secrets(tmp_path) / ANSWER_KEYS
    before = json.loads(path.read_text())
    rotate_answer_key(path, "sm2", notice_seconds=60, overlap_seconds=60, now=1000, write=write_private)

    assert json.loads(path.read_text())["p256"] == before["p256"]
    with pytest.raises(TooSoon):
        rotate_answer_key(path, "sm2", notice_seconds=60, overlap_seconds=60, now=1030, write=write_private)


def test_a_key_that_is_changed_reaches_the_services_that_read_it_and_no_other(tmp_path: Path) -> None:
    own, target = ensure_secrets(tmp_path / "own"), tmp_path / "for"
    for service in ("credit", "gateway"):
        (target / service).mkdir(parents=True)

    rotate_service_key(
        "credit",
        own,
        overlap_seconds=60,
        now=int(time.time()),
        write=lambda path, text: write_everywhere(target, path, text),
    )

    public = (own / SERVICE_KEYS).read_text()
    assert {(target / service / SERVICE_KEYS).read_text() for service in ("credit", "gateway")} == {public}
    assert (target / "credit" / "service-credit.json").stat().st_mode & 0o777 == 0o600
    assert not (target / "gateway" / "service-credit.json").exists()


def test_every_key_that_signs_has_a_rotation() -> None:
    signing = {name for service in ("households", "cadres", "credit", "gateway") for name in files_of(service)}
    assert {f"service-{of.value}.json" for of in Of} & signing == {
        f"service-{service}.json" for service in ("households", "cadres", "credit", "gateway")
    }
    assert {of.answers for of in Of} - {None} == set(answer_keys.KINDS)
