"""Authenticators: who needs one, each code once, and what is sensitive asks for it anew."""

import asyncio
import logging
from base64 import b32decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.gateway.domain.second_factor import RECOVERY_CODES
from services.gateway.storage.tables import metadata
from services.gateway.use_cases.save_user import forget_second_factor
from tests.builders.authenticator import Authenticator
from tests.builders.database import Urls
from tests.builders.gateway_house import PASSWORD, House, house, later

UNMASK = f"/v1/households/{uuid4()}/unmask"


@pytest.fixture
async def strict_gateway(gateway_database: Urls, tmp_path: Path) -> AsyncIterator[House]:
    """Outside the demonstration."""
    async with house(gateway_database, tmp_path, demonstration=False) as made:
        yield made


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def ask(gateway: House, path: str, token: str, body: dict[str, Any] | None = None) -> httpx.Response:
    return await gateway.client.post(path, json=body, headers=bearer(token))


async def enrolled(gateway: House, token: str) -> tuple[Authenticator, list[str]]:
    begun = await ask(gateway, "/v1/me/second-factor", token)
    assert begun.status_code == 200, begun.text
    phone = Authenticator(begun.json()["secret"])
    confirmed = await ask(gateway, "/v1/me/second-factor/confirm", token, {"code": phone.code(gateway.clock.now())})
    assert confirmed.status_code == 200, confirmed.text
    later(gateway, seconds=30)
    return phone, confirmed.json()["recovery_codes"]


async def log_in(gateway: House, second_factor: str | None = None) -> httpx.Response:
    body = {"username": "clerk", "password": PASSWORD}
    if second_factor is not None:
        body["second_factor"] = second_factor
    return await gateway.client.post("/v1/auth/password", json=body)


async def with_factor(gateway: House) -> tuple[Authenticator, list[str]]:
    await gateway.user()
    return await enrolled(gateway, (await log_in(gateway)).json()["access_token"])


async def test_outside_the_demonstration_an_official_without_authenticator_may_set_one_up_and_nothing_else(
    strict_gateway: House,
) -> None:
    gateway = strict_gateway
    await gateway.user()
    tokens = (await log_in(gateway)).json()
    token = tokens["access_token"]

    assert (await gateway.me(token)).json()["roles"] == [{"role": "enrolling", "regions": []}]
    refused = await gateway.client.get("/v1/regions/511921", headers=bearer(token))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    await enrolled(gateway, token)

    fresh = (await gateway.refresh(tokens["refresh_token"])).json()["access_token"]
    assert (await gateway.client.get("/v1/regions/511921", headers=bearer(fresh))).status_code == 200
    assert (await gateway.me(fresh)).json()["roles"] == [{"role": "county_official", "regions": ["511921"]}]


@pytest.mark.parametrize(
    ("grants", "needs"),
    [
        ({"operator": []}, True),
        ({"cadre": []}, True),
        ({"village_official": ["511921100201"]}, True),
        ({"operator": [], "auditor": []}, True),
        ({"auditor": []}, False),
        ({"household": []}, False),
    ],
)
async def test_operators_and_who_unmasks_need_one(
    strict_gateway: House, grants: dict[str, list[str]], needs: bool
) -> None:
    await strict_gateway.user(grants=grants)

    roles = (await strict_gateway.me((await log_in(strict_gateway)).json()["access_token"])).json()["roles"]

    assert ({role["role"] for role in roles} == {"enrolling"}) == needs


async def test_in_the_demonstration_nobody_needs_one(gateway: House) -> None:
    await gateway.user()
    token = (await log_in(gateway)).json()["access_token"]

    assert (await ask(gateway, UNMASK, token, {})).status_code == 200


async def test_who_has_one_logs_in_with_password_and_code(gateway: House) -> None:
    phone, _ = await with_factor(gateway)

    without = await log_in(gateway)
    wrong = await log_in(gateway, "000000")
    right = await log_in(gateway, phone.code(gateway.clock.now()))

    assert (without.status_code, without.json()["code"]) == (401, "second_factor_required")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "second_factor_wrong")
    assert right.status_code == 200


async def test_a_wrong_password_says_nothing_of_the_authenticator(gateway: House) -> None:
    phone, _ = await with_factor(gateway)
    body = {"username": "clerk", "password": "not the password", "second_factor": phone.code(gateway.clock.now())}

    reply = await gateway.client.post("/v1/auth/password", json=body)

    assert (reply.status_code, reply.json()["code"]) == (401, "login_refused")


async def test_a_code_opens_one_login_also_among_ten_at_once(gateway: House) -> None:
    phone, _ = await with_factor(gateway)
    code = phone.code(gateway.clock.now())

    async def from_address(number: int) -> int:
        async with gateway.at(f"198.51.100.{number}") as client:
            body = {"username": "clerk", "password": PASSWORD, "second_factor": code}
            return (await client.post("/v1/auth/password", json=body)).status_code

    statuses = await asyncio.gather(*(from_address(number) for number in range(10)))

    assert statuses.count(200) == 1
    assert (await log_in(gateway, code)).status_code in {401, 429}


async def test_codes_of_other_minutes_do_not_open(gateway: House) -> None:
    phone, _ = await with_factor(gateway)
    old = phone.code(gateway.clock.now())
    later(gateway, seconds=95)

    assert (await log_in(gateway, old)).status_code == 401


async def test_guessing_codes_behind_the_right_password_has_to_wait(gateway: House) -> None:
    phone, _ = await with_factor(gateway)
    async with gateway.at("198.51.100.7") as thief:
        body = {"username": "clerk", "password": PASSWORD}
        guesses = [
            (await thief.post("/v1/auth/password", json=body | {"second_factor": f"{number:06}"})).status_code
            for number in range(7)
        ]

    assert guesses == [401] * 5 + [429] * 2
    # The owner, at the usual address, is not locked out.
    assert (await log_in(gateway, phone.code(gateway.clock.now()))).status_code == 200


