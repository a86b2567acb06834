"""A villager's first login through WeChat: the openid is bound to the person whom phone and ID number name together.

Checks S11, S13.
"""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.gateway.api.wechat_stand_in import WechatStandIn, openid_of_code
from services.gateway.clients.wechat import REST_SECONDS, WeChat
from services.gateway.domain.errors import WechatBusy, WechatCodeInvalid, WechatUnavailable, WechatUserBlocked
from services.gateway.storage.tables import metadata
from shared.errors import Failure
from tests.builders.gateway_house import House

CODE, OTHER_CODE = "a-new-villagers-code-1", "another-telephones-code"
PHONE, ID_NUMBER = "13800000001", "511921197003071213"
PHONE_CODE = f"phone-{PHONE}-a"
GOOD = {"code": CODE, "phone_code": PHONE_CODE, "id_number": ID_NUMBER}
PERSON = {"household_id": str(uuid4()), "member_id": str(uuid4()), "name": "李**"}


def registered(gateway: House) -> None:
    """The households service knows one person."""

    def match(asked: dict[str, Any]) -> dict[str, Any]:
        known = asked == {"id_number": ID_NUMBER, "phone": PHONE}
        return {"person": PERSON if known else None}

    gateway.siblings["households"].answers["/internal/persons/match"] = match


async def bind(gateway: House, client: httpx.AsyncClient | None = None, **changes: str) -> httpx.Response:
    body = GOOD | changes
    return await (client or gateway.client).post("/v1/auth/wechat/binding", json=body)


def shown(reply: httpx.Response) -> dict[str, object]:
    return {name: value for name, value in reply.json().items() if name != "request_id"}


async def test_phone_and_id_number_bind_the_wechat_to_the_person_for_good(gateway: House) -> None:
    registered(gateway)

    first = await bind(gateway)
    again = await gateway.client.post("/v1/auth/wechat", json={"code": CODE})

    assert (first.status_code, again.status_code) == (200, 200), first.text
    me = (await gateway.me(again.json()["access_token"])).json()
    assert (me["name"], me["household_id"], me["roles"]) == (
        "李**",
        PERSON["household_id"],
        [{"role": "household", "regions": []}],
    )


async def test_a_wrong_an_unknown_and_a_disabled_person_look_the_same(gateway: House) -> None:
    registered(gateway)
    others_phone = await bind(gateway, phone_code="phone-13900000009-a")
    unknown = await bind(gateway, id_number="511921198001010019")
    await gateway.user(f"member-{PERSON['member_id']}", password=None, grants={"household": []}, status="disabled")
    disabled = await bind(gateway)

    assert {reply.status_code for reply in (others_phone, unknown, disabled)} == {403}
    assert shown(others_phone) == shown(unknown) == shown(disabled)
    assert shown(unknown)["code"] == "wechat_binding_refused"
    assert (await gateway.client.post("/v1/auth/wechat", json={"code": CODE})).status_code == 403


async def test_a_disabled_wechat_is_not_let_back_by_binding_it_to_somebody_else(gateway: House) -> None:
    registered(gateway)
    await bind(gateway)
    await gateway.user(f"member-{PERSON['member_id']}", password=None, grants={"household": []}, status="disabled")
    other = PERSON | {"member_id": str(uuid4())}
    gateway.siblings["households"].answers["/internal/persons/match"] = lambda _asked: {"person": other}

    assert (await bind(gateway)).status_code == 403


async def test_the_sixth_wrong_try_has_to_wait_and_nobody_is_asked(gateway: House) -> None:
    registered(gateway)

    tries = [await bind(gateway, id_number="511921198001010019") for _ in range(5)]
    asked = len(gateway.siblings["households"].asked)
    sixth = await bind(gateway)

    assert [reply.status_code for reply in tries] == [403] * 5
    assert (sixth.status_code, sixth.json()["code"]) == (429, "too_many_logins")
    assert len(gateway.siblings["households"].asked) == asked
    # Another villager, elsewhere, is not held up.
    async with gateway.at("198.51.100.9") as elsewhere:
        assert (await bind(gateway, elsewhere, code=OTHER_CODE)).status_code == 200


async def test_ten_at_once_make_one_user_with_one_binding(gateway: House) -> None:
    registered(gateway)

    async def from_address(number: int) -> int:
        async with gateway.at(f"198.51.100.{number}") as client:
            return (await bind(gateway, client, code=f"telephone-{number}-of-the-person")).status_code

    replies = await asyncio.gather(*(from_address(number) for number in range(10)))

    assert set(replies) == {200}
    assert (await gateway.rows("SELECT count(*) FROM users"))[0][0] == 1
    assert (await gateway.rows("SELECT count(*) FROM wechat_bindings"))[0][0] == 1


