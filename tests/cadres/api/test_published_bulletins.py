"""A bulletin is frozen when it is published; what was wrong in it is published again, under the next number."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
import rfc8785
from python_calamine import CalamineWorkbook

from services.cadres.domain.bulletin import Bulletin, may_publish
from services.cadres.domain.inspection_errors import (
    BulletinCorrectsNothing,
    BulletinNeedsReason,
    BulletinPeriodOpen,
)
from services.cadres.domain.inspection_policy import Cycle
from shared.clock import FixedClock
from tests.cadres import inspecting
from tests.cadres.world import Caller, Town, World, rows_of

DECEMBER = datetime(2026, 12, 1, 4, tzinfo=UTC)
NOVEMBER = {"cycle": "county_inspection", "within": "2026-11-24"}


@pytest.fixture
async def found(world: World, town: Town) -> Any:
    """The address of one finding of November, still open."""
    async with world.as_(town.official) as desk:
        body = {"region": town.village, "cycle": "county_inspection", "population": "villages", "size": 1}
        made = (await desk.post("/v1/inspections", body)).json()
        return await inspecting.found(desk, made, town, what="台账不全", due_on="2026-11-24")


@pytest.fixture
def after_november(world: World) -> Iterator[None]:
    before = world.app.state.service
    world.app.state.service = replace(before, clock=FixedClock(DECEMBER))
    yield
    world.app.state.service = before


async def published(desk: Caller, town: Town, **more: Any) -> dict[str, Any]:
    reply = await desk.post("/v1/inspections/bulletins", {"region": town.code, **NOVEMBER} | more)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def test_a_period_is_over_before_its_bulletin_is_out_and_a_second_one_says_why() -> None:
    bulletin = Bulletin("511921", Cycle("c", "c", "counties", 1), date(2026, 11, 1), date(2026, 12, 1))
    last, after = date(2026, 11, 30), date(2026, 12, 1)
    assert isinstance(may_publish(bulletin, 0, None, last), BulletinPeriodOpen)
    assert may_publish(bulletin, 0, None, after) is None
    assert isinstance(may_publish(bulletin, 0, "有误", after), BulletinCorrectsNothing)
    assert isinstance(may_publish(bulletin, 1, None, after), BulletinNeedsReason)
    assert may_publish(bulletin, 1, "有误", after) is None


async def test_what_was_published_stays_as_it_was_and_a_correction_has_the_next_number(
    world: World, town: Town, found: str, after_november: None
) -> None:
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        first = await published(desk, town)
        assert (first["number"], first["bulletin"]["total"]["open"], first["findings"][0]["state"]) == (1, 1, "open")
        await inspecting.moved(desk, found, "rectified")
        await inspecting.moved(other, found, "closed")
        path = f"/v1/inspections/bulletins/{first['bulletin_id']}"
        assert (await desk.get(path)).json() == first, "whatever was put right since"
        live = (await desk.get("/v1/inspections/bulletin", region=town.code, **NOVEMBER)).json()
        assert live["total"]["closed"] == 1
        again = await desk.post("/v1/inspections/bulletins", {"region": town.code, **NOVEMBER})
        assert (again.status_code, again.json()["code"]) == (409, "bulletin_needs_reason")
        second = await published(desk, town, correction="第 1 号漏了已整改的问题")
        assert (second["number"], second["bulletin"]["total"]["closed"]) == (2, 1)
        listed = (await desk.get("/v1/inspections/bulletins", region=town.code)).json()["items"]
        assert [(one["number"], one["correction"]) for one in listed] == [(1, None), (2, "第 1 号漏了已整改的问题")]
        table = await desk.get(f"{path}/table")
        sheet = CalamineWorkbook.from_filelike(BytesIO(table.content)).get_sheet_by_name("问题清单").to_python()
        assert [row[6] for row in sheet[1:]] == ["逾期未整改"], "as it was then"
    async with world.as_((await world.town()).official) as stranger:
        refused = await stranger.get(path)
        assert (refused.status_code, refused.json()["code"]) == (404, "bulletin_not_found")


async def test_of_many_who_publish_at_once_one_has_the_number(
    world: World, town: Town, found: str, after_november: None
) -> None:
    body = {"region": town.code, **NOVEMBER}
    async with world.as_(town.official) as desk:
        replies = await asyncio.gather(*(desk.post("/v1/inspections/bulletins", body) for _ in range(6)))
    assert sorted(one.status_code for one in replies) == [201] + [409] * 5
    codes = {one.json()["code"] for one in replies if one.status_code == 409}
    assert codes <= {"bulletin_just_published", "bulletin_needs_reason"}


async def test_one_that_somebody_rewrote_is_not_told(
    world: World, town: Town, found: str, after_november: None
) -> None:
    async with world.as_(town.official) as desk:
        made = await published(desk, town)
        path = f"/v1/inspections/bulletins/{made['bulletin_id']}"
        async with world.database.transaction() as connection:
            rows = await rows_of(
                connection, "SELECT content FROM published_bulletins WHERE bulletin_id::text = $1", made["bulletin_id"]
            )
        assert sha256(rfc8785.dumps(rows[0][0])).hexdigest() == made["sha256"], "anyone can work it out"
        async with world.database.transaction() as connection:
            await rows_of(
                connection,
                "UPDATE published_bulletins SET content = jsonb_set(content, '{total,open}', '0')"
                " WHERE bulletin_id::text = $1 RETURNING 1",
                made["bulletin_id"],
            )
        changed = await desk.get(path)
        assert (changed.status_code, changed.json()["code"]) == (503, "bulletin_changed")


async def test_the_period_has_to_be_over(world: World, town: Town, found: str) -> None:
    async with world.as_(town.official) as desk:
        early = await desk.post("/v1/inspections/bulletins", {"region": town.code, **NOVEMBER})
        assert (early.status_code, early.json()["code"]) == (409, "bulletin_period_open")
        assert "2026-12-01" in early.json()["message"]
