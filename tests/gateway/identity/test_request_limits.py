"""Limits of requests: by user, device and address, shared by all processes, and none pays for another."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.gateway.domain.errors import TooManyRequests
from services.gateway.domain.policy import PARTNER_PATHS, ROWS
from services.gateway.domain.request_limits import KINDS, LimitPolicy, come_back_in, network_of
from services.gateway.storage.request_counts import RequestCounts
from services.gateway.storage.shipped_limits import shipped_limits
from services.gateway.use_cases.limit_requests import RequestLimits
from shared.auth import Principal
from shared.db import DatabaseAway
from tests.builders.database import Urls
from tests.builders.gateway_house import House, house, later

SMALL = LimitPolicy("test", 60, {"user": {"ordinary": 20}, "device": {"ordinary": 12}, "address": {"ordinary": 50}})


@pytest.fixture
async def strict_gateway(gateway_database: Urls, tmp_path: Path) -> AsyncIterator[House]:
    """With the limits of production."""
    async with house(gateway_database, tmp_path, limits_factor=1) as made:
        yield made


def bearer(user: str, device: str = "d1") -> Principal:
    return Principal(user, "", frozenset(), {}, f"{device}-of-{user}.t", 0)


def process(gateway: House, policy: LimitPolicy = SMALL) -> RequestLimits:
    """The limits of one process of several."""
    return RequestLimits(policy, RequestCounts(gateway.rooms.desk.database), lambda: gateway.clock.now().timestamp())


def let_in(limits: RequestLimits, who: Principal | None, times: int, address: str = "203.0.113.7") -> int:
    """How many of so many requests get in."""
    inside = 0
    for _ in range(times):
        try:
            limits.take("ordinary", who, address)
            inside += 1
        except TooManyRequests:
            continue
    return inside


async def test_a_device_a_user_and_an_address_have_limits_of_their_own(gateway: House) -> None:
    limits = process(gateway)

    assert let_in(limits, bearer("li"), 15) == 12
    assert let_in(limits, bearer("li", "d2"), 15) == 8 - 3, "what was refused to the first device counts for the user"
    assert let_in(limits, bearer("wang"), 10) == 10
    assert let_in(limits, None, 100) == 50 - 12 - 5 - 10
    assert let_in(limits, None, 10, "203.0.113.8") == 10


async def test_one_users_storm_takes_nothing_from_the_others_behind_the_same_address(gateway: House) -> None:
    limits = process(gateway)

    assert let_in(limits, bearer("storm"), 10_000) == 12
    assert let_in(limits, bearer("neighbour"), 12) == 12


async def test_processes_share_what_busy_callers_asked(gateway: House) -> None:
    one, other = process(gateway), process(gateway)
    assert (let_in(one, bearer("li"), 8), let_in(other, bearer("li"), 3)) == (8, 3)

    await one.share()
    await other.share()
    await one.share()

    # Eleven of twelve are used up, wherever they were asked.
    assert (let_in(one, bearer("li"), 5), let_in(other, bearer("li"), 5)) == (1, 1)
    await one.share()
    await other.share()
    assert let_in(other, bearer("li"), 5) == 0


async def test_sharing_twice_counts_nothing_twice(gateway: House) -> None:
    one, other = process(gateway), process(gateway)
    let_in(one, bearer("li"), 6)
    for _ in range(5):
        await one.share()
        await other.share()

    ((total,),) = await gateway.rows("SELECT max(asked) FROM request_counts")
    assert total == 6
    assert let_in(one, bearer("li"), 10) == 6


async def test_a_new_minute_begins_with_nothing(gateway: House) -> None:
    limits = process(gateway)
    let_in(limits, bearer("li"), 20)
    await limits.share()

    later(gateway, minutes=1)

    assert let_in(limits, bearer("li"), 20) == 12


async def test_who_asks_little_is_not_written_down_and_nobody_in_plain(gateway: House) -> None:
    limits = process(gateway, shipped_limits()[0])
    let_in(limits, bearer("quiet"), 3)
    await limits.share()
    assert await gateway.rows("SELECT 1 FROM request_counts") == []

    let_in(limits, bearer("loud"), 200)
    await limits.share()
    kept = str(await gateway.rows("SELECT request_counts::text FROM request_counts"))
    assert kept != "[]"
    assert not any(word in kept for word in ("loud", "203.0.113.7"))


async def test_without_the_database_each_process_limits_by_itself(
    gateway: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> dict[str, int]:
        raise DatabaseAway

    limits = process(gateway)
    monkeypatch.setattr(RequestCounts, "add", away)
    let_in(limits, bearer("li"), 10)
    with pytest.raises(DatabaseAway):
        await limits.share()

    assert let_in(limits, bearer("li"), 10) == 2


async def test_over_the_limit_the_answer_says_when_to_come_back(strict_gateway: House) -> None:
    gateway = strict_gateway
    await gateway.user()
    await gateway.user("neighbour")
    token, other = [(await gateway.log_in(name)).json()["access_token"] for name in ("clerk", "neighbour")]

    replies = [await gateway.me(token) for _ in range(301)]

    assert {reply.status_code for reply in replies[:300]} == {200}
    refused = replies[300]
    assert (refused.status_code, refused.json()["code"], refused.json()["retryable"]) == (
        429,
        "too_many_requests",
        True,
    )
    assert 1 <= int(refused.headers["retry-after"]) <= 70
    assert refused.headers["ratelimit-policy"] == '"device";q=300;w=60'
    assert (await gateway.me(other)).status_code == 200
    # Signing out is of another class: it stays open.
    assert (
        await gateway.client.post("/v1/auth/logout", headers={"Authorization": f"Bearer {token}"})
    ).status_code == 204


@pytest.mark.parametrize("notices", ["/v1/notices", "/v1/credit/notices"])
async def test_one_address_objects_to_a_few_lines_a_minute_and_everybody_reads_on(
    strict_gateway: House, notices: str
) -> None:
    gateway, notice = strict_gateway, f"{notices}/018f0000-0000-7000-8000-000000000001"

    async def object_from(client: httpx.AsyncClient, times: int) -> list[int]:
        said = {"statement": "他家有车"}
        return [
            (await client.post(f"{notice}/objections", json=said | {"line": line})).status_code
            for line in range(1, times + 1)
        ]

    assert await object_from(gateway.client, 12) == [200] * 10 + [429] * 2
    assert (await gateway.client.get(notice)).status_code == 200
    async with gateway.at("203.0.113.99") as other:
        assert await object_from(other, 1) == [200]
    later(gateway, minutes=1)
    assert await object_from(gateway.client, 1) == [200]


def test_every_class_of_the_policy_has_its_limits() -> None:
    policy, _ = shipped_limits()
    classes = {row.quota for row in ROWS if not row.template.startswith(PARTNER_PATHS)}

    assert set(policy.limits) == set(KINDS)
    for kind in KINDS:
        assert set(policy.limits[kind]) == classes
    for quota in classes:
        device, user, address = (policy.limits[kind][quota] for kind in ("device", "user", "address"))
        assert device <= user <= address


def test_a_herd_does_not_come_back_in_one_second() -> None:
    waits = [come_back_in(f"phone-{number}", 20) for number in range(2000)]

    assert min(waits) >= 20
    assert max(waits.count(seconds) for seconds in set(waits)) < 300


def test_all_addresses_of_an_ipv6_caller_are_one() -> None:
    assert network_of("2001:db8:1:2:3::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("no:address") == "no:address"


async def test_counting_costs_a_request_a_few_microseconds(gateway: House) -> None:
    limits = RequestLimits(shipped_limits()[0].times(10_000), RequestCounts(gateway.rooms.desk.database))
    callers = [bearer(f"user-{number}") for number in range(500)]
    began = time.perf_counter()
    for _ in range(40):
        for who in callers:
            limits.take("ordinary", who, "203.0.113.7")
    each = (time.perf_counter() - began) / 20_000

    print(f"{each * 1e6:.2f} µs a request")
    assert each < 20e-6
