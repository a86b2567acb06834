"""A household's own grade comes through a door that keeps finished answers: never stale, never another's."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.credit.main import create_app
from services.credit.storage.explanation_desk import Sources
from services.credit.use_cases.explain_own_grade import OwnGrades
from shared.ids import new_id
from shared.tokens import TokenRefused
from tests.builders.worked_cases import H1, H3
from tests.credit.course_world import Course, case_of, objection_of, put_veto
from tests.credit.loan_world import disbursed, event, repaid, report
from tests.credit.world import TODAY, Town, World, assert_problem, household_login, official

FACTS = {name: value for name, value in H3.items() if name != "reviews"}
KINDS = ("grade", "explanation")
Change = Callable[[Town, UUID], Awaitable[None]]


@pytest.fixture
async def elsewhere(world: World) -> AsyncIterator[World]:
    """Another process of the service, on the same database: it shares nothing else."""
    app = create_app(world.settings)
    app.state.partners = world.app.state.partners
    other = replace(world, app=app)
    other.set_day(TODAY)
    yield other
    await other.database.close()


async def own(world: World, household_id: UUID, what: str) -> tuple[int, bytes]:
    async with world.as_(household_login(household_id)) as caller:
        reply = await caller.get(f"/v1/credit/households/{household_id}/{what}")
    return reply.status_code, reply.content


async def by_route(town: Town, household_id: UUID, what: str) -> tuple[int, bytes]:
    """As an official reads it: the door passes that on, and nothing is kept."""
    async with town.world.as_(town.official) as caller:
        reply = await caller.get(f"/v1/credit/households/{household_id}/{what}")
    return reply.status_code, reply.content


async def test_an_answer_of_the_door_has_the_marks_of_every_answer(town: Town) -> None:
    household_id, marked = await town.household(H3), []
    await town.take_over()
    for who in (household_login(household_id), town.official):
        async with town.world.as_(who) as caller:
            marked.append((await caller.get(f"/v1/credit/households/{household_id}/explanation")).headers)
    door, route = ({name: value for name, value in one.items() if name != "content-length"} for one in marked)
    assert door.pop("x-request-id") != route.pop("x-request-id")
    assert door == route | {"cache-control": "no-store", "content-encoding": "gzip"}


async def seen_everywhere(town: Town, elsewhere: World, household_id: UUID) -> list[bytes]:
    """What each kind shows, the same through the door of both processes, asked twice, and by the route."""
    shown = []
    for what in KINDS:
        status, routed = await by_route(town, household_id, what)
        doors = [await own(world, household_id, what) for world in (town.world, elsewhere) for _ in range(2)]
        if status == 200:
            assert doors == [(status, routed)] * 4
        else:
            assert {door[0] for door in doors} == {status}
        shown.append(routed)
    return shown


async def facts_are_entered(town: Town, household_id: UUID) -> None:
    """A file's next version changes no grade, but the replay reads the version before from then on."""
    async with town.world.as_(town.official) as caller:
        reply = await caller.put(f"/v1/credit/households/{household_id}/facts", FACTS | {"workers": 3}, 1)
    assert reply.status_code == 200, reply.text


async def facts_are_forgotten(town: Town, household_id: UUID) -> None:
    await facts_are_entered(town, household_id)
    await town.world.rows("DELETE FROM fact_history WHERE household_id = $1 RETURNING 1", household_id)


async def a_veto_is_opened(town: Town, household_id: UUID) -> None:
    await put_veto(town, household_id)


async def a_veto_was_opened_and_is_cleared(town: Town, household_id: UUID) -> None:
    veto_id, course = await put_veto(town, household_id), Course(town)
    await own(town.world, household_id, "explanation")
    async with town.world.as_(official("township_official", town.code, "another")) as caller:
        path = f"/v1/credit/households/{household_id}/vetoes/{veto_id}/clear"
        assert (await caller.post(path, {"reason": "已履行完毕"})).status_code == 204
    assert (await course.move(await case_of(town, household_id), "EFFECTIVE")).status_code == 200


async def it_objects(town: Town, household_id: UUID) -> None:
    await objection_of(town, household_id)


