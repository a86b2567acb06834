"""A village takes its households' grades through the whole course, over the API."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.credit.storage.course_log import grade_log
from shared.auth import Principal
from shared.ids import new_id
from tests.builders.worked_cases import H1, H3
from tests.credit.world import BANK, TODAY, Town, World, assert_problem, bank, household_login, official

VILLAGERS = [{"person": f"村民{number}", "points": 8} for number in range(5)]
MEETING = {"present": 20, "members": 30}
NINTH = TODAY + timedelta(days=8)
STAGES = (
    "COLLECTED",
    "SCORED",
    "GROUP_REVIEW",
    "VILLAGE_REVIEW",
    "NOTICE_1",
    "TOWN_REVIEW",
    "NOTICE_2",
    "COUNTY_ENTRY",
    "EFFECTIVE",
)


class Course:
    """The people of one town's course, and the clock that its notices wait for."""

    def __init__(self, town: Town) -> None:
        self.town, self.world, self.day = town, town.world, TODAY

    def person(self, to: str) -> Principal:
        if to in ("COLLECTED", "SCORED"):
            return official("village_official", self.town.village, "collector")
        if to in STAGES[: STAGES.index("COUNTY_ENTRY")]:
            return official("township_official", self.town.code, "township")
        return official("county_official", self.town.code[:6], "county")

    async def consents(self, household_id: UUID) -> tuple[UUID, UUID]:
        last = (TODAY + timedelta(days=900)).isoformat()
        ordinary = await self.town.consent(household_id, written=False, valid_to=last)
        return ordinary, await self.town.consent(household_id, written=True, valid_to=last)

    async def begin(self, household_id: UUID) -> str:
        await self.consents(household_id)
        async with self.world.as_(self.person("COLLECTED")) as caller:
            opened = await caller.post("/v1/credit/grade-cases", {"household_id": str(household_id)})
        assert opened.status_code == 201, opened.text
        assert opened.json()["state"] == "DRAFT"
        return str(opened.json()["case_id"])

    async def recommend(self, household_id: UUID, grade: str = "AA") -> dict[str, Any]:
        consent = await self.town.consent(household_id)
        body = {
            "household_id": str(household_id),
            "consent_id": str(consent),
            "reference": "推荐-1",
            "grade": grade,
            "reason": "还款一直按时",
        }
        async with self.world.as_(bank()) as caller:
            reply = await caller.post("/v1/partner/recommendations", {"recommendations": [body]})
        assert reply.status_code == 200, reply.text
        line: dict[str, Any] = reply.json()["results"][0]
        return line

    async def move(self, case_id: str, to: str, who: Principal | None = None, **given: Any) -> httpx.Response:
        body: dict[str, Any] = {"to": to, **given}
        if to == "VILLAGE_REVIEW":
            body = {"reviewers": VILLAGERS, "meeting": MEETING, **body}
        async with self.world.as_(who or self.person(to)) as caller:
            return await caller.post(f"/v1/credit/grade-cases/{case_id}/transitions", body)

    async def go_to(self, case_id: str, household_id: UUID, last: str, done: str = "DRAFT") -> None:
        """Through every stage after `done`; each notice stands its days."""
        begun = 0 if done == "DRAFT" else STAGES.index(done) + 1
        for stage in STAGES[begun : STAGES.index(last) + 1]:
            if stage in ("TOWN_REVIEW", "COUNTY_ENTRY"):
                self.day += timedelta(days=8)
                self.world.set_day(self.day)
            if stage == "NOTICE_2":
                assert (await self.recommend(household_id))["status"] == "ok"
            moved = await self.move(case_id, stage)
            assert moved.status_code == 200, moved.text

    async def grade(self, household_id: UUID) -> dict[str, Any]:
        async with self.world.as_(household_login(household_id)) as caller:
            reply = await caller.get(f"/v1/credit/households/{household_id}/grade")
        body: dict[str, Any] = reply.json()
        return body

    async def bank_reads(self, household_id: UUID) -> dict[str, Any]:
        consent = await self.town.consent(household_id)
        asked = {"household_id": str(household_id), "consent_id": str(consent), "purpose": "loan_review"}
        async with self.world.as_(bank()) as caller:
            reply = await caller.post("/v1/partner/grades/query", {"queries": [{**asked, "reference": "q"}]})
        line: dict[str, Any] = reply.json()["results"][0]
        return line

    async def summary(self) -> dict[str, Any]:
        async with self.world.as_(self.town.official) as caller:
            reply = await caller.get("/v1/credit/summary", region=self.town.code)
        body: dict[str, Any] = reply.json()
        return body


