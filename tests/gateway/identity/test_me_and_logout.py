"""Who am I, and what does signing out end (check S07)?"""

import asyncio

from tests.builders.gateway_house import House


async def test_me_says_name_roles_and_places(gateway: House) -> None:
    await gateway.user(grants={"township_official": ["511921122", "511921100"], "auditor": []})
    token = (await gateway.log_in()).json()["access_token"]

    me = (await gateway.me(token)).json()

    assert me["name"] == "王主任"
    assert me["roles"] == [
        {"role": "auditor", "regions": []},
        {"role": "township_official", "regions": ["511921100", "511921122"]},
    ]


async def test_signing_out_ends_this_session_at_once_and_no_other(gateway: House) -> None:
    await gateway.user()
    here, there = (await gateway.log_in()).json(), (await gateway.log_in()).json()
    headers = {"Authorization": f"Bearer {here['access_token']}"}

    first = await gateway.client.post("/v1/auth/logout", headers=headers)

    assert (first.status_code, first.content) == (204, b"")
    assert (await gateway.me(here["access_token"])).status_code == 401
    assert (await gateway.refresh(here["refresh_token"])).status_code == 401
    assert (await gateway.me(there["access_token"])).status_code == 200
    assert (await gateway.refresh(there["refresh_token"])).status_code == 200


async def test_what_another_process_ended_is_refused_within_seconds(gateway: House) -> None:
    await gateway.user()
    token = (await gateway.log_in()).json()["access_token"]
    assert (await gateway.me(token)).status_code == 200

    # Written by somebody else: only the reading every two seconds can tell this process.
    await gateway.user(status="disabled")
    refused = False
    for _ in range(50):
        await asyncio.sleep(0.1)
        if refused := (await gateway.me(token)).status_code == 401:
            break

    assert refused


async def test_without_a_token_there_is_no_me(quiet_gateway: House) -> None:
    reply = await quiet_gateway.client.get("/v1/me")

    assert (reply.status_code, reply.json()["code"]) == (401, "not_identified")
    assert reply.headers["www-authenticate"] == "Bearer"


async def test_every_service_hears_within_seconds_whose_tokens_have_ended(gateway: House) -> None:
    await gateway.user()
    await gateway.bank(status="disabled")
    token = (await gateway.log_in()).json()["access_token"]
    session = (await gateway.me(token)).json()["session_id"]

    await gateway.client.post("/v1/auth/logout", headers={"Authorization": f"Bearer {token}"})

    for _ in range(50):
        await asyncio.sleep(0.1)
        if all(set(sibling.told_ended) == {session, "bank-1"} for sibling in gateway.siblings.values()):
            return
    raise AssertionError({name: sibling.told_ended for name, sibling in gateway.siblings.items()})
