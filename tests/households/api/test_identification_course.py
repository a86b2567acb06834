"""三审两公示一录入 over HTTP: how a household comes onto the list, off it and back, and what stops it."""

import time
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests.households.identification_world import FREE_DAY, SITTING, STAGES, VILLAGE, Village, code, step
from tests.households.import_world import ImportWorld
from tests.households.monitoring_people import as_household, invented_number, key, put_sheet


@pytest.fixture
async def village(world: ImportWorld) -> Village:
    return await Village(world).empty()


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
    ("stage", "changed", "why"),
    [
        ("GROUP_REVIEW", {"reviewers": SITTING["GROUP_REVIEW"][:2]}, "too_few_sitting"),
        ("GROUP_REVIEW", {"reviewers": [*SITTING["GROUP_REVIEW"], {"name": "甲一"}]}, "sitting_twice"),
        (
            "GROUP_REVIEW",
            {"reviewers": [*SITTING["GROUP_REVIEW"], {"name": "表兄", "relation": "relative"}]},
            "reviewer_is_relative",
        ),
        ("GROUP_REVIEW", {"reviewers": [*SITTING["GROUP_REVIEW"], {"name": "陈正松"}]}, "reviewer_name_needs_number"),
        ("VILLAGE_REVIEW", {"reviewers": SITTING["GROUP_REVIEW"]}, "reviewed_before"),
        ("VILLAGE_REVIEW", {"meeting": {"present": 53, "members": 80}}, "assembly_attendance_too_low"),
        ("VILLAGE_REVIEW", {"meeting": {"present": 81, "members": 80}}, "assembly_attendance_too_low"),
        ("VILLAGE_REVIEW", {"votes": None}, "votes_missing"),
        ("VILLAGE_REVIEW", {"votes": 60, "recused": 1}, "votes_impossible"),
        ("VILLAGE_REVIEW", {"votes": 30}, "votes_too_few"),
        (
            "COMMITTEE_CONFIRMED",
            {"reviewers": [{"name": f"丁{n}", "committee": "party_branch"} for n in range(3)]},
            "both_committees_needed",
        ),
    ],
)
async def test_a_meeting_that_does_not_hold_is_refused_by_its_rule(
    village: Village, stage: str, changed: dict[str, Any], why: str
) -> None:
    await village.quota(10)
    case = await village.applied()
    await village.moved(case, *STAGES[: STAGES.index(stage)])
    assert code(await village.move(case, stage, **changed)) == (409, why)
    assert (await village.move(case, stage)).status_code == 200


async def test_a_namesake_shows_by_the_id_number_that_he_is_not_the_applicant(village: Village) -> None:
    own = invented_number()
    case = await village.applied(await village.household(id_number=own))
    namesake = {"name": "陈正松", "id_number": invented_number()}
    himself = {"name": "随便写", "id_number": own}
    sitting = SITTING["GROUP_REVIEW"][:2]
    reply = await village.move(case, "GROUP_REVIEW", reviewers=[*sitting, himself])
    assert code(reply) == (409, "reviewer_is_relative")
    assert (await village.move(case, "GROUP_REVIEW", reviewers=[*sitting, namesake])).status_code == 200


async def test_no_id_number_of_a_reviewer_can_be_read_again(village: Village) -> None:
    number = invented_number()
    case = await village.applied()
    sitting = [*SITTING["GROUP_REVIEW"], {"name": "有号", "id_number": number}]
    await village.moved(case, "GROUP_REVIEW", reviewers=sitting)
    shown = (await village.get("county", f"/v1/identifications/{case}")).text
    assert number not in shown
    assert '"person"' not in shown


async def test_the_township_reviewer_had_no_hand_in_the_village_and_declares_no_kinship(village: Village) -> None:
    case = await village.up_to("NOTICE_1")
    village.days_pass(8)
    undeclared = await village.move(case, "TOWN_REVIEW", relation=None)
    relative = await village.move(case, "TOWN_REVIEW", relation="relative")
    recorder = await village.move(case, "TOWN_REVIEW", subject="village-1")
    proposer = await village.move(case, "TOWN_REVIEW", subject="proposer")
    assert [code(reply)[1] for reply in (undeclared, relative, recorder, proposer)] == [
        "relation_not_declared",
        "reviewer_is_relative",
        "reviewed_before",
        "reviewed_before",
    ]
    assert (await village.move(case, "TOWN_REVIEW")).status_code == 200


@pytest.mark.parametrize("took_part", ["proposer", "village-1", "township-1"])
async def test_the_county_entry_is_by_somebody_who_had_no_hand_in_it(village: Village, took_part: str) -> None:
    case = await village.up_to("NOTICE_2")
    village.days_pass(8)
    reply = await village.move(case, "COUNTY_ENTRY", subject=took_part)
    assert code(reply) == (409, "county_entry_needs_another")


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


async def test_a_review_that_refuses_says_why_and_ends_the_course(village: Village) -> None:
    case = await village.applied()
    assert code(await village.move(case, "REFUSED", office="village", reason=None)) == (
        409,
        "identification_reason_missing",
    )
    reply = await village.move(case, "REFUSED", office="village", reason="有两处商品房")
    assert reply.json()["state"] == "REFUSED"
    assert code(await village.move(case, "GROUP_REVIEW")) == (409, "identification_not_next")


