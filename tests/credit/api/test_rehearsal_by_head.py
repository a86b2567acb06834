"""A rehearsal tells by sex and age band of the head, which this service never learns of anybody."""

import json
from typing import Any

import httpx

from tests.builders.worked_cases import H1, H4
from tests.credit.api.test_rehearsals import draft, rehearsed
from tests.credit.world import Town, World


def households_service(women: set[str], seen: list[dict[str, Any]]) -> httpx.MockTransport:
    """Counts as the households service does, from who is a woman; all are in their forties."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        seen.append(asked)
        items = []
        for group in asked["groups"]:
            female = sum(one in women for one in group["households"])
            by_sex = {"female": female, "male": len(group["households"]) - female}
            items.append({"name": group["name"], "by_sex": by_sex, "by_age": {"35_49": len(group["households"])}})
        return httpx.Response(200, json={"items": items})

    return httpx.MockTransport(answer)


async def test_a_card_that_leaves_out_the_women_is_flagged_and_nothing_of_them_is_kept(
    world: World, town: Town
) -> None:
    await draft(world, town, 11, AAA=85, AA=75, A=70)
    men = await town.households(20, H1)
    women = await town.households(20, H4)
    seen: list[dict[str, Any]] = []
    before = world.households
    world.households = households_service({str(one) for one in women}, seen)
    try:
        found = await rehearsed(world, town, 11)
    finally:
        world.households = before
    by_sex = {one["group"]: one for one in found["approval"]["by_sex_of_head"]}
    assert by_sex["male"]["after"] == {"approved": 20, "rated": 20, "percent": "100.00"}
    assert by_sex["female"]["after"] == {"approved": 0, "rated": 20, "percent": "0.00"}
    assert (by_sex["female"]["below_four_fifths_after"], by_sex["male"]["below_four_fifths_after"]) == (True, False)
    assert [(one["group"], one["after"]["rated"]) for one in found["approval"]["by_age_of_head"]] == [("35_49", 40)]
    assert found["left_out"] is None
    assert {one for asked in seen for group in asked["groups"] for one in group["households"]} == {
        str(one) for one in (*men, *women)
    }
    columns = (
        "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'credit' AND column_name ~ 'sex|birth'"
    )
    assert await world.rows(columns) == [(0,)]


async def test_while_the_households_service_is_away_the_rest_is_told_and_what_is_missing(
    world: World, town: Town
) -> None:
    await draft(world, town, 12, AAA=85)
    await town.households(10, H1)
    found = await rehearsed(world, town, 12)
    assert found["households"] == 10
    assert (found["approval"]["by_sex_of_head"], found["approval"]["by_age_of_head"]) == ([], [])
    assert "性别" in found["left_out"]
