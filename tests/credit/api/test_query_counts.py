"""The gateway and the operators are told how many queries were asked and how many refused: by both doors."""

from typing import Any

import orjson
import pytest

from shared.ids import new_id
from tests.builders.worked_cases import H1
from tests.credit.world import Town, World, bank

PATH = "/v1/partner/grades/query"


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
async def test_an_answer_says_how_many_were_asked_and_refused(world: World, town: Town, content_type: str) -> None:
    household_id = await town.household(H1)
    await town.take_over()
    known, unknown = (household_id, await town.consent(household_id)), (new_id(), new_id())
    queries = [
        {"household_id": str(who), "consent_id": str(consent), "purpose": "loan_review", "reference": "r"}
        for who, consent in (known, unknown, unknown)
    ]

    before = counted(world)
    async with world.as_(bank()) as caller:
        reply = await caller.post_text(PATH, orjson.dumps({"queries": queries}), **{"content-type": content_type})

    assert reply.status_code == 200
    assert (reply.headers["x-queries-asked"], reply.headers["x-queries-refused"]) == ("3", "2")
    after = counted(world)
    assert {status: after[status] - before[status] for status in after} == {"ok": 1, "refused": 2}


def counted(world: World) -> dict[Any, float]:
    """As Prometheus reads it."""
    (collector,) = world.app.state.collectors
    (family,) = collector.collect()
    assert {sample.name for sample in family.samples} == {"bashan_grade_queries_total"}
    return {sample.labels["status"]: sample.value for sample in family.samples}
