"""A card is read as a document, as a table for people and as SQL, which scores the files as the engine does."""

import pytest

from services.credit.domain.card_document import card_from_document, card_to_document
from services.credit.domain.points_table import csv_of, markdown_of
from services.credit.domain.score_household import score
from shared.ids import new_id
from tests.builders.worked_cases import H1, H3, H4, H6, rural_household
from tests.credit.world import Town, World, assert_problem, household_login, other_login

PATH = "/v1/credit/cards/rural-household/versions/1"


async def test_the_document_reads_back_to_the_same_card(world: World, town: Town) -> None:
    for who in (town.official, other_login("auditor")):
        async with world.as_(who) as caller:
            body = (await caller.get(PATH)).json()
        assert card_from_document(body["document"]) == rural_household()
        assert (body["sha256"], body["status"]) == (rural_household().sha256, "approved")


async def test_the_table_comes_as_markdown_or_csv(world: World, town: Town) -> None:
    async with world.as_(town.official) as caller:
        page, sheet = await caller.get(f"{PATH}/table"), await caller.get(f"{PATH}/table", form="csv")
        assert_problem(await caller.get(f"{PATH}/table", form="pdf"), 422, "schema_invalid")
    assert (page.text, page.headers["content-type"]) == (markdown_of(rural_household()), "text/markdown; charset=utf-8")
    assert (sheet.text, sheet.headers["content-type"]) == (csv_of(rural_household()), "text/csv; charset=utf-8")


async def test_the_sql_scores_every_file_as_the_engine_does(world: World, town: Town) -> None:
    cases = [(facts, vetoes) for facts in (H1, H3, H4, H6, {}) for vetoes in ((), ("V1",))]
    people = [await town.household(facts, vetoes=vetoes) for facts, vetoes in cases]
    async with world.as_(other_login("auditor")) as caller:
        reply = await caller.get(f"{PATH}/sql")
    assert reply.headers["content-type"] == "application/sql; charset=utf-8"
    found = {row[0]: row[1:] for row in await world.rows(reply.text)}
    for household_id, (facts, vetoes) in zip(people, cases, strict=True):
        alone = score(rural_household(), facts, vetoes)
        wanted = (1, list(alone.bins.values()), list(alone.points.values()), alone.total, alone.band)
        assert found[household_id] == wanted


async def test_the_sql_of_a_card_with_wild_words_reads_them_as_words(world: World, town: Town) -> None:
    document = card_to_document(rural_household()) | {"version": 77}
    wild = ["100%", "d'or", "back\\slash", ":name", "--", '"x"']
    document["attributes"][1]["bins"][2]["values"] = ["certificate", *wild]
    people = [await town.household(H1 | {"skill": word}) for word in wild]
    async with world.as_(town.orderer) as caller:
        assert (await caller.post("/v1/credit/cards", {"document": document})).status_code == 201
        text = (await caller.get("/v1/credit/cards/rural-household/versions/77/sql")).text
    found = {row[0]: row[2][1] for row in await world.rows(text)}
    assert [found[one] for one in people] == ["certificate"] * len(wild)


@pytest.mark.parametrize("what", ["", "/table", "/sql"])
async def test_officials_and_the_auditor_read_cards_that_are_there(world: World, town: Town, what: str) -> None:
    async with world.as_(household_login(new_id())) as caller:
        assert_problem(await caller.get(f"{PATH}{what}"), 403, "not_permitted")
    async with world.as_(town.official) as caller:
        absent = await caller.get(f"/v1/credit/cards/rural-household/versions/999{what}")
        assert_problem(absent, 404, "card_not_found")
        assert_problem(await caller.get(f"/v1/credit/cards/rural-household/versions/0{what}"), 422, "schema_invalid")