async def its_objection_is_decided(town: Town, household_id: UUID) -> None:
    objection = await objection_of(town, household_id)
    await own(town.world, household_id, "explanation")
    async with town.world.as_(town.official) as caller:
        path = f"/v1/credit/objections/{objection['objection_id']}/decide"
        assert (await caller.post(path, {"outcome": "unfounded", "answer": "登记无误"})).status_code == 200


async def a_bank_reports_a_late_loan(town: Town, household_id: UUID) -> None:
    late = event(household_id, 2, "overdue", "2026-11-20", amount_cents=0, balance_cents=10_000_00, days_past_due=91)
    await report(town.world, disbursed(household_id), late)


async def it_speaks_to_a_veto(town: Town, household_id: UUID) -> None:
    await put_veto(town, household_id)
    await own(town.world, household_id, "explanation")
    path = f"/v1/credit/households/{household_id}/negative-facts"
    async with town.world.as_(household_login(household_id)) as caller:
        fact = (await caller.get(path)).json()["items"][0]["fact"]
        assert (await caller.post(f"{path}/statements", {"fact": fact, "text": "已经还清"})).status_code == 200


async def its_last_consent_is_withdrawn(town: Town, household_id: UUID) -> None:
    consent_id = await town.consent(household_id)
    async with town.world.as_(household_login(household_id)) as caller:
        assert (await caller.post(f"/v1/credit/consents/{consent_id}/withdraw")).status_code == 200


async def a_case_of_the_grade_is_opened(town: Town, household_id: UUID) -> None:
    async with town.world.as_(town.official) as caller:
        opened = await caller.post(f"/v1/credit/households/{household_id}/grade-case")
    assert opened.status_code == 200, opened.text


CHANGES: tuple[Change, ...] = (
    facts_are_forgotten,
    a_veto_is_opened,
    it_objects,
    a_bank_reports_a_late_loan,
    it_speaks_to_a_veto,
    its_last_consent_is_withdrawn,
    a_case_of_the_grade_is_opened,
)
THERE_AND_BACK: tuple[Change, ...] = (facts_are_entered, a_veto_was_opened_and_is_cleared, its_objection_is_decided)
"""After these the answer reads as before, but for the case that the grade has by then."""


@pytest.mark.parametrize("change", [*CHANGES, *THERE_AND_BACK], ids=lambda change: change.__name__)
async def test_what_anybody_changes_is_seen_by_the_next_request_in_every_process(
    town: Town, elsewhere: World, change: Change
) -> None:
    household_id = await town.household(H3)
    await town.take_over()
    before = await seen_everywhere(town, elsewhere, household_id)
    await change(town, household_id)
    after = await seen_everywhere(town, elsewhere, household_id)
    if change in CHANGES:
        assert after != before


# Every table that the explanation follows from, and what in a row of it may come to be otherwise.
COLUMNS = {
    "scores": {
        "total": "1",
        "band": "'AA'",
        "vetoes": "'{V1}'",
        "points": "array_fill(0::smallint, ARRAY[12])",
        "bins": "'{b1,none,b1,b1,b1,b1,b1,b1,b1,none,b1,b1}'",
        "facts_version": "9",
        "trace_sha256": "'0'",
    },
    "facts": {
        "workers": "9",
        "skill": "'certificate'",
        "reviews": "'{1,1,1,1,1}'",
        "version": "7",
        "no_record": "'{}'",
    },
    "loan_events": {
        "days_past_due": "50",
        "on_date": "'2023-12-02'",
        "applied": "false",
        "event_number": "event_number + 5",
    },
}


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, its in COLUMNS.items() for column in its])
async def test_no_value_can_change_behind_the_doors_back(town: Town, elsewhere: World, table: str, column: str) -> None:
    household_id = await town.household(H3)
    late = event(household_id, 2, "overdue", "2026-03-01", amount_cents=0, balance_cents=10_000_00, days_past_due=12)
    await report(town.world, disbursed(household_id), late, repaid(household_id, 3, 1_00, 9_999_00))
    await town.take_over()
    await seen_everywhere(town, elsewhere, household_id)
    value = COLUMNS[table][column]
    await town.world.rows(
        f"UPDATE {table} SET {column} = {value} WHERE household_id = $1 RETURNING 1",  # noqa: S608 - names of this file
        household_id,
    )
    await seen_everywhere(town, elsewhere, household_id)