@pytest.fixture
def course(town: Town) -> Course:
    return Course(town)


async def test_the_bank_sees_the_grade_from_effective_on_and_not_before(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "COUNTY_ENTRY")
    assert (await course.bank_reads(household_id))["grade"] == "none"
    assert (await course.grade(household_id))["code"] == "grade_not_found"
    assert (await course.summary())["credit_households"] == 0
    await course.go_to(case_id, household_id, "EFFECTIVE", done="COUNTY_ENTRY")
    read, shown = await course.bank_reads(household_id), await course.grade(household_id)
    until = date(course.day.year + 2, course.day.month, course.day.day).isoformat()
    assert (read["grade"], read["valid_until"], read["objection"]) == ("AAA", until, False)
    assert (shown["grade"], shown["basis"], shown["in_effect"]) == ("AAA", "course", True)
    assert (await course.summary())["by_band"] == {"AAA": 1, "AA": 0, "A": 0}
    async with town.world.as_(household_login(household_id)) as caller:
        explained = (await caller.get(f"/v1/credit/households/{household_id}/explanation")).json()
    assert explained["trace_replays"] is True
    assert explained["points"]["E1"] == 8


async def test_a_grade_by_the_course_counts_before_the_one_that_was_first_set(course: Course, town: Town) -> None:
    household_id = await town.household(H3)
    await town.take_over()
    assert (await course.bank_reads(household_id))["grade"] == "A"
    case_id = await course.begin(household_id)
    async with town.world.as_(town.official) as caller:
        body = {name: value for name, value in H1.items() if name != "reviews"}
        entered = await caller.put(f"/v1/credit/households/{household_id}/facts", body, 1)
    assert entered.status_code == 200, entered.text
    await course.go_to(case_id, household_id, "COUNTY_ENTRY")
    assert (await course.bank_reads(household_id))["grade"] == "A"
    await course.go_to(case_id, household_id, "EFFECTIVE", done="COUNTY_ENTRY")
    assert (await course.bank_reads(household_id))["grade"] == "AAA"
    assert (await course.grade(household_id))["grade"] == "AAA"
    assert (await course.summary())["by_band"] == {"AAA": 1, "AA": 0, "A": 0}


async def test_a_new_grade_ends_the_one_before_and_the_chain_says_so(course: Course, town: Town) -> None:
    household_id = await town.household(H3)
    first = await course.begin(household_id)
    await course.go_to(first, household_id, "EFFECTIVE")
    second = await course.begin(household_id)
    await course.go_to(second, household_id, "EFFECTIVE")
    states = "SELECT case_id, state FROM grade_cases WHERE household_id = $1"
    assert dict(await town.world.rows(states, household_id)) == {UUID(first): "EXPIRED", UUID(second): "EFFECTIVE"}
    last = "SELECT event, facts->>'reason' FROM grade_transitions WHERE case_id = $1 ORDER BY seq DESC LIMIT 1"
    assert await town.world.rows(last, UUID(first)) == [("EXPIRED", "replaced by the grade of another case")]


