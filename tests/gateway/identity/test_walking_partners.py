"""Whoever walks through ids is seen and slowed down, until an operator or an hour lets go (check S61)."""

import asyncio
from datetime import timedelta

from services.gateway.api.partner_gate import PartnerGate
from services.gateway.domain.partner import Partner
from services.gateway.domain.partner_quota import DAY, MINUTE, is_walking, limit_of, span_in_force
from services.gateway.use_cases.save_partner import unthrottle_partner
from tests.builders.asking_banks import answer_with, ask, partner
from tests.builders.gateway_house import House, later


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
