"""三审两公示一录入 over HTTP: how a household comes onto the list, off it and back, and what stops it."""

from datetime import date
from uuid import UUID

import pytest

from shared.ids import new_id
from tests.households.identification_world import FREE_DAY, STAGES, VILLAGE, Village, code, step
from tests.households.monitoring_people import as_household, key, put_sheet


async def test_the_whole_course_makes_a_household_poor_in_the_record_with_its_change_and_feed(village: Village) -> None:
    household = await village.household()
    case = await village.up_to("COUNTY_ENTRY", household)
    found = await village.see(case)
    assert (found["state"], found["entered_on"], found["next"]) == ("COUNTY_ENTRY", "2026-05-17", [])
    assert [one["to"] for one in found["transitions"]] == ["APPLIED", *STAGES]
    record = (await village.get("county", f"/v1/households/{household}/history")).json()
    assert record["record"]["status"] == "poor"
    assert record["record"]["first_identified_on"] == "2026-05-17"
    last = record["changes"][0]
    assert (last["source"], last["kind"], last["changed"]) == (
        "identification",
        "identified",
        ["status", "first_identified_on"],
    )
    async with village.world.database.transaction() as connection:
        feed = await connection.exec_driver_sql(
            "SELECT payload FROM change_log WHERE topic = 'household' AND key = $1 ORDER BY id DESC LIMIT 1",
            (household,),
        )
        assert feed.scalar_one()["registered_poor"] is True


@pytest.mark.parametrize("skipped", STAGES[1:])
async def test_no_stage_is_jumped_over(village: Village, skipped: str) -> None:
    before = STAGES[STAGES.index(skipped) - 1]
    if before == "GROUP_REVIEW":
        case = await village.applied()
    else:
        case = await village.up_to(STAGES[STAGES.index(before) - 1])
    reply = await village.move(case, skipped)
    assert code(reply) == (409, "identification_not_next")
    assert before in reply.json()["allowed"] or before == "TOWN_REVIEW", reply.json()["allowed"]


async def test_the_first_notice_runs_seven_full_days_with_the_first_not_counted(village: Village) -> None:
    case = await village.up_to("NOTICE_1")
    for day in range(1, 9):
        village.on(date(2026, 5, day))
        reply = await village.move(case, "TOWN_REVIEW")
        assert code(reply) == (409, "notice_runs")
        assert reply.json()["message"] == "公示期还没有满，2026-05-09起才能继续。"
        assert "TOWN_REVIEW" not in reply.json()["allowed"]
    village.on(FREE_DAY)
    assert (await village.move(case, "TOWN_REVIEW")).status_code == 200


async def test_the_second_notice_runs_as_long(village: Village) -> None:
    case = await village.up_to("NOTICE_2")
    village.days_pass(7)
    assert code(await village.move(case, "COUNTY_ENTRY")) == (409, "notice_runs")
    village.days_pass(1)
    assert (await village.move(case, "COUNTY_ENTRY")).status_code == 200


@pytest.mark.parametrize(
    ("stage", "office"),
    [("GROUP_REVIEW", "county"), ("TOWN_REVIEW", "village"), ("NOTICE_2", "county"), ("COUNTY_ENTRY", "township")],
)
async def test_each_stage_is_its_own_offices(village: Village, stage: str, office: str) -> None:
    place = STAGES.index(stage)
    case = await (village.up_to(STAGES[place - 1]) if place else village.applied())
    village.days_pass(8)
    assert code(await village.move(case, stage, office=office)) == (403, "not_permitted")


async def test_a_household_applies_for_itself_sees_where_it_stands_and_may_withdraw(village: Village) -> None:
    household = await village.household()
    async with as_household(village.world, household) as own:
        body = {"household_id": household, "kind": "entry", "statement": "母亲常年生病"}
        reply = await own.post("/v1/identifications", json=body, headers=key())
        case = reply.json()["identification_id"]
        path = f"/v1/identifications/{case}/transitions"
        refused = await own.post(path, json=step("GROUP_REVIEW"), headers=key())
        assert code(refused) == (403, "not_permitted")
        mine = (await own.get(f"/v1/households/{household}/identifications")).json()["items"]
        assert [one["identification_id"] for one in mine] == [case]
        assert (await own.get(f"/v1/identifications/{case}")).json()["statement"] == "母亲常年生病"
        gone = await own.post(path, json={"to": "WITHDRAWN"}, headers=key())
        assert (gone.status_code, gone.json()["state"]) == (200, "WITHDRAWN")
    assert (await village.apply(household)).status_code == 201, "and may apply again"


