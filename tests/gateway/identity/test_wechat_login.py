"""Logging in through WeChat, over a stand-in that answers as WeChat does (checks S13)."""

import logging
import traceback
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.gateway.api.wechat_stand_in import WechatStandIn, openid_of_code
from services.gateway.clients.wechat import WeChat
from services.gateway.domain.errors import WechatCodeInvalid, WechatUnavailable
from services.gateway.storage.tables import metadata
from services.gateway.use_cases.save_user import bind_household, bind_wechat
from shared.errors import Failure
from tests.builders.database import Urls
from tests.builders.gateway_house import House, house

CODE = "demonstration-code-0001"


async def bound_household(gateway: House) -> str:
    household_id = uuid4()
    user_id = await gateway.user("household-1", password=None, name="李**", grants={"household": []})
    async with gateway.rooms.desk.database.transaction() as connection:
        await bind_household(connection, user_id, household_id, now=gateway.clock.now())
        await bind_wechat(connection, user_id, openid_of_code(CODE), now=gateway.clock.now())
    return str(household_id)


async def log_in(gateway: House, code: str = CODE) -> httpx.Response:
    return await gateway.client.post("/v1/auth/wechat", json={"code": code})


async def test_a_bound_villager_logs_in_again_and_again_in_the_demonstration(gateway: House) -> None:
    household_id = await bound_household(gateway)

    first, second = await log_in(gateway), await log_in(gateway)

    assert (first.status_code, second.status_code) == (200, 200)
    me = (await gateway.me(second.json()["access_token"])).json()
    assert (me["household_id"], me["roles"]) == (household_id, [{"role": "household", "regions": []}])


async def test_an_unbound_wechat_is_told_where_to_go(gateway: House) -> None:
    reply = await log_in(gateway, "somebody-elses-code-1")

    assert (reply.status_code, reply.json()["code"]) == (403, "wechat_not_bound")


async def test_a_disabled_villager_is_not_let_in(gateway: House) -> None:
    await bound_household(gateway)
    await gateway.user("household-1", password=None, name="李**", grants={"household": []}, status="disabled")

    assert (await log_in(gateway)).status_code == 403


@pytest.mark.parametrize(
    ("code", "status", "error", "retryable"),
    [
        ("short", 401, "wechat_code_invalid", False),
        ("errcode-40029-a", 401, "wechat_code_invalid", False),
        ("errcode-40163-a", 401, "wechat_code_invalid", False),
        ("errcode-40226-a", 403, "wechat_user_blocked", False),
        ("errcode-45011-a", 503, "wechat_busy", True),
        ("errcode--1-a", 503, "wechat_busy", True),
        ("errcode-50001-a", 503, "wechat_unavailable", True),
    ],
)
async def test_wechats_refusals_become_ours(
    quiet_gateway: House, code: str, status: int, error: str, retryable: bool
) -> None:
    reply = await log_in(quiet_gateway, code)

    body = reply.json()
    assert (reply.status_code, body["code"], body["retryable"]) == (status, error, retryable)
    assert ("retry-after" in reply.headers) == (status == 503)
    assert "errcode" not in reply.text


async def test_openid_and_session_key_stay_here(gateway: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await bound_household(gateway)
    openid = openid_of_code(CODE)

    reply = await log_in(gateway)

    kept = str([await gateway.rows(f"SELECT {name}::text FROM {name}") for name in metadata.tables])  # noqa: S608 - our own tables' names
    for place in (reply.text, str(reply.headers), caplog.text, kept):
        assert openid not in place
        assert "session_key" not in place
        assert CODE not in place


async def test_wechat_itself_takes_a_code_once() -> None:
    wechat = WeChat("http://wechat", "app", "secret", httpx.ASGITransport(WechatStandIn(once=True)))

    assert await wechat.openid_of(CODE) == openid_of_code(CODE)
    with pytest.raises(WechatCodeInvalid):
        await wechat.openid_of(CODE)
    await wechat.aclose()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, text="oops"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"openid": 7}),
        httpx.Response(200, json={}),
        httpx.ConnectError("https://api.weixin.qq.com/?secret=s3cret"),
        httpx.ReadTimeout("https://api.weixin.qq.com/?secret=s3cret"),
    ],
)
async def test_an_ill_wechat_is_a_calm_503_without_its_secret(answer: httpx.Response | httpx.HTTPError) -> None:
    def say(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer

    wechat = WeChat("http://wechat", "app", "s3cret", httpx.MockTransport(say))

    with pytest.raises(Failure) as caught:
        await wechat.openid_of(CODE)
    assert isinstance(caught.value, WechatUnavailable)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    await wechat.aclose()


async def test_outside_the_demonstration_no_stand_in_answers(gateway_database: Urls, tmp_path: Path) -> None:
    async with house(gateway_database, tmp_path, demonstration=False) as gateway:
        reply = await log_in(gateway)

    assert (reply.status_code, reply.json()["code"]) == (503, "wechat_unavailable")


@pytest.mark.parametrize("body", [{"code": ""}, {"code": "a b"}, {"code": "x" * 129}, {"code": 7}, {}])
async def test_what_is_no_code_does_not_reach_wechat(quiet_gateway: House, body: dict[str, Any]) -> None:
    reply = await quiet_gateway.client.post("/v1/auth/wechat", json=body)

    assert reply.status_code == 422
