"""A bank asks for grades: one or a thousand, each answered as far as the household's consent goes."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.ids import new_id
from tests.builders.worked_cases import H1, H3
from tests.credit.bank_queries import PATH, ask, logged, nobody, query, refusal
from tests.credit.world import BANK, TODAY, Town, World, bank

CARD = "rural-household@1"


async def test_a_bank_with_consent_reads_grade_validity_and_reasons(world: World, town: Town) -> None:
    household_id = await town.household(H3)
    await town.take_over()
    consent_id = await town.consent(household_id)
    assert await ask(world, query(household_id, consent_id)) == [
        {
            "reference": "r-1",
            "status": "ok",
            "code": None,
            "grade": "A",
            "valid_until": "2028-11-24",
            "reasons": [f"{CARD}/{one}" for one in ("D1/no_record", "A2/none", "B1/b2", "C2/b3")],
            "card_version": CARD,
            "as_of": "2026-11-24",
            "objection": False,
            "statements": [],
        }
    ]
    assert await logged(world, household_id) == [(BANK, "loan_review", "ok")]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (["grade"], {"grade": "AAA", "valid_until": None, "reasons": []}),
        (["validity"], {"grade": None, "valid_until": "2028-11-24", "reasons": []}),
        (["reasons"], {"grade": None, "valid_until": None}),
    ],
)
async def test_only_what_the_consent_covers_is_told(
    world: World, town: Town, fields: list[str], told: dict[str, Any]
) -> None:
    household_id = await town.household(H1)
    await town.take_over()
    answered = (await ask(world, query(household_id, await town.consent(household_id, fields=fields))))[0]
    assert answered["status"] == "ok"
    assert {name: answered[name] for name in told} == told
    assert bool(answered["reasons"]) == ("reasons" in fields)


async def test_a_vetoed_an_unrated_and_an_ungraded_household_read_none_and_an_expired_grade_too(
    world: World, town: Town
) -> None:
    vetoed, unrated = await town.household(H1, vetoes=["V1"]), await town.household(H1 | {"reviews": [9]})
    good = await town.household(H1)
    await town.take_over()
    late = await town.household(H1)
    people = (vetoed, unrated, late)
    for household_id in people:
        consent_id = await town.consent(household_id, fields=["grade", "validity"])
        answered = (await ask(world, query(household_id, consent_id)))[0]
        assert (answered["status"], answered["grade"]) == ("ok", "none")
    last, after = TODAY.replace(year=2028), TODAY.replace(year=2028) + timedelta(days=1)
    consent_id = await town.consent(good, valid_from="2028-11-01", valid_to="2028-12-01")
    for day, grade in ((last, "AAA"), (after, "none")):
        world.set_day(day)
        assert (await ask(world, query(good, consent_id)))[0]["grade"] == grade


async def test_an_id_number_of_head_or_spouse_leads_to_the_household_in_whatever_form_it_is_written(
    world: World, town: Town
) -> None:
    household_id = await town.household(H1, id_number="51192119800101123X")
    await town.take_over()
    consent_id = await town.consent(household_id)
    for written in (
        "51192119800101123X",
        "51192119800101123x",
        "５１１９２１１９８００１０１１２３Ｘ",
        "511921 19800101 123X",
    ):
        assert (await ask(world, query(None, consent_id, id_number=written)))[0]["grade"] == "AAA"
    unknown = await refusal(world, query(None, consent_id, id_number="511921198001011248"))
    assert unknown == await nobody(world)
    assert [status for _, _, status in await logged(world, household_id)] == ["ok"] * 4
    dumped = await world.rows("SELECT string_agg(to_jsonb(q)::text, '') FROM query_log q")
    assert "511921198001011248" not in dumped[0][0]


async def test_a_thousand_at_once_are_answered_line_by_line_in_their_order(world: World, town: Town) -> None:
    people = await town.households(4, H1)
    await town.take_over()
    consents = [await town.consent(one) for one in people[:2]] + [new_id(), new_id()]
    queries = [query(people[i % 4], consents[i % 4], reference=f"r-{i}") for i in range(1000)]
    results = await ask(world, *queries)
    assert [one["reference"] for one in results] == [f"r-{i}" for i in range(1000)]
    assert [one["status"] for one in results[:4]] == ["ok", "ok", "refused", "refused"]
    assert [one["status"] for one in results] == ["ok", "ok", "refused", "refused"] * 250
    assert len(await logged(world, people[3])) == 250


async def test_queries_at_once_each_get_their_own_answer(world: World, town: Town) -> None:
    people = [*await town.households(5, H1), *await town.households(5, H3)]
    await town.take_over()
    consents = [await town.consent(one) for one in people]
    async with world.as_(bank()) as caller:
        replies = await asyncio.gather(
            *(
                caller.post(PATH, {"queries": [query(people[i % 10], consents[i % 10], reference=f"r-{i}")]})
                for i in range(60)
            )
        )
    answers = [(one["reference"], one["grade"]) for reply in replies for one in reply.json()["results"]]
    assert answers == [(f"r-{i}", "AAA" if i % 10 < 5 else "A") for i in range(60)]