async def test_a_step_out_of_order_is_409_with_the_steps_that_are_open(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    body = assert_problem(await course.move(case_id, "EFFECTIVE"), 409, "transition_not_next")
    assert (body["state"], body["allowed"]) == ("DRAFT", ["COLLECTED"])
    await course.go_to(case_id, household_id, "NOTICE_1")
    early = assert_problem(await course.move(case_id, "TOWN_REVIEW"), 409, "notice_still_runs")
    assert early["allowed"] == []


async def test_a_notice_is_open_to_all_and_shows_masked_name_and_grade_only(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "VILLAGE_REVIEW")
    posted = (await course.move(case_id, "NOTICE_1")).json()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(town.world.app), base_url="http://credit") as anyone:
        reply = await anyone.get(f"/v1/credit/notices/{posted['notice_1']}")
    assert reply.status_code == 200, reply.text
    notice = reply.json()
    assert notice["lines"] == [{"name": "李**", "grade": "AAA"}]
    assert (notice["posted_on"], notice["first_free_day"]) == (TODAY.isoformat(), NINTH.isoformat())
    assert notice["unchanged"] is True
    assert str(household_id) not in reply.text
    await town.world.rows(
        "UPDATE grade_notices SET lines = '[]' WHERE notice_id = $1 RETURNING 1", UUID(posted["notice_1"])
    )
    async with town.world.as_(town.official) as caller:
        assert (await caller.get(f"/v1/credit/notices/{posted['notice_1']}")).json()["unchanged"] is False


async def test_a_whole_village_moves_in_one_call_with_a_line_for_each_that_stays(course: Course, town: Town) -> None:
    households = await town.households(3)
    cases = [await course.begin(household_id) for household_id in households]
    without = await town.household()
    async with town.world.as_(course.person("COLLECTED")) as caller:
        late = await caller.post("/v1/credit/grade-cases", {"household_id": str(without)})
        reply = await caller.post(f"/v1/credit/villages/{town.village}/transitions", {"to": "COLLECTED"})
    assert reply.status_code == 200, reply.text
    assert sorted(one["case_id"] for one in reply.json()["moved"]) == sorted(cases)
    stay = reply.json()["stay"]
    assert [(one["case_id"], one["code"]) for one in stay] == [(late.json()["case_id"], "consents_missing")]
    assert stay[0]["allowed"] == []


async def test_a_villages_meeting_reviews_every_household_on_its_own_line(course: Course, town: Town) -> None:
    households = await town.households(2)
    cases = [await course.begin(household_id) for household_id in households]
    for case_id, household_id in zip(cases, households, strict=True):
        await course.go_to(case_id, household_id, "GROUP_REVIEW")
    lines = [{"case_id": cases[0], "reviewers": VILLAGERS}, {"case_id": cases[1], "reviewers": VILLAGERS[:4]}]
    body = {"to": "VILLAGE_REVIEW", "meeting": MEETING, "cases": lines}
    path = f"/v1/credit/villages/{town.village}/transitions"
    async with town.world.as_(town.official) as caller:
        met = (await caller.post(path, body)).json()
        posted = (await caller.post(path, {"to": "NOTICE_1"})).json()
    assert [one["case_id"] for one in met["moved"]] == [cases[0]]
    assert [(one["case_id"], one["code"]) for one in met["stay"]] == [(cases[1], "too_few_reviewers")]
    assert [one["notice_1"] for one in posted["moved"]] == [posted["notice_id"]]


async def test_two_county_entries_at_once_end_as_one(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "NOTICE_2")
    town.world.set_day(course.day + timedelta(days=8))
    people = [official("county_official", town.code[:6], f"county-{number}") for number in range(2)]
    async with town.world.owner_transaction() as held:
        # Both are under way before either can go on.
        await held.exec_driver_sql("SELECT 1 FROM grade_cases WHERE case_id = $1 FOR UPDATE", (UUID(case_id),))
        entries = [asyncio.create_task(course.move(case_id, "COUNTY_ENTRY", who)) for who in people]
        await asyncio.sleep(0.5)
    replies = await asyncio.gather(*entries)
    assert sorted(reply.status_code for reply in replies) == [200, 409]
    lost = next(reply for reply in replies if reply.status_code == 409)
    assert assert_problem(lost, 409, "transition_not_next")["allowed"] == ["EFFECTIVE"]
    kept = await town.world.rows("SELECT count(*) FROM grade_transitions WHERE case_id = $1", UUID(case_id))
    assert kept == [(9,)]


