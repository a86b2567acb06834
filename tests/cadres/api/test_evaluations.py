"""A village evaluates its cadre: one vote a household, and nobody can tell which."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.clock import FixedClock
from tests.cadres.world import Town, World, household_login, rows_of

AFTER = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)
Cells = dict[tuple[str, str, str], Any]


async def opened(world: World, town: Town, households: int) -> tuple[str, list[UUID]]:
    voters = [await town.household(poor=i % 2 == 0) for i in range(households)]
    cadre = await town.cadre()
    async with world.as_(town.official) as desk:
        body = {"village_code": town.village, "cadre_id": str(cadre.cadre_id), "last_day": "2026-12-01"}
        reply = await desk.post("/v1/evaluations", body)
    assert reply.status_code == 201, reply.text
    return reply.json()["evaluation_id"], voters


async def cast(world: World, evaluation: str, household: UUID, answer: str) -> Any:
    who = replace(household_login(household), subject=f"login-{household}")
    async with world.as_(who) as voter:
        return await voter.client.put(f"/v1/evaluations/{evaluation}/vote", json={"answer": answer})


async def result(world: World, evaluation: str, at: datetime | None = None) -> Any:
    before = world.app.state.service
    if at is not None:
        world.app.state.service = replace(before, clock=FixedClock(at))
    try:
        async with world.as_(household_login(UUID(int=1))) as anybody:
            return await anybody.get(f"/v1/evaluations/{evaluation}/result")
    finally:
        world.app.state.service = before


async def test_of_twenty_votes_of_one_household_at_once_one_counts(world: World, town: Town) -> None:
    evaluation, voters = await opened(world, town, 6)
    replies = await asyncio.gather(*(cast(world, evaluation, voters[0], "satisfied") for _ in range(20)))
    assert sorted(one.status_code for one in replies) == [200] + [409] * 19
    assert {one.json()["code"] for one in replies if one.status_code == 409} == {"evaluation_already_voted"}
    others = await asyncio.gather(*(cast(world, evaluation, one, "unsatisfied") for one in voters[1:]))
    assert [one.status_code for one in others] == [200] * 5
    told = (await result(world, evaluation, AFTER)).json()
    assert told == {
        "entitled": 6,
        "turnout": 6,
        "votes": {"satisfied": 1, "basically_satisfied": 0, "unsatisfied": 5, "unknown": 0},
    }


async def test_nothing_is_told_before_it_is_over_and_nothing_of_few_votes(world: World, town: Town) -> None:
    evaluation, voters = await opened(world, town, 6)
    for one in voters[:4]:
        await cast(world, evaluation, one, "satisfied")
    early = await result(world, evaluation)
    assert (early.status_code, early.json()["code"]) == (404, "evaluation_still_open")
    assert "turnout" not in early.text
    last_evening = await result(world, evaluation, datetime(2026, 12, 1, 15, 59, tzinfo=UTC))
    assert last_evening.json()["code"] == "evaluation_still_open", "votes still come until the day is over"
    assert (await result(world, evaluation, AFTER)).json() == {"entitled": 6, "turnout": 4, "votes": None}


async def test_who_is_not_of_the_village_has_no_vote(world: World, town: Town) -> None:
    evaluation, voters = await opened(world, town, 1)
    elsewhere = await world.town()
    refused = await cast(world, evaluation, await elsewhere.household(), "satisfied")
    assert (refused.status_code, refused.json()["code"]) == (404, "evaluation_not_found")
    late = await town.household()
    assert (await cast(world, evaluation, late, "satisfied")).status_code == 404, "came after the opening"
    wrong = await cast(world, evaluation, voters[0], "excellent")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "evaluation_answer_unknown")
    async with world.as_(household_login(voters[0])) as own:
        assert [one["voted"] for one in (await own.get("/v1/me/evaluations")).json()["items"]] == [False]
        await cast(world, evaluation, voters[0], "unknown")
        assert [one["voted"] for one in (await own.get("/v1/me/evaluations")).json()["items"]] == [True]


async def everything(world: World) -> Cells:
    """Every cell of every table, with the row's hidden columns, by table, place on the disk and column."""
    found: Cells = {}
    async with world.database.transaction() as connection:
        names = await rows_of(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'cadres' ORDER BY 1")
        for (name,) in names:
            if name in {"regions", "households", "alembic_version"}:
                continue
            rows = await connection.execute(text(f"SELECT ctid::text AS place, xmin::text AS writer, * FROM {name}"))  # noqa: S608 - names of our own tables
            for row in rows.mappings():
                found |= {(name, row["place"], column): value for column, value in row.items()}
    return found


def grown(before: Cells, after: Cells, voter: UUID, evaluation: str) -> set[tuple[str, str, str]]:
    """What a vote left behind, in all columns but the row's own ids and numbers: (table, column, value)."""
    seen = set()
    for key, value in after.items():
        table, _, column = key
        if before.get(key) == value or column in {"place", "writer"}:
            continue
        shown = f"{len(value)} bytes" if isinstance(value, bytes | memoryview) else str(value)
        seen.add((table, column, shown.replace(str(voter), "voter").replace(evaluation, "evaluation")))
    return seen


async def test_who_reads_the_whole_database_before_and_after_each_vote_cannot_tell_what_was_voted(
    world: World, town: Town
) -> None:
    """Two voters vote differently: the rows that come and go look the same, and every vote rewrites one same row."""
    evaluation, voters = await opened(world, town, 12)
    traces, tallies = [], []
    for voter, answer in zip(voters, ["satisfied", "unsatisfied", "unknown"] * 4, strict=True):
        before = await everything(world)
        assert (await cast(world, evaluation, voter, answer)).status_code == 200
        after = await everything(world)
        traces.append(grown(before, after, voter, evaluation))
        tallies.append(next(bytes(v) for (t, _, c), v in after.items() if (t, c) == ("evaluations", "tally")
                            and after[t, _, "evaluation_id"] == UUID(evaluation)))  # fmt: skip
    assert all(one == traces[0] for one in traces), traces
    assert {table for table, _, _ in traces[0]} == {"evaluations", "evaluation_voters"}, "no ballot, no key, no log"
    assert len({len(one) for one in tallies}) == 1
    assert len(set(tallies)) == len(tallies), "the same numbers never look the same"
    assert not any(answer.encode() in tally for tally in tallies for answer in ("satisfied", "0000001"))


async def test_an_older_tally_in_the_place_of_the_last_is_found_and_tells_nothing(world: World, town: Town) -> None:
    evaluation, voters = await opened(world, town, 7)
    older = b""
    for voter in voters:
        async with world.database.transaction() as connection:
            found = await rows_of(
                connection, "SELECT tally FROM evaluations WHERE evaluation_id = $1", UUID(evaluation)
            )
            older = bytes(found[0][0])
        await cast(world, evaluation, voter, "satisfied")
    async with world.database.transaction() as connection:
        await rows_of(
            connection,
            "UPDATE evaluations SET tally = $1 WHERE evaluation_id = $2 RETURNING 1",
            older,
            UUID(evaluation),
        )
    refused = await result(world, evaluation, AFTER)
    assert (refused.status_code, refused.json()["code"]) == (503, "evaluation_tally_broken")


@pytest.mark.parametrize("last_day", ["2026-11-24", "2027-06-01"])
async def test_an_evaluation_lasts_a_day_at_least_and_ninety_at_most(world: World, town: Town, last_day: str) -> None:
    cadre = await town.cadre()
    async with world.as_(town.official) as desk:
        body = {"village_code": town.village, "cadre_id": str(cadre.cadre_id), "last_day": last_day}
        refused = await desk.post("/v1/evaluations", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "evaluation_period_wrong")
