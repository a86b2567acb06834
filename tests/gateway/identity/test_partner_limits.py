"""Quotas of a partner, the same in all processes; whoever walks through ids is seen and slowed down; the sandbox."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.credit.api.schemas_partner import QueryIn, ResultOut
from services.gateway.api.partner_gate import PartnerGate
from services.gateway.api.schemas_partner import SandboxQueryIn
from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.clients.upstream import Receive, Scope, Send
from services.gateway.domain.partner import Partner
from services.gateway.domain.partner_quota import DAY, MINUTE, granted, is_walking, limit_of, lot_of, span_in_force
from services.gateway.domain.sandbox import HOUSEHOLDS
from services.gateway.use_cases.save_partner import change_partner, unthrottle_partner
from shared.tokens import SigningKey
from tests.builders.database import Urls
from tests.builders.gateway_house import House, Sibling, assertion, house, later

QUERY = "/v1/partner/grades/query"
LOG = "/v1/partner/query-log?day=2026-11-24"


async def partner(gateway: House, client_id: str = "bank-1", **changes: Any) -> dict[str, str]:
    """A bank with these settings; the headers of its requests."""
    key = await gateway.bank(client_id)
    await change(gateway, client_id, **changes)
    return await headers_of(gateway, key, client_id)


async def change(gateway: House, client_id: str = "bank-1", **changes: Any) -> None:
    async with gateway.rooms.desk.database.transaction() as connection:
        await change_partner(connection, client_id, now=gateway.clock.now(), **changes)
    await gateway.rooms.self_test.book.read()


async def headers_of(gateway: House, key: SigningKey, client_id: str = "bank-1") -> dict[str, str]:
    token = (await gateway.fetch_token(assertion(key, client_id))).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def ask(gateway: House, headers: dict[str, str], **body: Any) -> httpx.Response:
    return await gateway.client.post(QUERY, json=body, headers=headers)


@asynccontextmanager
async def two_processes(urls: Urls, folder: Path) -> AsyncIterator[tuple[House, House]]:
    """Two gateways with one database and one set of keys, at the beginning of a minute."""
    async with house(urls, folder) as first, house(urls, folder) as second:
        at = first.clock.at.replace(second=0)
        first.clock.at = second.clock.at = at
        yield first, second


def counting(sibling: Sibling, asked: int, refused: int) -> Any:
    """The credit service saying how many queries an answer held and how many it refused."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Any) -> None:
            if message["type"] == "http.response.start":
                counts = [(b"x-queries-asked", b"%d" % asked), (b"x-queries-refused", b"%d" % refused)]
                message = {**message, "headers": [*message["headers"], *counts]}
            await send(message)

        await sibling(scope, receive, marked)

    return app


def answer_with(gateway: House, asked: int, refused: int) -> None:
    for door in gateway.app.partners._doors:
        if door.row.service == "credit" and isinstance(door.upstream, AsgiUpstream):
            door.upstream._app = counting(gateway.siblings["credit"], asked, refused)


def gate_of(gateway: House) -> PartnerGate:
    gate = gateway.app.partners._guard
    assert isinstance(gate, PartnerGate)
    return gate


async def until_throttled(gateway: House, client_id: str = "bank-1") -> None:
    """What the gateway does by itself every two seconds."""
    gate = gate_of(gateway)
    for _ in range(100):
        await gate.misses.look()
        await gate.book.read()
        if gate.book.known[client_id].throttled_until is not None:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody was throttled")


async def test_a_minute_gives_what_was_agreed_and_not_one_more(gateway: House) -> None:
    gateway.clock.at = gateway.clock.at.replace(second=10)
    headers = await partner(gateway, per_minute=30)

    replies = await asyncio.gather(*(ask(gateway, headers) for _ in range(50)))

    assert sorted(reply.status_code for reply in replies) == [200] * 30 + [429] * 20
    refused = next(reply for reply in replies if reply.status_code == 429)
    assert (refused.json()["code"], refused.json()["span"], refused.json()["limit"]) == ("quota_spent", "minute", 30)
    assert refused.headers["retry-after"] == "50"
    assert refused.headers["ratelimit-policy"] == '"minute";q=30;w=60'
    assert refused.headers["ratelimit"] == '"minute";r=0;t=50'


async def test_the_next_minute_begins_anew(gateway: House) -> None:
    headers = await partner(gateway, per_minute=1)
    assert [(await ask(gateway, headers)).status_code for _ in range(2)] == [200, 429]

    later(gateway, seconds=60)

    assert [(await ask(gateway, headers)).status_code for _ in range(2)] == [200, 429]


