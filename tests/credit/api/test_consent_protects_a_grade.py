"""What a household still agrees to protects its grade; with its last consent everything that scores it goes."""

import asyncio
from datetime import date
from uuid import UUID

import httpx
import pytest

from shared.ids import new_id
from tests.credit.course_world import VETO, Course, put_veto
from tests.credit.world import OTHER_BANK, Town, World, assert_problem, household_login, official


async def withdraw(world: World, household_id: UUID, consent_id: UUID) -> httpx.Response:
    async with world.as_(household_login(household_id)) as caller:
        return await caller.post(f"/v1/credit/consents/{consent_id}/withdraw")


async def scoring_rows(world: World, household_id: UUID) -> int:
    (found,) = await world.rows(
        "SELECT (SELECT count(*) FROM facts WHERE household_id = $1)"
        " + (SELECT count(*) FROM fact_history WHERE household_id = $1)"
        " + (SELECT count(*) FROM scores WHERE household_id = $1)"
        " + (SELECT count(*) FROM grades WHERE household_id = $1)",
        household_id,
    )
    return int(found[0])


@pytest.mark.parametrize("state", ["DRAFT", "EFFECTIVE"])
async def test_no_official_withdraws_a_household_that_agreed_in_writing_only(
    world: World, course: Course, town: Town, state: str
) -> None:
    household_id = await town.household()
    await town.take_over()
    await town.consent(household_id, written=True)
    path = f"/v1/credit/households/{household_id}/grade-case" if state == "EFFECTIVE" else "/v1/credit/grade-cases"
    body = None if state == "EFFECTIVE" else {"household_id": str(household_id)}
    async with world.as_(town.official) as caller:
        opened = await caller.post(path, body)
    assert opened.json()["state"] == state
    for who in (official("village_official", town.village), town.official, official("county_official", town.code[:6])):
        refused = await course.move(opened.json()["case_id"], "WITHDRAWN", who)
        assert "WITHDRAWN" not in assert_problem(refused, 409, "only_household_withdraws")["allowed"]
    assert (await course.grade(household_id))["grade"] == "AAA"


async def test_a_written_consent_alone_carries_the_whole_course(course: Course, town: Town) -> None:
    household_id = await town.household()
    await town.consent(household_id, written=True)
    async with town.world.as_(course.person("COLLECTED")) as caller:
        opened = await caller.post("/v1/credit/grade-cases", {"household_id": str(household_id)})
    moved = await course.move(opened.json()["case_id"], "COLLECTED")
    assert moved.status_code == 200, moved.text


async def test_a_first_grade_with_a_case_lives_on_the_consent_to_the_other_bank(
    world: World, course: Course, town: Town
) -> None:
    household_id = await town.household()
    await town.take_over()
    to_one = await town.consent(household_id, written=False)
    to_other = await town.consent(household_id, written=False, partner_id=OTHER_BANK)
    async with world.as_(town.official) as caller:
        assert (await caller.post(f"/v1/credit/households/{household_id}/grade-case")).status_code == 200
    assert (await withdraw(world, household_id, to_one)).status_code == 200
    assert (await course.grade(household_id))["grade"] == "AAA"
    assert (await withdraw(world, household_id, to_other)).status_code == 200
    assert (await course.grade(household_id))["code"] == "grade_not_found"
    assert await scoring_rows(world, household_id) == 0


async def test_a_course_that_ends_leaves_a_first_grade_its_data_while_a_consent_stands(
    world: World, course: Course, town: Town
) -> None:
    household_id = await town.household()
    await town.take_over()
    case_id = await course.begin(household_id)
    consents = await world.rows(
        "SELECT consent_id FROM consents WHERE household_id = $1 ORDER BY written DESC", household_id
    )
    written, ordinary = (row[0] for row in consents)
    assert (await withdraw(world, household_id, written)).status_code == 200
    ended = await world.rows("SELECT state FROM grade_cases WHERE case_id = $1", UUID(case_id))
    assert ended == [("WITHDRAWN",)]
    assert (await course.grade(household_id))["grade"] == "AAA"
    assert (await withdraw(world, household_id, ordinary)).status_code == 200
    assert await scoring_rows(world, household_id) == 0


@pytest.mark.parametrize("facts", [{}, {"workers": 2}])
async def test_data_of_a_household_without_a_case_go_with_its_last_consent(
    world: World, town: Town, facts: dict[str, int]
) -> None:
    """It could not be rated, so no case was ever opened; its file and scores are scoring data all the same."""
    household_id = await town.household(facts)
    await town.take_over()
    consent_id = await town.consent(household_id)
    assert await scoring_rows(world, household_id) > 0
    assert (await withdraw(world, household_id, consent_id)).status_code == 200
    assert await scoring_rows(world, household_id) == 0


async def test_of_two_consents_withdrawn_at_once_one_knows_itself_the_last(world: World, town: Town) -> None:
    households = await town.households(6)
    await town.take_over()
    for one in households:
        pair = [await town.consent(one), await town.consent(one, partner_id=OTHER_BANK)]
        replies = await asyncio.gather(*(withdraw(world, one, consent) for consent in pair))
        assert [reply.status_code for reply in replies] == [200, 200]
    assert [await scoring_rows(world, one) for one in households] == [0] * len(households)


async def test_a_veto_between_a_run_and_its_confirmation_stops_the_grade(
    world: World, course: Course, town: Town
) -> None:
    household_id, other = await town.households(2)
    run_id = await town.score()
    await put_veto(town, household_id)
    async with world.as_(town.confirmer) as caller:
        confirmed = await caller.post(f"/v1/credit/scoring-runs/{run_id}/confirm")
    assert confirmed.status_code == 200, confirmed.text
    assert (await course.grade(household_id))["state"] == "SUSPENDED"
    assert (await course.bank_reads(household_id))["grade"] == "none"
    assert (await course.grade(other))["state"] == "EFFECTIVE"


async def test_a_veto_in_the_moment_of_the_confirmation_is_not_missed(world: World, course: Course) -> None:
    async def once() -> str:
        town = await world.town()
        household_id = await town.household()
        run_id = await town.score()
        async with world.as_(town.confirmer) as confirmer, world.as_(town.official) as caller:
            vetoed, confirmed = await asyncio.gather(
                caller.post(f"/v1/credit/households/{household_id}/vetoes", {**VETO, "veto_id": str(new_id())}),
                confirmer.post(f"/v1/credit/scoring-runs/{run_id}/confirm"),
            )
        assert (vetoed.status_code, confirmed.status_code) == (201, 200), vetoed.text + confirmed.text
        return str((await course.grade(household_id))["state"])

    assert {await once() for _ in range(6)} == {"SUSPENDED"}


async def test_early_in_the_morning_a_grade_that_ended_yesterday_is_opened_no_more(
    world: World, course: Course, town: Town
) -> None:
    """Half past six in China is still the day before in Greenwich."""
    household_id = await town.household()
    await town.take_over()
    world.set_day(date(2028, 11, 25), hour=6)
    async with world.as_(town.official) as caller:
        opened = await caller.post(f"/v1/credit/households/{household_id}/grade-case")
    assert_problem(opened, 404, "grade_not_found")