async def test_a_household_is_on_one_way_to_a_grade_at_a_time(course: Course, town: Town) -> None:
    household_id = await town.household()
    await course.begin(household_id)
    async with town.world.as_(course.person("COLLECTED")) as caller:
        again = await caller.post("/v1/credit/grade-cases", {"household_id": str(household_id)})
    assert_problem(again, 409, "grade_case_exists")


async def test_verify_names_the_transition_that_was_changed(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "SCORED")
    async with town.world.database.transaction() as connection:
        assert case_id not in [str(one.case_id) for one in (await grade_log.verify(connection))[1]]
        for change, expected in (
            ("UPDATE grade_transitions SET actor = 'other' WHERE case_id = $1 AND seq = 2", (2, "content was changed")),
            ("DELETE FROM grade_transitions WHERE case_id = $1 AND seq = 3", (3, "it does not stand where")),
        ):
            inner = await connection.begin_nested()
            await connection.exec_driver_sql(change, (UUID(case_id),))
            broken = [one for one in (await grade_log.verify(connection))[1] if str(one.case_id) == case_id]
            await inner.rollback()
            assert broken[0].broken.seq == expected[0]
            assert broken[0].broken.reason.startswith(expected[1])


async def test_a_veto_suspends_at_once_and_the_bank_reads_none(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "EFFECTIVE")
    veto_id = new_id()
    veto = {"veto_id": str(veto_id), "code": "V1", "evidence": "判决书", "source": "法院"}
    veto["opened_on"] = TODAY.isoformat()
    async with town.world.as_(town.official) as caller:
        opened = await caller.post(f"/v1/credit/households/{household_id}/vetoes", veto)
    assert opened.status_code == 201, opened.text
    async with town.world.as_(household_login(household_id)) as caller:
        assert (await caller.get(f"/v1/credit/households/{household_id}/negative-facts")).status_code == 200
    read, shown = await course.bank_reads(household_id), await course.grade(household_id)
    assert (read["grade"], read["reasons"][0]) == ("none", "veto/V1")
    assert (shown["grade"], shown["state"], shown["in_effect"]) == ("vetoed", "SUSPENDED", False)
    summary = await course.summary()
    assert (summary["credit_households"], summary["rated_households"]) == (0, 1)
    assert_problem(await course.move(case_id, "EFFECTIVE"), 409, "veto_stands")
    clear, reason = f"/v1/credit/households/{household_id}/vetoes/{veto_id}/clear", {"reason": "已履行完毕"}
    async with town.world.as_(town.official) as caller:
        assert_problem(await caller.post(clear, reason), 409, "second_person_needed")
    async with town.world.as_(course.person("EFFECTIVE")) as caller:
        unknown = clear.replace(str(veto_id), str(household_id))
        assert_problem(await caller.post(unknown, reason), 404, "veto_not_found")
        assert (await caller.post(clear, reason)).status_code == 204
    assert (await course.move(case_id, "EFFECTIVE")).status_code == 200
    read, shown = await course.bank_reads(household_id), await course.grade(household_id)
    assert (read["grade"], shown["state"], shown["in_effect"]) == ("AAA", "EFFECTIVE", True)


async def test_the_last_consent_withdrawn_deletes_scoring_data_and_keeps_loans(course: Course, town: Town) -> None:
    household_id = await town.household()
    await town.take_over()
    await town.loans([(household_id, {})])
    ordinary, written = await course.consents(household_id)
    async with town.world.as_(course.person("COLLECTED")) as caller:
        opened = await caller.post("/v1/credit/grade-cases", {"household_id": str(household_id)})
    case_id = opened.json()["case_id"]
    await course.go_to(case_id, household_id, "NOTICE_1")
    async with town.world.as_(household_login(household_id)) as caller:
        for consent_id in (written, ordinary):
            assert (await caller.post(f"/v1/credit/consents/{consent_id}/withdraw", {})).status_code == 200
        seen = (await caller.get(f"/v1/credit/grade-cases/{case_id}")).json()
        assert (seen["state"], seen["grade"], seen["total"]) == ("WITHDRAWN", None, None)
        assert_problem(await caller.get(f"/v1/credit/households/{household_id}/grade"), 404, "grade_not_found")
    for table, left in (("facts", 0), ("fact_history", 0), ("scores", 0), ("grades", 0), ("loans", 1)):
        rows = await town.world.rows(f"SELECT count(*) FROM {table} WHERE household_id = $1", household_id)  # noqa: S608 - names of the line above
        assert rows == [(left,)], table


