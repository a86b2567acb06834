"""Logins while the database, WeChat or everybody at once is in trouble (drills R17, R39, R40)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from bashan.embedded_postgres import EmbeddedPostgres
from services.gateway.api.wechat_stand_in import WechatStandIn
from services.gateway.clients.wechat import REST_SECONDS, WeChat
from services.gateway.domain.errors import WechatBusy, WechatUnavailable
from services.gateway.storage.user_repository import find_by_username
from services.gateway.use_cases.desk import Origin
from services.gateway.use_cases.open_session import open_session
from shared.db import POOL_WAIT_SECONDS
from shared.errors import Failure
from tests.builders.database import Urls, ensure_template
from tests.builders.gateway_house import House, house, migrate_gateway
from tests.conftest import FreshDatabase


@pytest.fixture
async def gateway_database(postgres: EmbeddedPostgres, fresh_database: FreshDatabase) -> Urls:
    return await fresh_database(await ensure_template(postgres, "template_gateway", migrate_gateway))


@pytest.fixture
async def gateway(gateway_database: Urls, tmp_path: Path) -> AsyncIterator[House]:
    async with house(gateway_database, tmp_path) as made:
        yield made


async def test_a_pool_that_slow_queries_hold_is_waited_for_two_seconds_and_no_longer(gateway: House) -> None:
    await gateway.user()
    database = gateway.rooms.desk.database
    async with AsyncExitStack() as held:
        for _ in range(10):
            connection = await held.enter_async_context(database.transaction())
            await connection.exec_driver_sql("SELECT pg_sleep(0.01)")
        began = time.monotonic()
        refused = await asyncio.gather(*(gateway.log_in() for _ in range(5)))
        waited = time.monotonic() - began
        alive = await gateway.client.get("/livez")

    assert {(reply.status_code, reply.json()["code"]) for reply in refused} == {(503, "database_busy")}
    assert all(int(reply.headers["retry-after"]) >= 1 for reply in refused)
    assert waited < POOL_WAIT_SECONDS + 1.0
    assert alive.status_code == 200
    assert (await gateway.log_in()).status_code == 200, "it recovers by itself"


async def test_wechat_in_all_its_moods_is_a_clean_refusal_and_then_works_again() -> None:
    now, mood = 0.0, "well"
    stand_in = httpx.ASGITransport(WechatStandIn())
    asked = 0

    async def say(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        match mood:
            case "slow":
                raise httpx.ReadTimeout("slow", request=request)
            case "wrong JSON":
                return httpx.Response(200, text="<html>502</html>")
            case "45011" | "-1":
                return httpx.Response(200, json={"errcode": int(mood), "errmsg": "busy"})
            case _:
                return await stand_in.handle_async_request(request)

    wechat = WeChat("http://wechat", "app", "secret", httpx.MockTransport(say), lambda: now)
    seen: dict[str, set[type[Failure]]] = {}
    for mood in ("slow", "wrong JSON", "45011", "-1"):
        for _ in range(20):
            with pytest.raises((WechatUnavailable, WechatBusy)) as refused:
                await wechat.phone_of("phone-13800000001-a")
            seen.setdefault(mood, set()).add(type(refused.value))
            assert "secret" not in str(refused.value)
        now += REST_SECONDS
    mood = "well"

    assert seen == {
        "slow": {WechatUnavailable},
        "wrong JSON": {WechatUnavailable},
        "45011": {WechatBusy},
        "-1": {WechatBusy},
    }
    assert asked < 60, "who does not answer is asked no more"
    assert await wechat.phone_of("phone-13800000001-a") == "13800000001"
    await wechat.aclose()


@pytest.mark.parametrize("phones", [150, pytest.param(2000, marks=pytest.mark.slow)])
async def test_all_telephones_at_eight_o_clock_get_in_without_a_storm(gateway: House, phones: int) -> None:
    await gateway.user("village", password=None, grants={"household": []})
    desk = gateway.rooms.desk
    tokens = []
    async with desk.database.transaction() as connection:
        user = await find_by_username(connection, "village")
        assert user is not None
    # Each in a transaction of its own: one of all two thousand outlives what a transaction may take.
    for number in range(phones):
        origin = Origin("203.0.113.7", f"phone-{number}")
        async with desk.database.transaction() as connection:
            tokens.append((await open_session(connection, desk, user, origin, method="wechat")).refresh_token)
    waits: list[int] = []
    most_connections = 0

    async def reconnect(token: str) -> None:
        for _ in range(8):
            reply = await gateway.refresh(token)
            if reply.status_code == 200:
                return
            assert reply.status_code in {429, 503}, reply.text
            waits.append(int(reply.headers["retry-after"]))
            await asyncio.sleep(waits[-1])
        raise AssertionError("eight times refused")

    async def watch() -> None:
        nonlocal most_connections
        while True:
            pool = desk.database.engine.pool
            most_connections = max(most_connections, pool.checkedout())  # type: ignore[attr-defined] # a queue pool
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    began = time.monotonic()
    await asyncio.gather(*(reconnect(token) for token in tokens))
    watching.cancel()

    took = time.monotonic() - began
    print(f"{phones} in {took:.1f} s, {len(waits)} asked to come back, {most_connections} connections")
    assert most_connections <= 10
