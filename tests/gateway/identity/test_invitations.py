"""Invitations: the invited chooses the password, once."""

import asyncio

import httpx
import pytest

from services.gateway.use_cases.invite_user import invite_user
from tests.builders.gateway_house import PASSWORD, House, later


async def invited(gateway: House, username: str = "new-clerk") -> str:
    desk = gateway.rooms.desk
    async with desk.database.transaction() as connection:
        _, token = await invite_user(
            connection,
            desk.passwords,
            username=username,
            name="新来的",
            grants={"county_official": ["511921"]},
            now=gateway.clock.now(),
            actor="command:root",
        )
    return token


async def accept(gateway: House, token: str, password: str = PASSWORD) -> httpx.Response:
    body = {"invitation": token, "password": password}
    return await gateway.client.post("/v1/auth/invitations/accept", json=body)


async def test_the_invited_chooses_a_password_and_is_in(gateway: House) -> None:
    token = await invited(gateway)
    assert (await gateway.log_in("new-clerk")).status_code == 401

    reply = await accept(gateway, token)

    assert reply.status_code == 200
    assert (await gateway.me(reply.json()["access_token"])).json()["roles"][0]["role"] == "county_official"
    assert (await gateway.log_in("new-clerk")).status_code == 200


async def test_an_invitation_that_is_used_unknown_or_old_looks_the_same(gateway: House) -> None:
    used, old, replaced = await invited(gateway), await invited(gateway, "late-clerk"), await invited(gateway, "twice")
    await accept(gateway, used)
    await invited(gateway, "twice")
    later(gateway, hours=72)

    replies = [await accept(gateway, token) for token in (used, old, replaced, "unknown")]

    assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {(404, "invitation_not_found")}


async def test_ten_who_bring_the_same_invitation_are_one(gateway: House) -> None:
    token = await invited(gateway)

    replies = await asyncio.gather(*(accept(gateway, token) for _ in range(10)))

    assert sorted(reply.status_code for reply in replies) == [200] + [404] * 9


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("sh0rt-pw", "password_too_short"),
        ("aaaaaaaaaaaaaa", "password_too_plain"),
        ("Password1234!", "password_too_plain"),
        ("q1w2e3r4t5y6", "password_too_plain"),
        ("ｉｌｏｖｅｙｏｕiloveyou", "password_too_plain"),
        ("1990new-clerk0101", "password_too_plain"),
    ],
)
async def test_a_plain_password_is_refused_and_the_invitation_stays_good(
    gateway: House, password: str, code: str
) -> None:
    token = await invited(gateway)

    refused = await accept(gateway, token, password)

    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert password not in refused.text
    assert (await accept(gateway, token)).status_code == 200


async def test_a_disabled_user_is_not_let_in_by_an_old_invitation(gateway: House) -> None:
    token = await invited(gateway)
    await gateway.user("new-clerk", password=None, name="新来的", status="disabled")

    assert (await accept(gateway, token)).status_code == 404


async def test_inviting_somebody_anew_ends_what_was_open_once_it_is_accepted(gateway: House) -> None:
    open_ = (await accept(gateway, await invited(gateway))).json()

    await accept(gateway, await invited(gateway), PASSWORD + " 2")

    assert (await gateway.refresh(open_["refresh_token"])).status_code == 401
    assert (await gateway.log_in("new-clerk")).status_code == 401


async def test_the_secret_of_an_invitation_is_not_kept(gateway: House) -> None:
    token = await invited(gateway)

    kept = str([await gateway.rows(f"SELECT {name}::text FROM {name}") for name in ("invitations", "audit_events")])  # noqa: S608 - our own tables' names
    assert token not in kept