async def test_a_day_ends_at_midnight_in_china(gateway: House) -> None:
    headers = await partner(gateway, per_day=1)
    gateway.clock.at = gateway.clock.at.replace(hour=15, minute=59, second=30)
    assert (await ask(gateway, headers)).status_code == 200
    spent = await ask(gateway, headers)
    assert (spent.json()["span"], spent.headers["retry-after"]) == ("day", "30")

    later(gateway, seconds=30)

    assert (await ask(gateway, headers)).status_code == 200


async def test_two_processes_share_one_quota(gateway_database: Urls, tmp_path: Path) -> None:
    async with two_processes(gateway_database, tmp_path) as (first, second):
        headers = await partner(first, per_minute=40)
        await second.rooms.self_test.book.read()

        replies = await asyncio.gather(*(ask(gateway, headers) for gateway in (first, second) for _ in range(40)))

        assert sorted(reply.status_code for reply in replies) == [200] * 40 + [429] * 40


async def test_a_large_quota_is_taken_in_lots(gateway: House) -> None:
    headers = await partner(gateway, per_minute=1000, per_day=100_000)

    for _ in range(25):
        assert (await ask(gateway, headers)).status_code == 200

    taken = dict(await gateway.rows("SELECT span, asked FROM partner_usage WHERE span <> 'watch'"))
    assert taken == {"minute": 30, "day": 1000}


async def test_a_call_of_many_queries_counts_as_many(gateway: House) -> None:
    headers = await partner(gateway, per_minute=150)
    answer_with(gateway, asked=100, refused=0)

    statuses = [(await ask(gateway, headers)).status_code for _ in range(4)]

    assert statuses == [200, 200, 429, 429]


async def test_one_partners_quota_is_not_anothers(gateway: House) -> None:
    first = await partner(gateway, per_minute=1)
    second = await partner(gateway, "bank-2", per_minute=1)

    assert [(await ask(gateway, headers)).status_code for headers in (first, first, second)] == [200, 429, 200]


async def test_how_many_were_refused_is_not_told_outside(gateway: House) -> None:
    headers = await partner(gateway)
    answer_with(gateway, asked=100, refused=7)

    assert not [name for name in (await ask(gateway, headers)).headers if name.startswith("x-queries")]


async def test_a_partner_that_walks_through_ids_is_seen_and_slowed_down(gateway: House) -> None:
    headers = await partner(gateway, per_minute=1000)
    gateway.clock.at = gateway.clock.at.replace(minute=10, second=0)
    answer_with(gateway, asked=100, refused=95)
    for _ in range(4):
        assert (await ask(gateway, headers)).status_code == 200

    await until_throttled(gateway)
    answer_with(gateway, asked=1, refused=0)
    for _ in range(2):
        replies = [await ask(gateway, headers) for _ in range(11)]
        assert [reply.status_code for reply in replies] == [200] * 10 + [429]
        slowed = replies[-1].json()
        assert (slowed["code"], slowed["span"], slowed["limit"]) == ("partner_throttled", "minute", 10)
        later(gateway, minutes=1)
    await gate_of(gateway).misses.look()
    events = await gateway.rows("SELECT subject, facts FROM audit_events WHERE event = 'partner_throttled'")
    assert [tuple(event) for event in events] == [("bank-1", {"asked": 400, "refused": 380, "seconds": 600})]


async def test_an_operator_lets_a_throttled_partner_go_on_and_an_hour_does_too(gateway: House) -> None:
    headers = await partner(gateway, per_minute=100)
    answer_with(gateway, asked=400, refused=400)
    await ask(gateway, headers)
    await until_throttled(gateway)
    later(gateway, minutes=1)
    answer_with(gateway, asked=1, refused=0)
    assert [(await ask(gateway, headers)).status_code for _ in range(2)] == [200, 429]

    async with gateway.rooms.desk.database.transaction() as connection:
        await unthrottle_partner(connection, "bank-1", now=gateway.clock.now())
    await gateway.rooms.self_test.book.read()

    assert (await ask(gateway, headers)).status_code == 200
    assert await gateway.rows("SELECT 1 FROM audit_events WHERE event = 'partner_released'")
    until = gateway.clock.now() + timedelta(hours=1)
    throttled = Partner("b", "b", {}, per_minute=100, throttled_until=until)
    assert limit_of(throttled, span_in_force(throttled, MINUTE, until - timedelta(seconds=1))) == 1
    assert limit_of(throttled, span_in_force(throttled, MINUTE, until)) == 100
    assert span_in_force(throttled, DAY, until - timedelta(seconds=1)) is DAY


