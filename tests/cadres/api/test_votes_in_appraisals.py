"""The people's vote of a year enters its appraisal as it was told, and not as somebody writes it down."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.cadres.domain.cadre import Cadre
from shared.clock import FixedClock
from tests.cadres.appraisal_desk import Desk
from tests.cadres.world import household_login

AFTER = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)


async def voted(desk: Desk, cadre: Cadre, answers: list[str]) -> str:
    """A democratic evaluation of the cadre, until 2026-12-01, with these votes; its id."""
    voters = [await desk.town.household() for _ in answers]
    body = {"village_code": desk.town.village, "cadre_id": str(cadre.cadre_id), "last_day": "2026-12-01"}
    opened = await desk.first.post("/v1/evaluations", body)
    assert opened.status_code == 201, opened.text
    evaluation: str = opened.json()["evaluation_id"]
    for household, answer in zip(voters, answers, strict=True):
        async with desk.world.as_(household_login(household)) as voter:
            cast = await voter.client.put(f"/v1/evaluations/{evaluation}/vote", json={"answer": answer})
            assert cast.status_code == 200, cast.text
    return evaluation


@pytest.fixture
def results_are_told(desk: Desk) -> Iterator[Callable[[], None]]:
    """Turns the clock to the day after the last day of the votes."""
    app = desk.world.app
    before = app.state.service

    def turn() -> None:
        app.state.service = replace(before, clock=FixedClock(AFTER))

    yield turn
    app.state.service = before


async def test_the_votes_that_were_told_are_the_figure_and_nobody_types_it(
    desk: Desk, results_are_told: Callable[[], None]
) -> None:
    cadre = await desk.town.cadre()
    evaluation = await voted(desk, cadre, ["satisfied", "satisfied", "basically_satisfied", "unsatisfied", "unknown"])
    early = await desk.propose(cadre, expect=409, year=2026, evaluation=None)
    assert (early["code"], "2026-12-01" in early["message"]) == ("appraisal_vote_still_open", True)
    results_are_told()
    other = await desk.propose(cadre, expect=409, year=2026)
    assert (other["code"], "7000" in other["message"]) == ("appraisal_vote_differs", True)
    made = await desk.propose(cadre, year=2026, evaluation=None)
    assert made["evaluation"]["points"] == 7000, "(2 × 100 + 80 + 0) ÷ 4; who does not know the cadre is not counted"
    assert evaluation in made["evaluation"]["reference"]
    history = (await desk.first.get(f"/v1/decisions/{made['appraisal_id']}")).json()["history"]
    assert history[0]["facts"]["evaluation"] == 7000


async def test_votes_too_few_to_be_told_are_not_read(desk: Desk, results_are_told: Callable[[], None]) -> None:
    cadre = await desk.town.cadre()
    await voted(desk, cadre, ["satisfied"] * 4)
    results_are_told()
    missing = await desk.propose(cadre, expect=409, year=2026, evaluation=None)
    assert missing["code"] == "appraisal_vote_missing"
    assert (await desk.propose(cadre, year=2026))["evaluation"]["points"] == 9000, "as given, with its reference"


async def test_all_evaluations_of_the_year_count_together_and_those_of_others_do_not(
    desk: Desk, results_are_told: Callable[[], None]
) -> None:
    cadre, other = await desk.town.cadre(), await desk.town.cadre()
    first = await voted(desk, cadre, ["satisfied"] * 5)
    second = await voted(desk, cadre, ["unsatisfied"] * 7)
    await voted(desk, other, ["basically_satisfied"] * 5)
    results_are_told()
    made = await desk.propose(cadre, year=2026, evaluation=None)
    assert made["evaluation"]["points"] == 4167, "5 of 12 satisfied, half up to a hundredth"
    assert all(one in made["evaluation"]["reference"] for one in (first, second))