async def test_a_lower_grade_is_told_and_takes_effect_after_twenty_days(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "EFFECTIVE")
    path = f"/v1/credit/grade-cases/{case_id}/lower-grade-notices"
    county = course.person("EFFECTIVE")
    async with town.world.as_(county) as caller:
        assert_problem(await caller.post(path, {"reason": "收入下降"}), 409, "grade_not_lower")
    poorer = {name: value for name, value in H3.items() if name != "reviews"}
    async with town.world.as_(town.official) as caller:
        assert (await caller.put(f"/v1/credit/households/{household_id}/facts", poorer, 2)).status_code == 200
    async with town.world.as_(county) as caller:
        told = await caller.post(path, {"reason": "收入下降"})
    assert told.status_code == 201, told.text
    assert told.json()["lower_grade_told_on"] == course.day.isoformat()
    assert (await course.bank_reads(household_id))["grade"] == "AAA"
    town.world.set_day(course.day + timedelta(days=20))
    assert_problem(await course.move(case_id, "DOWNGRADED", reason="收入下降"), 409, "objection_days_run")
    town.world.set_day(course.day + timedelta(days=21))
    assert (await course.move(case_id, "DOWNGRADED", reason="收入下降")).status_code == 200
    read, shown = await course.bank_reads(household_id), await course.grade(household_id)
    assert (read["grade"], shown["state"], shown["in_effect"]) == ("A", "DOWNGRADED", True)


async def test_halves_far_apart_are_decided_by_a_person_and_both_are_kept(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "TOWN_REVIEW")
    assert_problem(await course.move(case_id, "NOTICE_2"), 409, "recommendation_missing")
    assert (await course.recommend(household_id, "A"))["status"] == "ok"
    assert_problem(await course.move(case_id, "NOTICE_2"), 409, "person_must_decide")
    moved = await course.move(case_id, "NOTICE_2", decision={"band": "AA", "reason": "取中"})
    assert (moved.json()["grade"], moved.json()["scored_grade"]) == ("AA", "AAA")
    async with town.world.as_(town.official) as caller:
        seen = (await caller.get(f"/v1/credit/grade-cases/{case_id}")).json()
    assert [(one["partner_id"], one["grade"]) for one in seen["recommendations"]] == [(BANK, "A")]
    assert seen["transitions"][-1]["facts"]["decision"]["reason"] == "取中"


async def test_a_bank_recommends_only_with_consent_and_before_the_second_notice(course: Course, town: Town) -> None:
    household_id = await town.household()
    assert (await course.recommend(household_id))["code"] == "no_open_case"
    body = {"household_id": str(household_id), "reference": "r", "grade": "A", "reason": "好"}
    async with town.world.as_(bank()) as caller:
        reply = await caller.post(
            "/v1/partner/recommendations", {"recommendations": [{**body, "consent_id": str(household_id)}]}
        )
    assert reply.json()["results"] == [{"reference": "r", "status": "refused", "code": "consent_invalid"}]


async def test_an_office_moves_only_what_is_its_own(course: Course, town: Town, world: World) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "VILLAGE_REVIEW")
    village = official("village_official", town.village, "village-2")
    assert (await course.move(case_id, "NOTICE_1", village)).status_code == 200
    world.set_day(NINTH)
    assert_problem(await course.move(case_id, "TOWN_REVIEW", village), 403, "not_permitted")
    elsewhere = (await world.town()).official
    assert_problem(await course.move(case_id, "TOWN_REVIEW", elsewhere), 404, "grade_case_not_found")
