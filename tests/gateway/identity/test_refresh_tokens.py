"""Staying logged in: one successor a token, theft ends the family, a lost reply does not (checks S08, S09)."""

import asyncio

from services.gateway.storage.tables import metadata
from tests.builders.gateway_house import House, later


async def logged_in(gateway: House) -> str:
    await gateway.user()
    token: str = (await gateway.log_in()).json()["refresh_token"]
    return token


async def test_a_refresh_gives_new_tokens_and_ends_the_old_one(gateway: House) -> None:
    first = await logged_in(gateway)

    reply = await gateway.refresh(first)
    second = reply.json()["refresh_token"]
    later(gateway, seconds=31)

    assert (reply.status_code, reply.json()["token_type"]) == (200, "Bearer")
    assert second != first
    assert (await gateway.me(reply.json()["access_token"])).status_code == 200
    assert (await gateway.refresh(second)).status_code == 200


async def test_twenty_refreshes_at_once_have_one_successor(gateway: House) -> None:
    first = await logged_in(gateway)

    replies = await asyncio.gather(*(gateway.refresh(first) for _ in range(20)))

    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.json()["refresh_token"] for reply in replies}) == 1
    assert len(await gateway.rows("SELECT 1 FROM refresh_tokens")) == 2


async def test_a_lost_reply_is_given_again_to_the_same_device(gateway: House) -> None:
    first = await logged_in(gateway)
    lost = (await gateway.refresh(first)).json()["refresh_token"]
    later(gateway, seconds=29)

    again = (await gateway.refresh(first)).json()["refresh_token"]

    assert again == lost
    assert (await gateway.refresh(again)).status_code == 200


async def test_a_token_used_again_after_the_grace_ends_the_family(gateway: House) -> None:
    first = await logged_in(gateway)
    second = (await gateway.refresh(first)).json()
    later(gateway, seconds=31)

    stolen = await gateway.refresh(first)

    assert (stolen.status_code, stolen.json()["code"]) == (401, "refresh_token_invalid")
    assert (await gateway.refresh(second["refresh_token"])).status_code == 401
    assert (await gateway.me(second["access_token"])).status_code == 401
    events = await gateway.rows("SELECT event FROM audit_events ORDER BY seq DESC LIMIT 1")
    assert events[0].event == "refresh_reused"


async def test_a_token_used_again_from_another_device_ends_the_family(gateway: House) -> None:
    first = await logged_in(gateway)
    second = (await gateway.refresh(first)).json()["refresh_token"]

    async with gateway.at("203.0.113.7", user_agent="thief/1") as thief:
        assert (await gateway.refresh(first, thief)).status_code == 401

    assert (await gateway.refresh(second)).status_code == 401


async def test_another_familys_end_does_not_end_mine(gateway: House) -> None:
    first = await logged_in(gateway)
    other = (await gateway.log_in()).json()["refresh_token"]
    await gateway.refresh(first)
    later(gateway, seconds=31)
    await gateway.refresh(first)

    assert (await gateway.refresh(other)).status_code == 200


async def test_a_token_lives_thirty_days(gateway: House) -> None:
    first = await logged_in(gateway)

    later(gateway, days=31)

    assert (await gateway.refresh(first)).status_code == 401


async def test_roles_that_changed_end_the_sessions_and_show_after_the_next_login(gateway: House) -> None:
    token = await logged_in(gateway)
    await gateway.user(grants={"county_official": ["511922"]})

    assert (await gateway.refresh(token)).status_code == 401

    fresh = (await gateway.log_in()).json()
    me = (await gateway.me(fresh["access_token"])).json()
    assert me["roles"] == [{"role": "county_official", "regions": ["511922"]}]


async def test_a_made_up_token_is_refused(gateway: House) -> None:
    for token in ("x", "a" * 43, "竹篮打水", "' OR 1=1 --"):
        reply = await gateway.refresh(token)
        assert (reply.status_code, reply.json()["code"]) == (401, "refresh_token_invalid")


async def test_the_database_holds_no_token_that_was_issued(
    gateway: House,
) -> None:
    issued = [await logged_in(gateway)]
    for _ in range(3):
        reply = (await gateway.refresh(issued[-1])).json()
        issued += [reply["access_token"], reply["refresh_token"]]

    dump = "\n".join([str(await gateway.rows(f"SELECT {name}::text FROM {name}")) for name in metadata.tables])  # noqa: S608 - our own tables' names

    assert "refresh_reused" not in dump
    assert "logged_in" in dump
    # Bytes show in hexadecimal there.
    assert not [token for token in issued if token in dump or token.encode().hex() in dump]
    assert all(len(token) >= 43 for token in issued)


async def test_an_access_token_is_no_refresh_token(gateway: House) -> None:
    await gateway.user()
    access = (await gateway.log_in()).json()["access_token"]

    for sent in (access, "x" * 4096):
        reply = await gateway.refresh(sent)
        assert (reply.status_code, reply.json()["code"]) == (401, "refresh_token_invalid")
    assert (await gateway.refresh("x" * 4097)).status_code == 422