async def test_an_id_that_a_phone_made_is_a_courses_once(village: Village) -> None:
    household = await village.household()
    body = {"household_id": household, "kind": "entry", "statement": "母亲常年生病", "identification_id": str(new_id())}
    async with as_household(village.world, household) as own:
        assert (await own.post("/v1/identifications", json=body, headers=key())).status_code == 201
        again = await own.post("/v1/identifications", json=body, headers=key())
        assert code(again)[0] == 409
        path = f"/v1/identifications/{body['identification_id']}/transitions"
        assert (await own.post(path, json={"to": "WITHDRAWN"}, headers=key())).status_code == 200
        again = await own.post("/v1/identifications", json=body, headers=key())
    assert code(again) == (409, "identification_id_taken")


async def test_who_may_not_see_the_household_does_not_see_its_course(village: Village) -> None:
    household, other = await village.household(), await village.household()
    case = await village.applied(household)
    async with as_household(village.world, other) as stranger:
        assert code(await stranger.get(f"/v1/identifications/{case}")) == (404, "identification_not_found")
        moved = await stranger.post(f"/v1/identifications/{case}/transitions", json={"to": "WITHDRAWN"}, headers=key())
        assert code(moved) == (404, "identification_not_found")
        applied = await stranger.post(
            "/v1/identifications", json={"household_id": household, "statement": "替人申请"}, headers=key()
        )
        assert code(applied) == (404, "household_not_found")


async def test_a_look_at_a_course_is_kept_where_the_household_reads_it(village: Village) -> None:
    household = await village.household()
    case = await village.applied(household)
    await village.see(case)
    async with as_household(village.world, household) as own:
        looks = (await own.get(f"/v1/households/{household}/looks")).json()["items"]
    assert looks[0]["what"] == "identification"


@pytest.mark.parametrize(
    ("status", "kind", "fits"),
    [
        ("general", "entry", True),
        ("poor", "entry", False),
        ("out_of_poverty", "entry", False),
        ("poor", "exit", True),
        ("general", "exit", False),
        ("out_of_poverty", "reentry", True),
        ("general", "reentry", False),
    ],
)
async def test_a_course_begins_where_the_household_stands(
    village: Village, status: str, kind: str, *, fits: bool
) -> None:
    reply = await village.apply(await village.household(status), kind)
    assert code(reply) == ((201, "") if fits else (409, "status_does_not_fit"))


async def test_a_second_application_while_one_is_on_its_way_is_refused(village: Village) -> None:
    household = await village.household()
    await village.applied(household)
    assert code(await village.apply(household)) == (409, "identification_exists")


async def earned(village: Village, household: str, year: int, cents: int, version: int) -> None:
    """One person's income of a year, as the county writes it down."""
    async with village.office("county") as client:
        kinds = {"wage_cents": cents, "business_cents": 0, "property_cents": 0, "transfer_cents": 0}
        path = f"/v1/households/{household}/incomes/{year}"
        reply = await client.put(path, json={**kinds, "source": "department", "version": version})
        assert reply.status_code == 200, reply.text


async def test_exit_needs_the_closed_years_line_and_all_six_guarantees(village: Village) -> None:
    village.on(date(2026, 11, 2))
    household = await village.household("poor")
    await earned(village, household, 2025, 399_999, version=2)
    case = await village.applied(household, "exit")
    await village.moved(case, "GROUP_REVIEW", "VILLAGE_REVIEW")
    reply = await village.move(case, "COMMITTEE_CONFIRMED")
    assert code(reply) == (409, "may_not_exit")
    assert reply.json()["reasons"][0] == "income_below_line"
    assert len(reply.json()["reasons"]) == 7
    async with village.office("township") as client:
        assert (await put_sheet(client, household, 1, water="no")).status_code == 200
    await earned(village, household, 2025, 400_000, version=3)
    assert (await village.move(case, "COMMITTEE_CONFIRMED")).json()["reasons"] == ["water_no"]
    async with village.office("township") as client:
        assert (await put_sheet(client, household, 2)).status_code == 200
    await village.moved(case, "COMMITTEE_CONFIRMED", "NOTICE_1", "TOWN_REVIEW", "NOTICE_2", "COUNTY_ENTRY")
    record = (await village.get("county", f"/v1/households/{household}")).json()
    assert record["status"] == "out_of_poverty"