def test_a_bank_with_consents_is_not_taken_for_a_walker() -> None:
    assert not is_walking(asked=10_000, refused=4_000)
    assert not is_walking(asked=299, refused=299)
    assert is_walking(asked=300, refused=300)


def test_lots_together_never_give_more_than_the_limit() -> None:
    for limit in (1, 7, 99, 100, 250, 6000):
        lot, count, given = lot_of(limit), 0, 0
        for _ in range(400):
            count += lot
            given += granted(limit, lot, count)
        assert given == limit


def test_spans_begin_where_people_expect_them() -> None:
    assert MINUTE.began(119) == 60
    assert DAY.began(16 * 3600 - 1) == -8 * 3600
    assert DAY.began(16 * 3600) == 16 * 3600


def queries(*asked: tuple[UUID | str, UUID, str]) -> Sequence[dict[str, str]]:
    return [
        {
            "household_id" if isinstance(who, UUID) else "id_number": str(who),
            "consent_id": str(consent),
            "purpose": purpose,
            "reference": f"r{place}",
        }
        for place, (who, consent, purpose) in enumerate(asked)
    ]


async def test_the_sandbox_answers_its_invented_households_and_nobody_elses(gateway: House) -> None:
    headers = await partner(gateway, status="sandbox")
    every = [(one.household_id, one.consent_id, "loan_review") for one in HOUSEHOLDS]
    by_number = (HOUSEHOLDS[0].id_number, HOUSEHOLDS[0].consent_id, "loan_review")
    foreign = (uuid4(), uuid4(), "loan_review")
    other_purpose = (HOUSEHOLDS[5].household_id, HOUSEHOLDS[5].consent_id, "post_loan")

    reply = await ask(gateway, headers, queries=queries(*every, by_number, foreign, other_purpose))

    results = reply.json()["results"]
    grades = [result["grade"] for result in results]
    assert grades == ["AAA", "AA", "A", "none", "none", "AA", None, "AAA", None, None]
    assert [result["status"] for result in results[-3:]] == ["ok", "refused", "refused"]
    assert {**results[6], "reference": ""} == {**results[-1], "reference": ""}
    assert gateway.siblings["credit"].asked == []


async def test_the_sandbox_has_the_form_of_the_real_thing(gateway: House) -> None:
    headers = await partner(gateway, status="sandbox")
    one = HOUSEHOLDS[1]

    (result,) = (await ask(gateway, headers, queries=queries((one.household_id, one.consent_id, "objection")))).json()[
        "results"
    ]

    assert set(result) == set(ResultOut.model_fields)
    ResultOut.model_validate(result)
    assert SandboxQueryIn.model_json_schema()["properties"] == QueryIn.model_json_schema()["properties"]


@pytest.mark.parametrize("names", [{}, {"household_id": str(HOUSEHOLDS[0].household_id), "id_number": "1" * 18}])
async def test_the_sandbox_refuses_what_the_real_thing_refuses(gateway: House, names: dict[str, str]) -> None:
    headers = await partner(gateway, status="sandbox")
    query = {**names, "consent_id": str(uuid4()), "purpose": "loan_review", "reference": "r"}

    reply = await ask(gateway, headers, queries=[query])

    assert (reply.status_code, reply.json()["code"]) == (422, "query_needs_one_key")
    assert reply.json()["errors"][0]["pointer"] == "/queries/0"


async def test_a_partner_in_the_sandbox_reaches_nothing_real(gateway: House) -> None:
    headers = await partner(gateway, status="sandbox")

    reply = await gateway.client.get(LOG, headers=headers)

    assert (reply.status_code, reply.json()["code"]) == (403, "not_in_sandbox")
    assert gateway.siblings["credit"].asked == []


async def test_a_sandbox_token_names_nobody_that_a_service_knows_and_ends_with_the_sandbox(gateway: House) -> None:
    key = await gateway.bank()
    await change(gateway, status="sandbox")
    in_sandbox = await headers_of(gateway, key)
    principal = gateway.app.partners._authenticate(in_sandbox["Authorization"].encode())
    assert principal.partner_id == "sandbox:bank-1"  # type: ignore[union-attr]  # at once, not awaited

    await change(gateway, status="active")

    assert (await ask(gateway, in_sandbox)).status_code == 401
    assert (await ask(gateway, await headers_of(gateway, key))).status_code == 200


async def test_a_real_token_is_of_no_use_once_the_partner_is_in_the_sandbox(gateway: House) -> None:
    headers = await partner(gateway)
    assert (await ask(gateway, headers)).status_code == 200

    await change(gateway, status="sandbox")

    assert (await ask(gateway, headers)).status_code == 401
