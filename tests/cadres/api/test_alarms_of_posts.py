"""Officials see at a glance which of the five posts are amiss, on any day, and take the list along as a table."""

from datetime import date
from pathlib import Path

import python_calamine as calamine

from tests.cadres.world import World, official


async def test_vacant_expired_and_double_posts_are_listed_with_a_sentence(world: World) -> None:
    town = await world.town(poor_villages=2, other_villages=1)
    secretary = await town.cadre(name="陈刚")
    team = await town.team()
    await world.load(
        posts=[
            town.posting(
                "first_secretary", date(2023, 3, 1), cadre_id=secretary.cadre_id, term_ends_on=date(2026, 3, 1)
            ),
            town.posting(
                "resident_team", unit_id=town.unit.unit_id, members=team, term_ends_on=date(2028, 3, 1),
                village=town.villages[1],
            ),
            town.posting("agri_technician", cadre_id=secretary.cadre_id, village=town.villages[2]),
        ]
    )  # fmt: skip
    async with world.as_(town.official) as desk:
        found = (await desk.get("/v1/posts/alarms", region=town.code, limit=100)).json()
        assert not found["has_more"]
        said = [(one["village_code"], one["post"], one["kind"]) for one in found["items"]]
        assert said.count((town.village, "first_secretary", "expired")) == 1
        assert sum(kind == "vacant" for _, _, kind in said) == 8
        assert len(said) == 9
        expired = next(one for one in found["items"] if one["kind"] == "expired")
        assert expired["text"] == "第一书记任期 2026-03-01 已到，请办理续派或接替。"
        before = (await desk.get("/v1/posts/alarms", region=town.code, as_of="2026-02-20", kind="expiring")).json()
        assert [one["until"] for one in before["items"]] == ["2026-03-01"]
        one_by_one, cursor = [], None
        while True:
            asked = {"region": town.code, "limit": 4} | ({"cursor": cursor} if cursor else {})
            reply = (await desk.get("/v1/posts/alarms", **asked)).json()
            one_by_one += reply["items"]
            if not (cursor := reply["next_cursor"]):
                break
        assert one_by_one == found["items"]


async def test_a_team_member_who_leaves_makes_the_team_an_alarm(world: World) -> None:
    town = await world.town(poor_villages=0, other_villages=1)
    team = await town.team()
    post = town.posting("resident_team", unit_id=town.unit.unit_id, members=team, term_ends_on=date(2028, 3, 1))
    await world.load(posts=[post])
    async with world.as_(town.official) as desk:
        assert (await desk.get("/v1/posts/alarms", region=town.code)).json()["items"] == []
        async with world.database.transaction() as connection:
            await connection.exec_driver_sql(
                "UPDATE cadres SET valid_to = '2026-10-01' WHERE cadre_id = $1", (team[1].cadre_id,)
            )
        found = (await desk.get("/v1/posts/alarms", region=town.code)).json()["items"]
        assert [(one["kind"], one["flaws"]) for one in found] == [
            ("holder_left", []),
            ("team_incomplete", ["too_small", "mid_level"]),
        ]
        assert [one["name"] for one in found[0]["people"]] == ["队员0"]


async def test_a_county_counts_its_townships_and_the_sum_is_five_a_poor_village(world: World) -> None:
    town = await world.town(poor_villages=3)
    await world.load(posts=[town.posting("helping_unit", unit_id=town.unit.unit_id)])
    async with world.as_(official("county_official", town.code[:6])) as desk:
        places = (await desk.get("/v1/posts/summary", region=town.code[:6])).json()["items"]
        own = next(place for place in places if place["code"] == town.code)
        assert (own["poor_villages"], own["posts_filled"], own["posts_vacant"]) == (3, 1, 14)
        assert own["alarms"] == {"vacant": 14}
        assert all(place["posts_filled"] + place["posts_vacant"] == 5 * place["poor_villages"] for place in places)


async def test_the_gaps_are_a_table_whose_text_stays_text(world: World, tmp_path: Path) -> None:
    town = await world.town(poor_villages=1)
    secretary = await town.cadre(name="=HYPERLINK(1)")
    gone = town.posting("first_secretary", date(2023, 3, 1), cadre_id=secretary.cadre_id, term_ends_on=date(2026, 3, 1))
    await world.load(posts=[gone])
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql(
            "UPDATE cadres SET valid_to = '2026-10-01' WHERE cadre_id = $1", (secretary.cadre_id,)
        )
    async with world.as_(town.official) as desk:
        reply = await desk.get("/v1/posts/alarms/table", region=town.code)
    assert reply.status_code == 200
    assert reply.headers["content-disposition"].startswith("attachment")
    (tmp_path / "gaps.xlsx").write_bytes(reply.content)
    rows = calamine.load_workbook(tmp_path / "gaps.xlsx").get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["村代码", "村", "岗位", "问题"]
    assert len(rows) == 1 + 6
    assert [row[6] for row in rows if row[3] == "人员已离任"] == ["=HYPERLINK(1)"]


async def test_alarms_of_another_place_are_refused(world: World) -> None:
    town, other = await world.town(), await world.town()
    async with world.as_(other.official) as stranger:
        for path in ("alarms", "alarms/table", "summary"):
            assert (await stranger.get(f"/v1/posts/{path}", region=town.code)).status_code == 403
