"""When a village is a credit village and a township a credit township, counted from files, grades and loans."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from tests.builders.worked_cases import H1, H4
from tests.credit.world import NOON, TODAY, Town, World, assert_problem, household, household_login, official, region

# One worker builds the villages for all of these.
pytestmark = pytest.mark.xdist_group("titles")

LATE = {"days_past_due": 30}
A_YEAR_AGO, SINCE_THEN = date(2025, 11, 24), date(2025, 11, 25)
Loans = tuple[dict[str, Any], ...]


def bad(cents: int, since: date = A_YEAR_AGO) -> dict[str, Any]:
    return {"days_past_due": 91, "balance_cents": cents, "non_performing_since": since}


@dataclass(frozen=True)
class Village:
    """Households by what their file gives; `borrowers`: the loans of each household that has some."""

    credit: int = 70
    rated_without: int = 30
    vetoed: int = 0
    not_rated: int = 0
    without_file: int = 0
    borrowers: tuple[Loans, ...] = (({},),) * 20
    title: bool = True
    stars: int = 1
    results: dict[str, str] = field(default_factory=dict)


LOAN_TESTS = ("on_time", "npl_of_balance", "new_npl")
# The balance of these is 1,000,000.00 yuan.
NPL = (({"balance_cents": 50_000_00},),) * 19
VILLAGES: dict[str, Village] = {
    "70 % of the rated are credit households": Village(),
    "69.97 % are": Village(credit=212, rated_without=91, title=False, results={"credit_of_rated": "fail"}),
    "a vetoed household is rated and no credit household": Village(
        credit=70, rated_without=30, vetoed=1, title=False, results={"credit_of_rated": "fail"}
    ),
    "a household without a rating counts in neither": Village(not_rated=5),
    "files of 80 %": Village(credit=60, rated_without=20, without_file=20),
    "files of 79 %": Village(credit=60, rated_without=19, without_file=21, title=False, results={"files": "fail"}),
    "30 are rated": Village(credit=21, rated_without=9),
    "29 are rated": Village(credit=21, rated_without=8, title=False, results={"rated": "fail"}),
    "ten borrow": Village(borrowers=(({},),) * 10),
    "nine borrow": Village(borrowers=(({},),) * 9, title=False, results=dict.fromkeys(LOAN_TESTS, "not_measurable")),
    "all is paid back": Village(
        borrowers=(({"balance_cents": 0},),) * 20, title=False, results=dict.fromkeys(LOAN_TESTS, "not_measurable")
    ),
    "nine borrowers of ten are on time, the tenth with thirty late loans": Village(
        borrowers=(*((({},),) * 9), (LATE,) * 30)
    ),
    "a borrower with one late loan among many is late": Village(
        borrowers=(*((({},) * 10,) * 8), *((({},) * 9 + (LATE,),) * 2)), title=False, results={"on_time": "fail"}
    ),
    "NPL of exactly 3 %": Village(borrowers=(*NPL, ({"balance_cents": 20_000_00}, bad(30_000_00)))),
    "NPL of a fen more": Village(
        borrowers=(*NPL, ({"balance_cents": 20_000_00}, bad(30_000_01))),
        title=False,
        results={"npl_of_balance": "fail"},
    ),
    "new NPL of exactly 1 %": Village(borrowers=(*NPL, ({"balance_cents": 40_000_00}, bad(10_000_00, SINCE_THEN)))),
    "new NPL of a fen more": Village(
        borrowers=(*NPL, ({"balance_cents": 39_999_99}, bad(10_000_01, SINCE_THEN))),
        title=False,
        results={"new_npl": "fail"},
    ),
    "three stars": Village(credit=90, rated_without=10, stars=3),
    "two stars": Village(credit=89, rated_without=11, stars=2),
    "90 % with NPL of more than 1 %": Village(
        credit=90, rated_without=10, borrowers=(*NPL, ({"balance_cents": 30_000_00}, bad(20_000_00))), stars=2
    ),
}


async def settle(town: Town, village: Village, code: str) -> None:
    groups: list[tuple[int, dict[str, Any] | None, tuple[str, ...]]] = [
        (village.credit, H1, ()),
        (village.rated_without, H4, ()),
        (village.vetoed, H1, ("V2",)),
        (village.not_rated, {}, ()),
        (village.without_file, None, ()),
    ]
    people = [
        household_id
        for number, facts, vetoes in groups
        for household_id in await town.households(number, facts, village=code, vetoes=vetoes)
    ]
    loans = [(people[place], loan) for place, its in enumerate(village.borrowers) for loan in its]
    await town.loans(loans, code)


@pytest.fixture(scope="module")
async def villages(whole_world: World) -> Town:
    """All of the villages above, graded."""
    whole_world.set_day(TODAY)
    town = await whole_world.town(villages=len(VILLAGES))
    for code, village in zip(town.villages, VILLAGES.values(), strict=True):
        await settle(town, village, code)
    await town.take_over()
    return town


@pytest.mark.parametrize("name", VILLAGES)
async def test_a_village_is_judged_by_its_files_grades_and_loans(world: World, villages: Town, name: str) -> None:
    village, code = VILLAGES[name], villages.villages[list(VILLAGES).index(name)]
    async with world.as_(villages.official) as caller:
        body = (await caller.get(f"/v1/credit/villages/{code}/grade")).json()
    assert (body["verdict"], body["stars"]) == (village.title, village.stars if village.title else 0)
    assert {one["name"]: one["result"] for one in body["tests"] if one["result"] != "pass"} == village.results


async def test_each_test_of_a_verdict_shows_what_it_was_judged_by(world: World, villages: Town) -> None:
    code = villages.villages[list(VILLAGES).index("NPL of exactly 3 %")]
    async with world.as_(villages.official) as caller:
        body = (await caller.get(f"/v1/credit/villages/{code}/grade")).json()
    assert (body["policy_version"], body["as_of"]) == ("credit-village@1", "2026-11-24")
    assert [(one["name"], one["numerator"], one["denominator"], one["threshold"]) for one in body["tests"]] == [
        ("files", 100, 100, 80),
        ("credit_of_rated", 70, 100, 70),
        ("on_time", 19, 20, 90),
        ("npl_of_balance", 30_000_00, 1_000_000_00, 3),
        ("new_npl", 0, 1_000_000_00, 1),
        ("rated", 100, None, 30),
    ]


async def test_others_than_the_officials_see_the_verdict_without_what_shows_single_households(
    world: World, villages: Town
) -> None:
    code = villages.villages[list(VILLAGES).index("NPL of exactly 3 %")]
    nine = villages.villages[list(VILLAGES).index("nine borrow")]
    async with world.as_(household_login(await villages.household(None))) as caller:
        body = (await caller.get(f"/v1/credit/villages/{code}/grade")).json()
        few = (await caller.get(f"/v1/credit/villages/{nine}/grade")).json()
    assert body["verdict"]
    shown = {one["name"]: (one["numerator"], one["denominator"], one["result"]) for one in body["tests"]}
    assert shown["credit_of_rated"] == (70, 100, "pass")
    assert shown["on_time"] == (15, 20, "pass")
    assert shown["npl_of_balance"] == (None, None, "pass")
    assert {one["name"]: one["numerator"] for one in few["tests"]}["on_time"] == 5
    async with world.as_(official("township_official", "511922101")) as caller:
        assert (await caller.get(f"/v1/credit/villages/{code}/grade")).json() == body


async def test_the_summary_of_a_place_adds_up_what_its_villages_have(world: World) -> None:
    town = await world.town(villages=2, communities=1)
    await town.households(3, H1, poor=True)
    await town.households(2, H4, village=town.villages[1])
    borrower = (await town.households(1, None, village=town.villages[2]))[0]
    await town.loans([(borrower, {}), (borrower, {"balance_cents": 0})], town.villages[2])
    await town.take_over()
    async with world.as_(town.official) as caller:
        summary = (await caller.get("/v1/credit/summary", region=town.code)).json()
        one = (await caller.get("/v1/credit/summary", region=town.villages[1])).json()
    assert summary == {
        "region": town.code,
        "counted_at": NOON.isoformat(),
        "households": 6,
        "poor_households": 3,
        "rated_households": 5,
        "credit_households": 3,
        "by_band": {"AAA": 3, "AA": 0, "A": 0},
        "credit_villages": 0,
        "credit_townships": 0,
        "loans": 2,
        "loan_amount_cents": 20_000_00,
    }
    assert (one["households"], one["rated_households"], one["loans"]) == (2, 2, 0)


@pytest.mark.parametrize(("titled", "others", "verdict"), [(1, 1, True), (1, 2, False)])
async def test_a_township_needs_half_of_its_villages_and_communities_do_not_count(
    world: World, titled: int, others: int, verdict: bool
) -> None:
    town = await world.town(villages=titled + others, communities=1)
    good = Village(credit=21, rated_without=9, borrowers=(({},),) * 10)
    for code in (*town.villages[:titled], town.villages[-1]):
        await settle(town, good, code)
    await town.take_over()
    async with world.as_(town.official) as caller:
        body = (await caller.get(f"/v1/credit/townships/{town.code}/grade")).json()
        summary = (await caller.get("/v1/credit/summary", region=town.code)).json()
    assert (body["verdict"], body["may_apply"]) == (verdict, True)
    assert [(one["name"], one["numerator"], one["denominator"], one["result"]) for one in body["tests"]] == [
        ("credit_villages", titled, titled + others, "pass" if verdict else "fail"),
        ("on_time", 10 * (titled + 1), 10 * (titled + 1), "pass"),
        ("npl_of_balance", 0, 8_000_00 * 10 * (titled + 1), "pass"),
    ]
    assert summary["credit_townships"] == int(verdict)


async def test_a_merged_village_and_closed_households_are_in_no_denominator(world: World) -> None:
    town = await world.town(villages=2)
    good = Village(credit=21, rated_without=9, borrowers=(({},),) * 10)
    await settle(town, good, town.villages[0])
    gone = await town.households(3, H4, village=town.villages[0])
    await town.take_over()
    await world.tell(
        region(town.villages[1], "village", "village", ended_on="2026-11-01", successor=town.villages[0]),
        *(household(one, town.villages[0], closed=True) for one in gone),
    )
    async with world.as_(town.official) as caller:
        village = (await caller.get(f"/v1/credit/villages/{town.villages[0]}/grade")).json()
        body = (await caller.get(f"/v1/credit/townships/{town.code}/grade")).json()
        summary = (await caller.get("/v1/credit/summary", region=town.code)).json()
    judged = {one["name"]: (one["numerator"], one["denominator"]) for one in village["tests"]}
    assert (judged["files"], judged["credit_of_rated"], judged["rated"]) == ((30, 30), (21, 30), (30, None))
    assert (body["tests"][0]["numerator"], body["tests"][0]["denominator"]) == (1, 1)
    assert (summary["households"], summary["rated_households"], summary["credit_villages"]) == (30, 30, 1)


async def test_a_street_of_communities_alone_cannot_apply(world: World) -> None:
    town = await world.town(villages=0, communities=2)
    async with world.as_(town.official) as caller:
        body = (await caller.get(f"/v1/credit/townships/{town.code}/grade")).json()
    assert (body["verdict"], body["may_apply"]) == (False, False)


async def test_places_are_asked_for_by_the_code_of_their_level(world: World, town: Town) -> None:
    async with world.as_(town.official) as caller:
        for path, status, code in (
            (f"villages/{town.code}", 422, "village_code_needed"),
            (f"townships/{town.village}", 422, "township_code_needed"),
            ("villages/511999999999", 404, "region_not_found"),
            ("villages/5119", 404, "region_not_found"),
            ("villages/51192", 422, "schema_invalid"),
        ):
            assert_problem(await caller.get(f"/v1/credit/{path}/grade"), status, code)
        assert_problem(await caller.get("/v1/credit/summary", region="511921"), 403, "outside_scope")
        assert_problem(await caller.get("/v1/credit/summary"), 422, "schema_invalid")
        assert_problem(await caller.get("/v1/credit/summary", region=town.code, per="day"), 400, "parameter_unknown")
        twice = await caller.client.get(f"/v1/credit/summary?region={town.code}&region={town.code}")
        assert_problem(twice, 400, "parameter_duplicate")
    async with world.as_(household_login(await town.household())) as caller:
        assert_problem(await caller.get("/v1/credit/summary", region=town.code), 403, "not_permitted")
