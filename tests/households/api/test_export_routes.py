"""The register goes out as a table with the national headers, and what comes back changes nothing."""

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from services.households.domain.register_columns import Column
from services.households.main import job_runner
from shared.sheets.reading import open_sheet
from tests.builders.register import invent_household
from tests.households.api.test_life_routes import key
from tests.households.import_world import REPORT_KIND, TOWNSHIP, ImportWorld

FULL = invent_household(
    3,
    4,
    monitoring="脱贫不稳定户",
    risk_removed="否",
    risk_identified=date(2024, 3, 1),
    risk_removed_on=date(2025, 3, 1),
    dangerous_house="C级",
    cause="因病,缺技术",
)
REGISTER = [invent_household(1, 3), invent_household(2, 1, kind="一般农户", cause="", net_income_cents=-12_345), FULL]


async def exported(world: ImportWorld, client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    reply = await client.post("/v1/exports", json={"region": TOWNSHIP, **asked}, headers=key())
    assert reply.status_code == 202, reply.text
    await job_runner(world.jobs, world.settings).run_next()
    job: dict[str, Any] = (await client.get(reply.headers["location"])).json()
    assert (job["state"], job["errors_url"]) == ("succeeded", None), "an export has a file and no report"
    return job


async def fetched(world: ImportWorld, client: httpx.AsyncClient, job: dict[str, Any]) -> Path:
    reply = await client.get(job["result"]["file_url"])
    assert (reply.status_code, reply.headers["content-type"]) == (200, REPORT_KIND)
    path = world.folder / f"{job['job_id']}.xlsx"
    path.write_bytes(reply.content)
    return path


def table(path: Path) -> list[dict[str, str]]:
    rows = [cells for _, cells in open_sheet(path).rows()]
    assert list(rows[0]) == [column.value for column in Column]
    return [dict(zip([str(name) for name in rows[0]], map(str, row), strict=True)) for row in rows[1:]]


async def test_what_is_exported_unmasked_and_brought_in_again_changes_nothing(world: ImportWorld) -> None:
    await world.bring_in(world.file(REGISTER))
    before = {one.number: await world.household(one.number) for one in REGISTER}
    async with world.as_official(TOWNSHIP) as client:
        job = await exported(world, client, unmasked=True, reason="与全国系统核对")
        path = await fetched(world, client, job)
    outcome = await world.bring_in(path)
    assert outcome.refused() == []
    assert {name: outcome.result[name] for name in ("new", "changed", "unchanged")} == {
        "new": 0,
        "changed": 0,
        "unchanged": 3,
    }
    assert {one.number: await world.household(one.number) for one in REGISTER} == before
    assert before[FULL.number].facts.housing_grade == "C"


async def test_a_masked_export_shows_no_number_and_keeps_no_look(world: ImportWorld) -> None:
    await world.bring_in(world.file(REGISTER))
    household = await world.household(REGISTER[0].number)
    async with world.as_official(TOWNSHIP) as client:
        rows = table(await fetched(world, client, await exported(world, client)))
        looks = (await client.get(f"/v1/households/{household.household_id}/looks")).json()["items"]
    assert len(rows) == 8
    assert all("**********" in row["证件号码"] for row in rows)
    numbers = {person.id_number for one in REGISTER for person in one.people} | {one.phone for one in REGISTER}
    assert not numbers & {value for row in rows for value in row.values()}
    assert [look["what"] for look in looks] == ["looks"]


async def test_unmasked_numbers_need_a_reason_that_every_household_reads(world: ImportWorld) -> None:
    await world.bring_in(world.file(REGISTER))
    household = await world.household(REGISTER[0].number)
    async with world.as_official(TOWNSHIP) as client:
        refused = await client.post("/v1/exports", json={"region": TOWNSHIP, "unmasked": True}, headers=key())
        assert (refused.status_code, refused.json()["code"]) == (422, "unmask_reason_needed")
        job = await exported(world, client, unmasked=True, reason="与全国系统核对")
        rows = table(await fetched(world, client, job))
        looks = (await client.get(f"/v1/households/{household.household_id}/looks")).json()["items"]
    assert rows[0]["证件号码"] in {person.id_number for one in REGISTER for person in one.people}
    told = [(look["what"], look["reason"]) for look in looks if look["reason"]]
    assert told == [("export:id_number,phone", "与全国系统核对")]
    async with world.database.transaction() as connection:
        audited = await connection.exec_driver_sql(
            "SELECT facts FROM audit_events WHERE event = 'register_exported' ORDER BY seq DESC LIMIT 1"
        )
        assert audited.scalar_one()["unmasked"] is True


async def test_an_export_is_only_for_ones_own_place_and_its_file_only_for_who_ordered_it(world: ImportWorld) -> None:
    await world.bring_in(
        world.file([REGISTER[0], invent_household(9, 2, village="莲花山村", township="", county="巴州区")])
    )
    async with world.as_official(TOWNSHIP) as client:
        outside = await client.post("/v1/exports", json={"region": "511921"}, headers=key())
        job = await exported(world, client)
        assert job["result"]["households"] == 1
    async with world.as_official("5119", subject="official-2") as other:
        assert (await other.get(job["result"]["file_url"])).status_code == 404
        wide = await other.post("/v1/exports", json={"region": "5119"}, headers=key())
    assert (outside.status_code, wide.json()["code"]) == (403, "export_too_wide")


async def test_a_name_like_a_formula_stays_text_and_nothing_lies_about_in_plain(world: ImportWorld) -> None:
    people = tuple(
        replace(person, name=name) for person, name in zip(REGISTER[0].people, ("李三", "李四", "王五"), strict=True)
    )
    await world.bring_in(world.file([replace(REGISTER[0], people=people, group="=1+1")]))
    async with world.as_official(TOWNSHIP) as client:
        job = await exported(world, client, unmasked=True, reason="核对")
        path = await fetched(world, client, job)
    assert table(path)[0]["自然村"] == "=1+1"
    kept = [file.read_bytes() for file in await asyncio.to_thread(_files, world.settings.files_dir)]
    assert kept
    for content in kept:
        assert not content.startswith(b"PK\x03\x04"), "what is kept is sealed"


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "reports" not in path.parts]