async def test_after_the_vote_the_village_cannot_refuse_whom_the_assembly_chose(village: Village) -> None:
    case = await village.up_to("VILLAGE_REVIEW")
    reply = await village.move(case, "REFUSED", office="village", reason="不想要")
    assert code(reply) == (409, "identification_not_next")
    assert reply.json()["allowed"] == ["COMMITTEE_CONFIRMED", "WITHDRAWN"]


async def test_exit_needs_the_years_line_and_all_six_guarantees(village: Village) -> None:
    village.on(date(2026, 11, 2))
    household = await village.household("poor", net_income_per_head_cents=399_999)
    case = await village.applied(household, "exit")
    await village.moved(case, "GROUP_REVIEW", "VILLAGE_REVIEW")
    reply = await village.move(case, "COMMITTEE_CONFIRMED")
    assert code(reply) == (409, "may_not_exit")
    assert reply.json()["reasons"][0] == "income_below_line"
    assert len(reply.json()["reasons"]) == 7
    async with village.office("township") as client:
        assert (await put_sheet(client, household, 1, water="no")).status_code == 200
    async with village.office("county") as client:
        path = f"/v1/households/{household}/changes"
        rich = {"changes": {"net_income_per_head_cents": 400_000}}
        assert (await client.post(path, json=rich, headers={**key(), "If-Match": '"v2"'})).status_code == 200
    assert (await village.move(case, "COMMITTEE_CONFIRMED")).json()["reasons"] == ["water_no"]
    async with village.office("township") as client:
        assert (await put_sheet(client, household, 2)).status_code == 200
    await village.moved(case, "COMMITTEE_CONFIRMED", "NOTICE_1", "TOWN_REVIEW", "NOTICE_2", "COUNTY_ENTRY")
    record = (await village.get("county", f"/v1/households/{household}")).json()
    assert record["status"] == "out_of_poverty"


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


async def test_a_bare_write_of_an_official_sets_no_poverty_status_and_the_county_takes_over_with_its_source(
    village: Village,
) -> None:
    household = await village.household()
    path = f"/v1/households/{household}"
    for office in ("village", "township", "county"):
        async with village.office(office) as client:
            bare = await client.put(path, json={"village_code": VILLAGE, "status": "poor", "version": 1})
            patch = await client.post(f"{path}/changes", json={"status": "poor", "version": 1}, headers=key())
        assert [code(reply) for reply in (bare, patch)] == [(409, "status_by_course")] * 2, office
    taken_over = {"changes": {"status": "poor"}, "source": "department", "version": 1}
    assert code(await village.post("township", f"{path}/changes", taken_over)) == (409, "status_by_course")
    assert (await village.post("county", f"{path}/changes", taken_over)).json()["status"] == "poor"
    history = (await village.get("county", f"{path}/history")).json()
    assert history["changes"][0]["source"] == "department"


async def test_a_whole_form_without_a_status_leaves_it_as_it_stands(village: Village) -> None:
    household = await village.household("poor")
    async with village.office("township") as client:
        form = {"village_code": VILLAGE, "address": "二组", "version": 2}
        reply = await client.put(f"/v1/households/{household}", json=form)
    assert (reply.status_code, reply.json()["status"]) == (200, "poor")


async def test_while_a_household_is_on_its_course_nobody_else_sets_its_status(village: Village) -> None:
    household = await village.household()
    case = await village.applied(household)
    taken_over = {"changes": {"status": "poor"}, "source": "department", "version": 1}
    path = f"/v1/households/{household}/changes"
    assert code(await village.post("county", path, taken_over)) == (409, "status_on_course")
    await village.move(case, "WITHDRAWN", office="village")
    assert (await village.post("county", path, taken_over)).status_code == 200


async def test_only_the_county_registers_a_household_that_is_poor_already(village: Village) -> None:
    head = {"name": "何秀兰", "id_number": invented_number(), "relation": "户主"}
    body = {"village_code": VILLAGE, "status": "poor", "members": [head]}
    assert code(await village.post("township", "/v1/households", body)) == (409, "status_by_course")
    assert (await village.post("county", "/v1/households", body)).json()["status"] == "poor"


async def test_a_village_of_a_hundred_is_entered_in_one_call(village: Village) -> None:
    households = [await village.household() for _ in range(100)]
    async with village.world.database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO identifications (household_id, case_id, village_code, kind, year, state, version, applied_on,"
            " proposed_by, statement, votes, voters, recused, vote_people, notice_2, notice_2_line, notice_2_on,"
            " people, reviewers) SELECT household_id, gen_random_uuid(), village_code, 'entry', 2026, 'NOTICE_2', 7,"
            " '2026-04-01', 'p', 's', 50, 60, 0, 1, household_id, 1, '2026-04-20', '{}', '{}' FROM households"
        )
    began = time.monotonic()
    path = f"/v1/villages/{VILLAGE}/identifications/transitions"
    reply = await village.post("county", path, {"to": "COUNTY_ENTRY", "relation": "none"})
    took = time.monotonic() - began
    assert (len(reply.json()["moved"]), reply.json()["stay"]) == (100, [])
    listed = await village.get("county", "/v1/households", region=VILLAGE, status="poor", limit="100")
    assert {one["household_id"] for one in listed.json()["items"]} == set(households)
    assert took < 2.0, took