async def test_no_other_years_income_and_no_figure_without_a_year_lets_a_household_leave(village: Village) -> None:
    village.on(date(2026, 11, 2))
    household = await village.household("poor", net_income_per_head_cents=900_000)
    await earned(village, household, 2024, 900_000, version=2)
    await earned(village, household, 2026, 900_000, version=3)
    async with village.office("township") as client:
        assert (await put_sheet(client, household, 1)).status_code == 200
    case = await village.applied(household, "exit")
    await village.moved(case, "GROUP_REVIEW", "VILLAGE_REVIEW")
    reply = await village.move(case, "COMMITTEE_CONFIRMED")
    assert (code(reply), reply.json()["reasons"]) == ((409, "may_not_exit"), ["income_unknown"])
    assert "要登记2025年的家庭收入" in reply.json()["message"]
    await earned(village, household, 2025, 400_000, version=4)
    await village.moved(case, "COMMITTEE_CONFIRMED")


async def test_a_household_that_fell_back_comes_in_again_by_the_same_course(village: Village) -> None:
    await village.quota(1)
    household = await village.household("out_of_poverty")
    case = await village.applied(household, "reentry")
    await village.moved(case, *STAGES)
    assert (await village.get("county", f"/v1/households/{household}")).json()["status"] == "poor"


async def test_a_household_that_moved_away_or_changed_by_an_import_is_not_entered(village: Village) -> None:
    household = await village.household()
    case = await village.up_to("NOTICE_2", household)
    village.days_pass(8)
    await village.world.put("UPDATE households SET status = 'poor' WHERE household_id = $1", (UUID(household),))
    assert code(await village.move(case, "COUNTY_ENTRY")) == (409, "status_does_not_fit")


async def test_the_list_of_a_place_is_by_state_and_paged(village: Village) -> None:
    cases = sorted([await village.applied() for _ in range(3)])
    await village.moved(cases[0], "GROUP_REVIEW")
    query = {"region": VILLAGE, "state": "APPLIED", "limit": "1"}
    first = (await village.get("township", "/v1/identifications", **query)).json()
    second = (await village.get("township", "/v1/identifications", **query, cursor=first["next_cursor"])).json()
    assert [one["identification_id"] for one in (*first["items"], *second["items"])] == cases[1:]
    assert (first["has_more"], second["has_more"]) == (True, False)
    other = await village.get("village", "/v1/identifications", region="511921100202")
    assert code(other) == (403, "outside_scope")


async def test_a_village_of_a_hundred_is_entered_in_one_call(village: Village) -> None:
    households = [await village.household() for _ in range(100)]
    async with village.world.database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO identifications (household_id, case_id, village_code, kind, year, state, version, applied_on,"
            " proposed_by, statement, votes, voters, recused, vote_people, notice_2, notice_2_line, notice_2_on,"
            " people, reviewers) SELECT household_id, gen_random_uuid(), village_code, 'entry', 2026, 'NOTICE_2', 7,"
            " '2026-04-01', 'p', 's', 50, 60, 0, 1, household_id, 1, '2026-04-20', '{}', '{}' FROM households"
        )
    path = f"/v1/villages/{VILLAGE}/identifications/transitions"
    reply = await village.post("county", path, {"to": "COUNTY_ENTRY", "relation": "none"})
    assert (len(reply.json()["moved"]), reply.json()["stay"]) == (100, [])
    listed = await village.get("county", "/v1/households", region=VILLAGE, status="poor", limit="100")
    assert {one["household_id"] for one in listed.json()["items"]} == set(households)
