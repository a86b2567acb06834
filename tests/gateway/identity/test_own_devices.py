"""Everybody sees where they are logged in, and signs out what they do not have at hand."""

from typing import Any
from uuid import uuid4

import httpx

from tests.builders.gateway_house import House, later


async def log_in(gateway: House, user_agent: str) -> dict[str, str]:
    async with gateway.at("203.0.113.7", user_agent) as device:
        tokens: dict[str, str] = (await gateway.log_in(client=device)).json()
        return tokens


async def devices(gateway: House, tokens: dict[str, str]) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    items: list[dict[str, Any]] = (await gateway.client.get("/v1/me/devices", headers=headers)).json()["items"]
    return items


async def sign_out(gateway: House, tokens: dict[str, str], session_id: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return await gateway.client.post(f"/v1/me/devices/{session_id}/sign-out", headers=headers)


async def test_the_list_has_each_device_and_says_which_one_asks(gateway: House) -> None:
    await gateway.user()
    phone = await log_in(gateway, "phone/1")
    later(gateway, minutes=1)
    desk = await log_in(gateway, "desk/1")

    found = await devices(gateway, phone)

    assert [(one["device"], one["method"], one["current"]) for one in found] == [
        ("desk/1", "password", False),
        ("phone/1", "password", True),
    ]
    assert [one["current"] for one in await devices(gateway, desk)] == [True, False]


async def test_a_lost_phone_is_signed_out_from_the_desk_at_once(gateway: House) -> None:
    await gateway.user()
    phone, desk = await log_in(gateway, "phone/1"), await log_in(gateway, "desk/1")
    lost = next(one["session_id"] for one in await devices(gateway, desk) if one["device"] == "phone/1")

    assert (await sign_out(gateway, desk, lost)).status_code == 204

    assert (await gateway.me(phone["access_token"])).status_code == 401
    assert (await gateway.refresh(phone["refresh_token"])).status_code == 401
    assert [one["device"] for one in await devices(gateway, desk)] == ["desk/1"]
    assert await gateway.rows("SELECT 1 FROM audit_events WHERE event = 'device_signed_out'")


async def test_somebody_elses_device_an_unknown_one_and_an_ended_one_look_the_same(gateway: House) -> None:
    await gateway.user()
    await gateway.user("other")
    mine = await log_in(gateway, "desk/1")
    other = (await gateway.log_in("other")).json()
    (foreign,) = await devices(gateway, other)
    phone = await log_in(gateway, "phone/1")
    ended = next(one["session_id"] for one in await devices(gateway, phone) if one["current"])
    await sign_out(gateway, phone, ended)

    replies = [await sign_out(gateway, mine, one) for one in (foreign["session_id"], str(uuid4()), ended)]

    assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {(404, "device_not_found")}
    assert (await gateway.me(other["access_token"])).status_code == 200


async def test_what_can_no_longer_be_refreshed_is_no_device(gateway: House) -> None:
    await gateway.user()
    await log_in(gateway, "old/1")
    async with gateway.rooms.desk.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE refresh_tokens SET expires_at = now() - interval '1 second'")

    assert [one["device"] for one in await devices(gateway, await log_in(gateway, "desk/1"))] == ["desk/1"]
