"""Nobody learns from a clock whether a household, a consent or another bank's consent is there (checks S58)."""

import random
import time
from statistics import median
from typing import Any

import orjson
import pytest

from services.credit.storage.card_repository import CardShelf
from services.credit.use_cases import answer_grade_queries as answering
from shared.db import Database, HotStatement
from shared.ids import new_id
from tests.builders.worked_cases import H1
from tests.credit.api.test_refused_grade_queries import DIFFERENT
from tests.credit.bank_queries import PATH, query
from tests.credit.world import BANK, Caller, Town, World, bank, household_login

Asked = tuple[str, dict[str, Any]]
"""Which bank asks, and what."""


async def every_refusal(world: World, town: Town) -> dict[str, Asked]:
    households = iter(await town.households(len(DIFFERENT) + 3, H1))
    await town.take_over()
    asked: dict[str, Asked] = {"nobody of that id": (BANK, query(new_id(), new_id()))}
    for how, (consented, differs, who) in DIFFERENT.items():
        household_id = next(households)
        asked[how] = who, query(household_id, await town.consent(household_id, **consented)) | differs
    household_id, other = next(households), next(households)
    asked["another household's"] = BANK, query(household_id, await town.consent(other))
    withdrawn = next(households)
    consent_id = await town.consent(withdrawn)
    async with world.as_(household_login(withdrawn)) as caller:
        assert (await caller.post(f"/v1/credit/consents/{consent_id}/withdraw")).status_code == 200
    asked["withdrawn"] = BANK, query(withdrawn, consent_id)
    return asked


async def seconds(caller: Caller, asked: dict[str, Any]) -> tuple[float, bytes]:
    began = time.perf_counter()
    reply = await caller.post(PATH, {"queries": [asked]})
    return time.perf_counter() - began, reply.content


async def test_every_refusal_asks_the_database_the_same_two_things(
    world: World, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, whole, seen = await every_refusal(world, town), HotStatement.rows, list[str]()

    async def watched(statement: HotStatement, **given: Any) -> Any:
        seen.append(",".join(sorted(given)))
        return await whole(statement, **given)

    def no_more(*_given: Any) -> Any:
        raise AssertionError("a refusal asks for something more")

    monkeypatch.setattr(HotStatement, "rows", watched)
    monkeypatch.setattr(Database, "transaction", no_more)
    monkeypatch.setattr(CardShelf, "get", no_more)
    found = set()
    for who, one in asked.values():
        async with world.as_(bank(who)) as caller:
            _, answer = await seconds(caller, one)
        found.add((answer, tuple(seen)))
        seen.clear()
    ((answer, statements),) = found
    assert orjson.loads(answer)["results"][0]["code"] == "consent_invalid"
    assert [names.count(",") for names in statements] == [1, 7], "consent and grade, then the row of the log"


async def test_no_refusal_leaves_before_its_time_and_an_answer_waits_for_none(
    world: World, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "REFUSED_AFTER_SECONDS", 0.5)
    asked = await every_refusal(world, town)
    household_id = await town.household()
    for who, one in asked.values():
        async with world.as_(bank(who)) as caller:
            assert (await seconds(caller, one))[0] >= 0.5
    waits: list[float] = []
    monkeypatch.setattr("asyncio.sleep", waits.append)
    async with world.as_(bank()) as caller:
        _, answer = await seconds(caller, query(household_id, await town.consent(household_id)))
    assert orjson.loads(answer)["results"][0]["status"] == "ok"
    assert waits == []


@pytest.mark.slow
async def test_the_medians_of_refusals_lie_within_five_percent(world: World, town: Town) -> None:
    """Only on a machine of its own."""
    asked = await every_refusal(world, town)
    took: dict[str, list[float]] = {how: [] for how in asked}
    shuffled = random.Random(58)  # noqa: S311 - an order, no secret
    for _ in range(400):
        for how in shuffled.sample(sorted(asked), len(asked)):
            who, one = asked[how]
            async with world.as_(bank(who)) as caller:
                spent, _ = await seconds(caller, one)
            took[how].append(spent)
    unknown = median(took["nobody of that id"])
    apart = {how: median(times) / unknown for how, times in took.items()}
    assert {how: ratio for how, ratio in apart.items() if not 1 / 1.05 < ratio < 1.05} == {}