async def test_a_new_telephone_takes_the_place_of_the_old_one_and_signs_it_out(gateway: House) -> None:
    registered(gateway)
    old = (await bind(gateway)).json()

    assert (await bind(gateway, code=OTHER_CODE)).status_code == 200

    assert (await gateway.refresh(old["refresh_token"])).status_code == 401
    assert (await gateway.client.post("/v1/auth/wechat", json={"code": CODE})).status_code == 403


async def test_a_households_service_that_is_away_is_no_failed_try(gateway: House) -> None:
    registered(gateway)
    gateway.siblings["households"].is_ready = False
    away = [await bind(gateway) for _ in range(7)]
    gateway.siblings["households"].is_ready = True

    assert {(reply.status_code, reply.json()["code"]) for reply in away} == {(503, "sibling_away")}
    assert (await bind(gateway)).status_code == 200


async def test_numbers_and_openid_are_kept_nowhere(gateway: House, caplog: pytest.LogCaptureFixture) -> None:
    registered(gateway)
    replies = [await bind(gateway), await bind(gateway, id_number="511921198001010019")]

    kept = str([await gateway.rows(f"SELECT {name}::text FROM {name}") for name in metadata.tables])  # noqa: S608 - our own tables' names
    for place in (*(f"{reply.text} {reply.headers}" for reply in replies), caplog.text, kept):
        assert not any(secret in place for secret in (ID_NUMBER, PHONE, openid_of_code(CODE), "stand-in-access-token"))


@pytest.mark.parametrize("field", ["code", "phone_code", "id_number"])
async def test_what_is_no_code_and_no_number_goes_nowhere(quiet_gateway: House, field: str) -> None:
    assert (await quiet_gateway.client.post("/v1/auth/wechat/binding", json=GOOD | {field: "x y"})).status_code == 422


def wechat_over(transport: httpx.AsyncBaseTransport, clock: Any = None) -> WeChat:
    return WeChat("http://wechat", "app", "secret", transport, **({"clock": clock} if clock else {}))


async def test_fifty_who_need_the_access_token_fetch_it_once() -> None:
    stand_in = WechatStandIn()
    wechat = wechat_over(httpx.ASGITransport(stand_in))

    phones = await asyncio.gather(*(wechat.phone_of(f"phone-1380000{number:04}-a") for number in range(50)))

    assert len(set(phones)) == 50
    assert stand_in.tokens_given == 1
    await wechat.aclose()


async def test_an_access_token_that_ran_out_early_is_replaced_once_for_all() -> None:
    stand_in = WechatStandIn()
    wechat = wechat_over(httpx.ASGITransport(stand_in))
    await wechat.phone_of(PHONE_CODE)
    stand_in.forget_token()

    phones = await asyncio.gather(*(wechat.phone_of(PHONE_CODE) for _ in range(20)))

    assert set(phones) == {PHONE}
    assert stand_in.tokens_given == 2
    await wechat.aclose()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("errcode-40029-a", WechatCodeInvalid),
        ("errcode-40163-a", WechatCodeInvalid),
        ("errcode-40226-a", WechatUserBlocked),
        ("errcode-45011-a", WechatBusy),
        ("errcode--1-a", WechatBusy),
        ("errcode-40013-a", WechatUnavailable),
        ("nonsense", WechatCodeInvalid),
    ],
)
async def test_wechats_refusals_of_a_phone_code_become_ours(code: str, error: type[Failure]) -> None:
    wechat = wechat_over(httpx.ASGITransport(WechatStandIn()))

    with pytest.raises(error):
        await wechat.phone_of(code)
    await wechat.aclose()


async def test_a_phone_code_is_taken_once_by_wechat() -> None:
    wechat = wechat_over(httpx.ASGITransport(WechatStandIn(once=True)))

    assert await wechat.phone_of(PHONE_CODE) == PHONE
    with pytest.raises(WechatCodeInvalid):
        await wechat.phone_of(PHONE_CODE)
    await wechat.aclose()


async def test_a_wechat_that_does_not_answer_is_left_alone_and_probed_again() -> None:
    now, asked, ill = 0.0, 0, True

    def say(_request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if ill:
            raise httpx.ReadTimeout("slow")
        return httpx.Response(200, json={"openid": "o" * 28, "session_key": "k"})

    wechat = wechat_over(httpx.MockTransport(say), lambda: now)
    for _ in range(20):
        with pytest.raises(WechatUnavailable):
            await wechat.openid_of(CODE)
    assert asked == 5
    now, ill = REST_SECONDS, False

    assert await wechat.openid_of(CODE) == "o" * 28
    assert await wechat.openid_of(CODE) == "o" * 28
    await wechat.aclose()
