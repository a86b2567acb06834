"""Offices exchange their units and cadres as tables: out, edited, in again, with a line for every refused row."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import python_calamine as calamine

from services.cadres.domain.pairing import Pairing
from services.cadres.domain.unit import Unit
from shared.ids import new_id
from shared.sheets.writing import SheetWriter
from tests.cadres.world import Caller, Town, World, rows_of

UNITS = ("单位名称", "级别", "类别", "行政区划代码", "联建类型")
CADRES = ("单位名称", "姓名", "职级", "行政区划代码", "任职日期", "离任日期", "联系电话")


def table(tmp_path: Path, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    path = tmp_path / f"{uuid4()}.xlsx"
    with SheetWriter(path) as book:
        lines = book.sheet("表", ())
        lines.add(("巴中市干部花名册",))
        lines.add(headings)
        for row in rows:
            lines.add(row)
    return path.read_bytes()


def rows_in(content: bytes, tmp_path: Path, sheet: int = 0) -> list[list[Any]]:
    path = tmp_path / f"{uuid4()}.xlsx"
    path.write_bytes(content)
    return calamine.load_workbook(path).get_sheet_by_index(sheet).to_python()


async def handed_in(
    world: World, caller: Caller, kind: str, content: bytes, *, dry_run: str = "no", name: str = "t.xlsx"
) -> dict[str, Any]:
    reply = await caller.client.post(
        "/v1/cadres/imports",
        files={"file": (name, content)},
        data={"kind": kind, "dry_run": dry_run},
        headers={"idempotency-key": str(new_id())},
    )
    assert reply.status_code == 202, reply.text
    await world.run_jobs()
    return dict((await caller.get(reply.headers["location"])).json())


async def report(caller: Caller, job: dict[str, Any], tmp_path: Path) -> list[list[Any]]:
    reply = await caller.get(job["errors_url"])
    assert reply.status_code == 200
    return rows_in(reply.content, tmp_path, sheet=1)[1:]


async def test_units_come_in_once_and_the_same_table_again_changes_nothing(
    world: World, town: Town, tmp_path: Path
) -> None:
    rows = [
        ("镇农业服务中心", "乡镇", "事业单位", town.code, ""),
        ("某村联合党支部", "村级", "联合党组织", town.village, "村企互补"),
    ]
    content = table(tmp_path, UNITS, rows)
    async with world.as_(town.official) as desk:
        job = await handed_in(world, desk, "units", content)
        assert (job["state"], job["accepted"], job["refused"], job["result"]["new"]) == ("succeeded", 2, 0, 2)
        again = await handed_in(world, desk, "units", content)
        assert (again["result"]["new"], again["result"]["unchanged"]) == (0, 2)
        listed = (await desk.get("/v1/units", region=town.village)).json()["items"]
        assert [(one["kind"], one["joint_kind"]) for one in listed] == [("joint_branch", "complementary")]


async def test_a_bad_row_is_told_of_by_row_column_and_code_and_stops_no_other(
    world: World, town: Town, tmp_path: Path
) -> None:
    unit = town.unit.name
    content = table(
        tmp_path, CADRES,
        [
            (f"{unit}({town.code})", "周敏", "科员", town.code, "2024-03-01", "", "13800138000"),
            ("没有的单位", "甲", "科员", town.code, "2024-03-01", "", ""),
            (f"{unit}({town.code})", "乙", "厅长", town.code, "2024-03-01", "", ""),
            (f"{unit}({town.code})", "丙", "科员", "511999", "2024-03-01", "", ""),
            (f"{unit}({town.code})", "丁", "科员", town.code, "2024-13-01", "", ""),
            (f"{unit}({town.code})", "戊", "科员", town.code, "2024-03-01", "", "1380013800x"),
            (f"{unit}({town.code})", "", "科员", town.code, "2024-03-01", "", ""),
            (f"{unit}({town.code})", "周敏", "科员", town.code, "2024-03-01", "", ""),
            (f"{unit}({town.code})", "己", "副科级", town.code, 20240301, "", ""),
            (f"{unit}({town.code})", "庚", "科员", town.code, "2024-03-01", "2023-01-01", ""),
        ],
    )  # fmt: skip
    async with world.as_(town.official) as desk:
        job = await handed_in(world, desk, "cadres", content)
        assert (job["accepted"], job["refused"], job["result"]["new"]) == (2, 8, 2)
        lines = await report(desk, job, tmp_path)
        assert [(int(row[0]), row[1], row[2]) for row in lines] == [
            (4, "单位名称", "unit_unknown"),
            (5, "职级", "value_unknown"),
            (6, "行政区划代码", "region_outside"),
            (7, "任职日期", "date_unreadable"),
            (8, "联系电话", "phone_unreadable"),
            (9, "姓名", "cell_missing"),
            (10, "", "row_twice"),
            (12, "", "cadre_leaves_before_start"),
        ]
        assert "市级领导" in lines[1][3]
        assert "1380013800x" not in str(lines)
        found = (await desk.post("/v1/cadres/search", {"region": town.code, "phone": "13800138000"})).json()["items"]
        assert [one["name"] for one in found] == ["周敏"]


async def test_a_dry_run_tells_the_same_and_saves_nothing(world: World, town: Town, tmp_path: Path) -> None:
    content = table(
        tmp_path, UNITS, [("镇财政所", "乡镇", "机关", town.code, ""), ("坏", "乡镇", "衙门", town.code, "")]
    )
    async with world.as_(town.official) as desk:
        job = await handed_in(world, desk, "units", content, dry_run="yes")
        assert (job["accepted"], job["refused"], job["result"]["new"], job["result"]["dry_run"]) == (1, 1, 1, True)
        assert [row[2] for row in await report(desk, job, tmp_path)] == ["value_unknown"]
        assert len((await desk.get("/v1/units", region=town.code)).json()["items"]) == 1, "only what was there before"


async def test_an_exported_table_comes_back_and_changes_what_was_edited(
    world: World, town: Town, tmp_path: Path
) -> None:
    cadre = await town.cadre(name="=王芳", phone="13812345678")
    household_id = await town.household()
    await world.load(pairings=[Pairing(new_id(), household_id, cadre.cadre_id, date(2026, 1, 1))])
    async with world.as_(town.official) as desk:
        exported = (await desk.get("/v1/cadres/table", region=town.code)).content
        rows = rows_in(exported, tmp_path)
        assert rows[1][2:5] == ["=王芳", "科员", town.code]
        assert rows[1][7] == "138****5678"
        unchanged = await handed_in(world, desk, "cadres", exported)
        assert (unchanged["result"]["unchanged"], unchanged["refused"]) == (1, 0)
        rows[1][2], rows[1][3] = "王小芳", "正科级"
        edited = table(tmp_path, [str(cell) for cell in rows[0]], rows[1:])
        job = await handed_in(world, desk, "cadres", edited)
        assert job["result"]["changed"] == 1, await report(desk, job, tmp_path)
        after = (await desk.get(f"/v1/cadres/{cadre.cadre_id}")).json()
        assert (after["name"], after["rank"], after["phone"], after["version"]) == (
            "王小芳", "section_head", "138****5678", 2,
        )  # fmt: skip
        units = rows_in((await desk.get("/v1/units/table", region=town.code)).content, tmp_path)
        assert [row[1] for row in units[1:]] == [town.unit.name]
    async with world.database.transaction() as connection:
        told = await rows_of(
            connection, "SELECT payload->>'cadre_name' FROM change_log WHERE key = $1 ORDER BY id DESC LIMIT 1",
            str(household_id),
        )  # fmt: skip
    assert told == [("王小芳",)]


async def test_names_with_brackets_of_either_width_come_back_as_they_went_out(
    world: World, town: Town, tmp_path: Path
) -> None:
    bureau = Unit(new_id(), "水利局（示范）", "county", "government_unit", town.code)
    await world.load(units=[bureau])
    await town.cadre(unit_id=bureau.unit_id, name="阿依古丽（挂职）")
    async with world.as_(town.official) as desk:
        for kind, count in (("units", 2), ("cadres", 1)):
            exported = (await desk.get(f"/v1/{kind}/table", region=town.code)).content
            job = await handed_in(world, desk, kind, exported)
            assert (job["result"]["unchanged"], job["refused"]) == (count, 0), await report(desk, job, tmp_path)


async def test_nobody_changes_a_cadre_of_another_place_by_its_id(world: World, town: Town, tmp_path: Path) -> None:
    foreign = await (await world.town()).cadre()
    headings = ("编号", *CADRES)
    row = (str(foreign.cadre_id), f"{town.unit.name}({town.code})", "冒名", "科员", town.code, "2024-03-01", "", "")
    async with world.as_(town.official) as desk:
        job = await handed_in(world, desk, "cadres", table(tmp_path, headings, [row]))
        assert [line[2] for line in await report(desk, job, tmp_path)] == ["cadre_not_found"]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"PK\x03\x04broken", "t.xlsx", "sheet_damaged"), ("栏,目\n1,2\n".encode(), "t.csv", "table_headings_missing")],
)
async def test_a_file_that_is_no_such_table_fails_as_a_whole(
    world: World, town: Town, content: bytes, name: str, code: str
) -> None:
    async with world.as_(town.official) as desk:
        job = await handed_in(world, desk, "units", content, name=name)
        assert (job["state"], job["failure"]) == ("failed", code)
        assert (await desk.get(f"/v1/cadres/jobs/{job['job_id']}/report")).json()["code"] == "import_report_missing"


async def test_a_csv_of_an_office_comes_in_too(world: World, town: Town) -> None:
    text = f"单位名称,级别,类别,行政区划代码\n镇　卫生院,乡镇,事业单位,{town.code}\n"
    async with world.as_(town.official) as desk:
        job = await handed_in(world, desk, "units", text.encode("gb18030"), name="单位.csv")
        assert job["result"]["new"] == 1
        assert world.app.state.rooms.uploads.ids() == [], "the file goes with its job"
