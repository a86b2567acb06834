"""A department's list becomes checks at home; the same list twice changes nothing; who is not found is reported."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from services.households import worker
from services.households.domain.errors import DepartmentListHeaderNotFound
from services.households.use_cases.bring_in_households import Importer
from shared.clock import FixedClock
from shared.ids import new_id
from shared.jobs import Progress
from tests.households.import_world import NOON, TOWNSHIP, ImportWorld, Outcome
from tests.households.monitoring_people import cases_of, invented_number, key, put_sheet, register, step

HEADER = ("姓名", "身份证号", "自付费用")


def written(world: ImportWorld, rows: list[tuple[Any, ...]], kind: str = "xlsx") -> Path:
    path = world.folder / f"list-{new_id()}.{kind}"
    table = [("住院自付费用较高人员名单",), HEADER, *rows]
    if kind == "csv":
        path.write_text("\n".join(",".join(map(str, row)) for row in table), "gb18030")
        return path
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table):
            sheet.write_row(number, 0, row)
    return path


async def handed_in(world: ImportWorld, file: Path, scope: str = TOWNSHIP) -> Outcome:
    """Run here and now, at noon of the test's day."""
    importer = Importer("official-1", "张三", (scope,))
    use_case = worker.department_list(world.jobs, world.settings, importer, "medical_insurance", FixedClock(NOON))
    progress, report = Progress(), file.with_suffix(".report.xlsx")
    await use_case(file, file.name, report, progress)
    return Outcome(progress, report)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
async def test_whom_a_list_names_is_to_be_visited_and_who_is_not_found_is_reported(
    world: ImportWorld, kind: str
) -> None:
    number, stranger = invented_number(), invented_number()
    household = await register(world, id_number=number)
    rows = [("陈正松", number, 30000), ("王五", stranger, 20000), ("李四", number, 1), ("赵六", "511902", 1)]
    outcome = await handed_in(world, written(world, rows, kind))
    progress = outcome.progress
    assert (progress.total, progress.done, progress.accepted, progress.refused) == (4, 4, 1, 3)
    assert outcome.refused() == [
        ["4", "证件号码", "person_not_in_record", outcome.refused()[0][3], f"{stranger[:4]}**********{stranger[-4:]}"],
        ["5", "姓名", "person_name_differs", outcome.refused()[1][3], f"{number[:4]}**********{number[-4:]}"],
        ["6", "证件号码", "id_number_length_wrong", outcome.refused()[2][3], "511902"],
    ]
    async with world.as_official(TOWNSHIP) as official:
        (case,) = await cases_of(official, household)
        file = (await official.get(f"/v1/monitoring/cases/{case['case_id']}")).json()
    assert (case["origin"], case["state"], case["check_due_on"]) == ("department_list", "found", "2026-12-01")
    assert [one["detail"] for one in file["findings"]] == ["医保名单：陈正松，自付费用：30000"]
    assert number not in str(file)


async def test_the_same_list_twice_changes_nothing_and_a_new_row_asks_for_another_visit(world: ImportWorld) -> None:
    number = invented_number()
    household = await register(world, id_number=number)
    file = written(world, [("陈正松", number, 30000)])
    first, second = await handed_in(world, file), await handed_in(world, file)
    assert (first.result, second.result) == ({"new": 1, "unchanged": 0}, {"new": 0, "unchanged": 1})
    async with world.as_official(TOWNSHIP) as official:
        (case,) = await cases_of(official, household)
        assert case["version"] == 1
        case = (await step(official, case, "in_danger", monitoring_type="sudden")).json()
        assert (await handed_in(world, file)).result == {"new": 0, "unchanged": 1}
        assert (await handed_in(world, written(world, [("陈正松", number, 45000)]))).result["new"] == 1
        (case,) = await cases_of(official, household)
    assert (case["state"], case["check_due_on"]) == ("in_danger", "2026-12-01")


async def test_news_joins_the_case_that_is_open(world: ImportWorld) -> None:
    number = invented_number()
    household = await register(world, id_number=number)
    async with world.as_official(TOWNSHIP) as official:
        await put_sheet(official, household, 1, medical_insurance="no")
        await handed_in(world, written(world, [("陈正松", number, 1)]))
        (case,) = await cases_of(official, household)
        file = (await official.get(f"/v1/monitoring/cases/{case['case_id']}")).json()
    assert [one["origin"] for one in file["findings"]] == ["missing_guarantee", "department_list"]


async def test_whoever_lives_elsewhere_is_not_found_like_somebody_unknown(world: ImportWorld) -> None:
    number = invented_number()
    household = await register(world, id_number=number)
    outcome = await handed_in(world, written(world, [("陈正松", number, 1)]), "511923")
    assert [line[2] for line in outcome.refused()] == ["person_not_in_record"]
    async with world.as_official(TOWNSHIP) as official:
        assert await cases_of(official, household) == []


async def test_a_file_without_a_column_of_id_numbers_is_refused_as_a_whole(world: ImportWorld) -> None:
    path = world.folder / f"list-{new_id()}.csv"
    path.write_text("姓名,备注\n陈正松,住院\n", "utf-8")
    with pytest.raises(DepartmentListHeaderNotFound):
        await handed_in(world, path)
    assert not path.with_suffix(".report.xlsx").exists()


async def test_a_list_says_of_which_department_it_is(world: ImportWorld) -> None:
    file = {"file": ("list.csv", "姓名,身份证号\n".encode())}
    async with world.as_official(TOWNSHIP) as official:

        async def ordered(**form: str) -> Any:
            return await official.post("/v1/imports", files=file, data=form, headers=key())

        good = await ordered(kind="department_list", department="medical_insurance")
        missing = await ordered(kind="department_list")
        unknown = await ordered(kind="department_list", department="police")
        not_asked = await ordered(kind="register", department="education")
    assert (good.status_code, good.json()["kind"]) == (202, "department_list")
    assert (missing.status_code, missing.json()["code"]) == (422, "import_department_unknown")
    assert "education" in missing.json()["allowed"]
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/department")
    assert (not_asked.status_code, not_asked.json()["code"]) == (422, "import_department_not_asked")
