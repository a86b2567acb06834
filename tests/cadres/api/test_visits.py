"""A visit is entered once, from any hour, and seen by those near the household."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.pairing import Pairing
from shared.ids import new_id
from tests.builders.files import photo
from tests.cadres.world import Town, World, cadre_login, household_login, rows_of


async def helped(world: World, town: Town, cadre: Cadre) -> UUID:
    household_id = await town.household()
    await world.load(pairings=[Pairing(new_id(), household_id, cadre.cadre_id, date(2025, 3, 1))])
    return household_id


def visit(household_id: UUID, **more: Any) -> dict[str, Any]:
    body = {"visit_id": str(new_id()), "household_id": str(household_id), "kind": "routine"}
    used = {"kind": "use_of_money", "what": "买了牛", "as_agreed": True}
    findings = [{"kind": "problem_found", "what": "入户路不通"}, used]
    return body | {"visited_at": "2026-11-20T23:10:00+08:00", "participants": ["王五"], "findings": findings} | more


async def told(world: World, household_id: UUID) -> list[Any]:
    sql = "SELECT topic, payload FROM change_log WHERE payload->>'household_id' = $1 ORDER BY id"
    async with world.database.transaction() as connection:
        return await rows_of(connection, sql, str(household_id))


async def test_one_visit_sent_twenty_times_at_once_is_entered_and_told_once(world: World, town: Town) -> None:
    cadre = await town.cadre()
    household_id = await helped(world, town, cadre)
    body = visit(household_id)
    async with world.as_(cadre_login(cadre)) as phone:
        replies = await asyncio.gather(*(phone.post("/v1/visits", body) for _ in range(20)))
        assert {reply.status_code for reply in replies} == {201}, replies[0].text
        assert len({reply.text for reply in replies}) == 1, "everybody hears of the one that stands"
        other = await phone.post("/v1/visits", body | {"note": "另一次"})
        assert (other.status_code, other.json()["code"]) == (409, "visit_id_taken")
        assert len((await phone.get(f"/v1/visits/of/{household_id}")).json()["items"]) == 1
    changes = await told(world, household_id)
    assert [topic for topic, _ in changes] == ["visit_finding", "use_of_money"]
    named = {"household_id", "village_code", "visited_on", "visited_by", "as_agreed", "loan_number"}
    assert set(changes[1][1]) == named, "credit hears no words"


async def test_the_household_sees_its_visits_and_who_looked_at_them(world: World, town: Town) -> None:
    cadre = await town.cadre()
    household_id = await helped(world, town, cadre)
    async with world.as_(cadre_login(cadre)) as phone, world.as_(town.official) as desk:
        made = await phone.post("/v1/visits", visit(household_id))
        assert (await desk.get(f"/v1/visits/of/{household_id}")).status_code == 200
        assert (await desk.get(made.headers["location"])).status_code == 200
        assert (await desk.get("/v1/visits", region=town.code)).json()["items"][0]["findings"] == 2
    async with world.as_(household_login(household_id)) as home:
        seen = (await home.get(f"/v1/visits/of/{household_id}")).json()["items"]
        assert [(v["participants"], v["findings"][0]["what"]) for v in seen] == [(["王五"], "入户路不通")]
        looks = (await home.get(f"/v1/visits/of/{household_id}/looks")).json()["items"]
        assert [look["what"] for look in looks] == ["visit", "visits"], "a list of a place is no look at one household"


async def test_visits_page_from_the_latest_to_the_first(world: World, town: Town) -> None:
    cadre = await town.cadre()
    household_id = await helped(world, town, cadre)
    async with world.as_(cadre_login(cadre)) as phone, world.as_(town.official) as desk:
        for day in (3, 1, 2):
            body = visit(household_id, visited_at=f"2026-11-0{day}T02:00:00+08:00", findings=[])
            assert (await phone.post("/v1/visits", body)).status_code == 201
        lists: dict[str, dict[str, Any]] = {f"/v1/visits/of/{household_id}": {}, "/v1/visits": {"region": town.code}}
        for path, more in lists.items():
            days: list[str] = []
            cursor: str | None = None
            while cursor is not None or not days:
                asked: dict[str, Any] = {**more, "cursor": cursor} if cursor else more
                page = (await desk.get(path, limit=1, **asked)).json()
                days += [one["visited_at"][:10] for one in page["items"]]
                cursor = page["next_cursor"]
            assert days == ["2026-11-02", "2026-11-01", "2026-10-31"], "the day in UTC"


async def test_what_cannot_be_is_refused_with_what_to_do(world: World, town: Town) -> None:
    cadre, stranger = await town.cadre(), await town.cadre()
    household_id = await helped(world, town, cadre)
    cases: list[tuple[Cadre, dict[str, Any], int, str]] = [
        (cadre, {"visited_at": "2026-11-25T23:10:00+08:00"}, 422, "visit_ahead"),
        (cadre, {"kind": "check_in"}, 422, "visit_kind_unknown"),
        (cadre, {"visited_at": "2025-02-20T10:00:00+08:00"}, 404, "visit_household_not_found"),
        (cadre, {"findings": [{"kind": "wish", "what": "台灯"}]}, 422, "visit_findings_unclear"),
        (stranger, {}, 404, "visit_household_not_found"),
    ]
    for who, more, status, code in cases:
        async with world.as_(cadre_login(who)) as phone:
            reply = await phone.post("/v1/visits", visit(household_id, **more))
            assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text


async def test_a_member_of_the_villages_team_visits_its_households_too(world: World, town: Town) -> None:
    household_id = await town.household()
    team = await town.team()
    await world.load(posts=[town.posting("resident_team", cadre_id=team[0].cadre_id, members=team)])
    member = await world_cadre(world, team[2].cadre_id)
    async with world.as_(cadre_login(member)) as phone:
        made = await phone.post("/v1/visits", visit(household_id))
        assert made.status_code == 201, made.text
        assert (await phone.get(made.headers["location"])).status_code == 200, "whoever was there sees the visit"
        early = await phone.post("/v1/visits", visit(household_id, visited_at="2025-02-01T10:00:00+08:00"))
        assert early.status_code == 404, "before the team came"


async def world_cadre(world: World, cadre_id: UUID) -> Cadre:
    async with world.database.transaction() as connection:
        return await world.cadres.get(connection, cadre_id)


async def test_photos_of_a_visit_lose_where_they_were_taken_and_are_seen_near_the_household(
    world: World, town: Town
) -> None:
    cadre = await town.cadre()
    household_id = await helped(world, town, cadre)
    async with world.as_(cadre_login(cadre)) as phone:
        at = (await phone.post("/v1/visits", visit(household_id))).headers["location"]
        kept = await send(phone, f"{at}/photos", photo())
        assert kept.status_code == 201, kept.text
        hostile = await send(phone, f"{at}/photos", b"<script>alert(1)</script>")
        assert hostile.status_code == 422, hostile.text
        fetched = await phone.get(f"{at}/photos/{kept.json()['file_id']}")
    assert fetched.headers["content-type"] == "image/jpeg"
    assert b"Exif" not in fetched.content
    async with world.as_(household_login(household_id)) as home, world.as_(town.official) as desk:
        assert len((await home.get(at)).json()["photos"]) == 1
        assert (await desk.get(f"{at}/photos/{kept.json()['file_id']}")).status_code == 200
        looks = (await home.get(f"/v1/visits/of/{household_id}/looks")).json()["items"]
        assert looks[0]["what"] == "visit_photo"
    async with world.as_(household_login(new_id())) as stranger:
        assert (await stranger.get(f"{at}/photos/{kept.json()['file_id']}")).json()["code"] == "visit_not_found"


async def test_a_visit_takes_ten_photos_however_many_come_at_once_and_only_from_who_was_there(
    world: World, town: Town
) -> None:
    cadre, other = await town.cadre(), await town.cadre()
    household_id = await helped(world, town, cadre)
    await world.load(posts=[town.posting("agri_technician", cadre_id=other.cadre_id)])
    small = photo(size=(40, 30))
    async with world.as_(cadre_login(cadre)) as phone:
        at = (await phone.post("/v1/visits", visit(household_id))).headers["location"]
        replies = await asyncio.gather(*(send(phone, f"{at}/photos", small) for _ in range(12)))
        assert sorted(reply.status_code for reply in replies) == [201] * 10 + [409] * 2
        assert len((await phone.get(at)).json()["photos"]) == 10
    async with world.as_(cadre_login(other)) as stranger:
        assert (await send(stranger, f"{at}/photos", small)).json()["code"] == "visit_not_found"


async def send(caller: Any, path: str, content: bytes) -> Any:
    file = {"file": ("photo.jpg", content, "image/jpeg")}
    return await caller.client.post(path, files=file, headers={"idempotency-key": str(new_id())})