async def test_forgetting_to_type_the_code_is_no_failure(gateway: House) -> None:
    phone, _ = await with_factor(gateway)

    assert {(await log_in(gateway)).status_code for _ in range(8)} == {401}
    assert (await log_in(gateway, phone.code(gateway.clock.now()))).status_code == 200


async def test_each_recovery_code_opens_one_login_however_it_is_typed(gateway: House) -> None:
    _, codes = await with_factor(gateway)

    assert len(set(codes)) == RECOVERY_CODES
    assert (await log_in(gateway, codes[0].lower().replace("-", " "))).status_code == 200
    assert (await log_in(gateway, codes[0])).status_code == 401
    token = (await log_in(gateway, codes[1])).json()["access_token"]
    standing = (await gateway.client.get("/v1/me/second-factor", headers=bearer(token))).json()
    assert (standing["enrolled"], standing["recovery_codes_left"]) == (True, RECOVERY_CODES - 2)


async def test_unmasking_asks_for_a_code_that_was_shown_in_the_last_ten_minutes(strict_gateway: House) -> None:
    gateway = strict_gateway
    phone, _ = await with_factor(gateway)
    token = (await log_in(gateway, phone.code(gateway.clock.now()))).json()["access_token"]

    at_once = await ask(gateway, UNMASK, token, {})
    later(gateway, minutes=10)
    late = await ask(gateway, UNMASK, token, {})
    stepped = await ask(gateway, "/v1/me/step-up", token, {"second_factor": phone.code(gateway.clock.now())})
    again = await ask(gateway, UNMASK, stepped.json()["access_token"], {})

    assert (at_once.status_code, late.status_code, again.status_code) == (200, 403, 200)
    assert late.json()["code"] == "step_up_required"
    assert 0 < stepped.json()["expires_in"] <= 300
    assert (await gateway.me(stepped.json()["access_token"])).json()["session_id"] == (
        (await gateway.me(token)).json()["session_id"]
    )


async def test_a_household_that_comes_by_wechat_needs_no_code_for_its_own_numbers(strict_gateway: House) -> None:
    token = strict_gateway.signed(strict_gateway.claims(grants=[["household"]]))

    assert (await ask(strict_gateway, UNMASK, token, {})).status_code == 200


async def test_a_wrong_code_steps_nobody_up_and_is_counted(gateway: House) -> None:
    phone, _ = await with_factor(gateway)
    token = (await log_in(gateway, phone.code(gateway.clock.now()))).json()["access_token"]

    tries = [await ask(gateway, "/v1/me/step-up", token, {"second_factor": f"{n:06}"}) for n in range(6)]

    assert [reply.status_code for reply in tries] == [401] * 5 + [429]


async def test_an_authenticator_is_replaced_only_by_who_has_it_at_hand(gateway: House) -> None:
    phone, _ = await with_factor(gateway)
    shown = (await log_in(gateway, phone.code(gateway.clock.now()))).json()
    not_shown = (await gateway.refresh(shown["refresh_token"])).json()["access_token"]

    assert (await ask(gateway, "/v1/me/second-factor", not_shown)).json()["code"] == "step_up_required"
    other, _ = await enrolled(gateway, shown["access_token"])

    assert (await log_in(gateway, phone.code(gateway.clock.now()))).status_code == 401
    assert (await log_in(gateway, other.code(gateway.clock.now()))).status_code == 200


async def test_what_was_not_begun_cannot_be_confirmed_or_shown(gateway: House) -> None:
    await gateway.user()
    token = (await log_in(gateway)).json()["access_token"]

    confirmed = await ask(gateway, "/v1/me/second-factor/confirm", token, {"code": "123456"})
    shown = await ask(gateway, "/v1/me/step-up", token, {"second_factor": "123456"})

    assert (confirmed.status_code, confirmed.json()["code"]) == (409, "second_factor_not_begun")
    assert (shown.status_code, shown.json()["code"]) == (409, "second_factor_not_enrolled")
    assert shown.json()["allowed"] == ["POST /v1/me/second-factor"]


async def test_a_lost_telephone_is_forgotten_by_the_operator_and_ends_every_session(gateway: House) -> None:
    phone, _codes = await with_factor(gateway)
    tokens = (await log_in(gateway, phone.code(gateway.clock.now()))).json()
    async with gateway.rooms.desk.database.transaction() as connection:
        await forget_second_factor(connection, "clerk", now=gateway.clock.now(), actor="command:root")

    assert (await gateway.refresh(tokens["refresh_token"])).status_code == 401
    assert (await log_in(gateway)).status_code == 200
    events = [row[0] for row in await gateway.rows("SELECT event FROM audit_events ORDER BY seq")]
    assert {"second_factor_enrolled", "second_factor_forgotten"} <= set(events)


async def test_secret_and_recovery_codes_are_kept_nowhere_in_plain(
    gateway: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await gateway.user()
    token = (await log_in(gateway)).json()["access_token"]
    secret = (await ask(gateway, "/v1/me/second-factor", token)).json()["secret"]
    _phone, codes = await enrolled(gateway, token)

    kept = str([await gateway.rows(f"SELECT {name}::text FROM {name}") for name in metadata.tables])  # noqa: S608 - our own tables' names
    raw = b32decode(secret + "=" * (-len(secret) % 8)).hex()
    for place in (kept, caplog.text):
        assert not any(word in place for word in (secret, raw, codes[0], codes[0].replace("-", "")))