async def test_a_grade_by_the_full_course_takes_the_place_of_the_first_one(town: Town, elsewhere: World) -> None:
    household_id, course = await town.household(H3), Course(town)
    await town.take_over()
    before = await seen_everywhere(town, elsewhere, household_id)
    await course.go_to(await course.begin(household_id), household_id, "EFFECTIVE")
    elsewhere.set_day(course.day)
    after = await seen_everywhere(town, elsewhere, household_id)
    assert after != before


async def test_the_day_counts(town: Town, elsewhere: World) -> None:
    household_id = await town.household(H1)
    await town.take_over()
    states = []
    for day in (date(2028, 11, 24), date(2028, 11, 25)):
        for world in (town.world, elsewhere):
            world.set_day(day)
        shown = await seen_everywhere(town, elsewhere, household_id)
        states.append([b'"EXPIRED"' in one for one in shown])
    assert states == [[False, False], [True, True]]


async def test_households_of_the_same_facts_read_each_their_own_also_at_once(town: Town) -> None:
    households = await town.households(8, H3)
    await town.take_over()
    answers = await asyncio.gather(*(own(town.world, one, what) for one in households * 2 for what in KINDS))
    asked = [str(one).encode() for one in households * 2 for _ in KINDS]
    assert all(status == 200 for status, _ in answers)
    assert [[name for name in set(asked) if name in body] for _, body in answers] == [[name] for name in asked]


async def test_a_household_that_may_not_is_refused_in_the_words_of_the_route(world: World, town: Town) -> None:
    household_id, ungraded = await town.household(H3), await town.household(None)
    await town.take_over()
    assert (await own(world, household_id, "explanation"))[0] == 200
    path = f"/v1/credit/households/{household_id}/explanation"
    async with world.as_(household_login(new_id())) as caller:
        assert_problem(await caller.get(path), 404, "household_not_found")
    nobody = new_id()
    for one, code in ((ungraded, "grade_not_found"), (nobody, "household_not_found")):
        async with world.as_(household_login(one)) as caller:
            for what in KINDS:
                assert_problem(await caller.get(f"/v1/credit/households/{one}/{what}"), 404, code)
    async with world.as_(household_login(household_id)) as caller:
        assert_problem(await caller.get(path, pretty="1"), 400, "parameter_unknown")
        caller.client.headers["authorization"] = "Bearer no.such.token"
        assert_problem(await caller.get(path), 401, TokenRefused.code)
        del caller.client.headers["authorization"]
        assert_problem(await caller.get(path), 401, "not_identified")


async def test_who_has_logged_out_reads_nothing_that_was_kept(world: World, town: Town) -> None:
    household_id = await town.household(H3)
    await town.take_over()
    who, path = household_login(household_id), f"/v1/credit/households/{household_id}/explanation"
    async with world.as_(who) as caller:
        assert (await caller.get(path)).status_code == 200
        world.service.authenticator.ended = frozenset({who.token_id.partition(".")[0]})
        try:
            assert_problem(await caller.get(path), 401, TokenRefused.code)
        finally:
            world.service.authenticator.ended = frozenset()


class Desk:
    """Says of every household that it is graded, in words of its own."""

    def __init__(self, grade: str) -> None:
        self.grade = grade

    async def find(self, household_id: UUID) -> Sources:
        return Sources(
            known=True, said=False, grade=self.grade.replace("ID", str(household_id)), facts=None, loans=None
        )


async def test_only_so_many_answers_are_kept_and_the_oldest_goes_first(world: World, town: Town) -> None:
    household_id = await town.household(H3)
    await town.take_over()
    grade = (await world.rooms.own_grades._desk.find(household_id)).grade or ""
    made: list[Any] = []

    def write(found: Any, _today: date) -> bytes:
        made.append(found.graded.grade.household_id)
        return b"{}"

    desk: Any = Desk(grade.replace(str(household_id), "ID"))
    grades = OwnGrades(desk, world.rooms.own_grades._shelf, {"grade": write}, most_kept=2)
    first, second, third = (new_id() for _ in range(3))
    for one in (first, second, first, second, third, second, first):
        assert await grades.answer("grade", one, TODAY) == b"{}"
    assert made == [first, second, third, first]
