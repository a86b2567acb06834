"""The people of one town who take a grade through its course, and what happens to it on the way, for the tests."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.auth import Principal
from tests.builders.worked_cases import H1
from tests.credit.world import TODAY, Town, bank, household_login, official

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
VETO = {"code": "V1", "evidence": "执行通知书", "source": "法院", "opened_on": "2026-11-20"}
ANSWER = {"outcome": "unfounded", "answer": "登记无误"}
FACTS = {name: value for name, value in H1.items() if name != "reviews"}
"""What an official enters of household H1; its reviews come from the village meeting."""


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


async def case_of(town: Town, household_id: UUID) -> str:
    (found,) = await town.world.rows("SELECT case_id FROM grade_cases WHERE household_id = $1", household_id)
    return str(found[0])


async def put_veto(town: Town, household_id: UUID) -> str:
    async with town.world.as_(town.official) as caller:
        made = await caller.post(f"/v1/credit/households/{household_id}/vetoes", VETO)
    assert made.status_code == 201, made.text
    (found,) = await town.world.rows("SELECT veto_id FROM vetoes WHERE household_id = $1", household_id)
    return str(found[0])


async def objection_of(town: Town, household_id: UUID) -> dict[str, str]:
    body = {"household_id": str(household_id), "about": "fact", "statement": "保险我买了，没有算进去"}
    async with town.world.as_(household_login(household_id)) as caller:
        made = await caller.post("/v1/credit/objections", body)
    assert made.status_code == 201, made.text
    found: dict[str, str] = made.json()
    return found


def another(town: Town, subject: str = "another") -> Principal:
    return official("township_official", town.code, subject)
