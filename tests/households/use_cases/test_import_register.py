"""Bringing a register in: what the record holds afterwards, and what the report says."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
import python_calamine

from services.households.domain.errors import RegisterRefused
from services.households.domain.household import Household
from services.households.storage.stay_repository import stays_of
from shared.ids import new_id
from shared.sheets.errors import SheetRefused, SheetTooLarge
from tests.builders.register import InventedHousehold, RegisterStyle, invent_household, write_rows
from tests.households.import_world import TOWNSHIP, ImportWorld

HERE = (TOWNSHIP,)


def without(household: InventedHousehold, place: int) -> InventedHousehold:
    return replace(household, people=tuple(p for at, p in enumerate(household.people) if at != place))


def joined(household: InventedHousehold, *people: int, from_: InventedHousehold) -> InventedHousehold:
    return replace(household, people=(*household.people, *(from_.people[place] for place in people)))


async def test_new_households_stand_in_the_record_with_their_people(world: ImportWorld) -> None:
    invented = invent_household(1, 3, monitoring="边缘易致贫户", dangerous_house="C级", group="二组")
    outcome = await world.bring_in(world.file([invented, invent_household(2, 2)]))
    assert outcome.result == {
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "refused_households": 0,
        "refused_rows": 0,
        "likely_duplicates": 0,
        "people": 5,
    }
    assert (outcome.progress.done, outcome.progress.total, outcome.progress.accepted) == (5, 5, 2)
    household = await world.household(invented.number)
    facts = household.facts
    assert (facts.village_code, facts.status, facts.group_name) == ("511921122203", "out_of_poverty", "二组")
    assert (facts.monitoring_type, facts.housing_dangerous, facts.safe_water) == ("marginal", True, True)
    assert (facts.causes, facts.phone, facts.demonstration) == (("因病",), invented.phone, False)
    head = household.head
    assert (head.name, head.id_number, head.relation) == (invented.people[0].name, invented.people[0].id_number, "户主")
    assert (head.skill, head.education, head.serious_illness_insurance) == ("普通劳动力", "初中", True)
    assert {member.relation for member in household.members} == {"户主", "配偶", "之子"}


async def test_an_import_is_told_to_the_siblings_and_kept_as_the_first_change(world: ImportWorld) -> None:
    invented = invent_household(1, 3)
    await world.bring_in(world.file([invented]))
    (first,) = await world.history((await world.household(invented.number)).household_id)
    assert (first.version, first.kind, first.source, first.actor_name) == (1, "registered", "import", "张三")
    assert await world.count("change_log") == 1


async def test_the_same_file_twice_changes_nothing(world: ImportWorld) -> None:
    file = world.file([invent_household(index, 1 + index % 4) for index in range(40)])
    await world.bring_in(file)
    before = await world.counts()
    again = await world.bring_in(file)
    assert (again.result["new"], again.result["changed"], again.result["unchanged"]) == (0, 0, 40)
    assert again.progress.accepted == 40
    assert await world.counts() == before


async def test_a_later_export_of_the_same_facts_changes_nothing(world: ImportWorld) -> None:
    households = [invent_household(index, 3) for index in range(5)]
    await world.bring_in(world.file(households))
    before = await world.counts()
    later = [replace(household, data_date=date(2024, 6, 30)) for household in reversed(households)]
    again = await world.bring_in(
        world.file(later, "xlsx", RegisterStyle(header_row=3, dates="chinese", full_width=True))
    )
    assert again.result["unchanged"] == 5
    assert await world.counts() == before


async def test_a_good_household_is_taken_beside_a_bad_one(world: ImportWorld) -> None:
    bad = invent_household(2, 2, size=7)
    damaged = replace(invent_household(3, 1).people[0], id_number="5.13027E+17")
    worse = replace(invent_household(3, 1), people=(damaged,))
    outcome = await world.bring_in(world.file([invent_household(1, 2), bad, worse, invent_household(4, 1)]))
    assert (outcome.result["new"], outcome.result["refused_households"], outcome.result["refused_rows"]) == (2, 2, 3)
    assert (outcome.progress.accepted, outcome.progress.refused) == (2, 2)
    codes = [(row[0], row[1], row[2]) for row in outcome.refused()]
    assert codes == [
        ("4", "人数", "household_size_differs"),
        ("5", "", "household_refused"),
        ("6", "证件号码", "id_number_damaged_by_excel"),
    ]
    assert await world.count("households") == 2


async def test_a_village_outside_the_importers_places_is_refused(world: ImportWorld) -> None:
    here, elsewhere = invent_household(1, 2), invent_household(2, 2, county="巴州区", township="", village="莲花山村")
    outcome = await world.bring_in(world.file([here, elsewhere]), HERE)
    assert (outcome.result["new"], outcome.result["refused_rows"]) == (1, 2)
    assert {row[2] for row in outcome.refused()} == {"place_outside_scope"}


async def test_an_importer_of_several_places_brings_in_all_of_them(world: ImportWorld) -> None:
    here, elsewhere = invent_household(1, 2), invent_household(2, 2, county="巴州区", township="", village="莲花山村")
    outcome = await world.bring_in(world.file([here, elsewhere]), (TOWNSHIP, "511902"))
    assert outcome.result["new"] == 2


async def test_a_household_of_another_place_cannot_be_taken_over_by_its_number(world: ImportWorld) -> None:
    theirs = invent_household(1, 2, county="巴州区", township="", village="莲花山村")
    await world.bring_in(world.file([theirs]))
    ours = replace(invent_household(2, 2), number=theirs.number)
    outcome = await world.bring_in(world.file([ours]), HERE)
    assert outcome.result["refused_households"] == 1
    assert outcome.refused()[0][1:3] == ["户编号", "household_registered_elsewhere"]
    assert (await world.household(theirs.number)).facts.village_code.startswith("511902")


async def test_somebody_registered_in_another_household_is_refused_without_naming_it(world: ImportWorld) -> None:
    first = invent_household(1, 2)
    await world.bring_in(world.file([first]))
    second = joined(invent_household(2, 2), 1, from_=first)
    outcome = await world.bring_in(world.file([second, invent_household(3, 1)]))
    assert (outcome.result["new"], outcome.result["refused_households"]) == (1, 1)
    line = next(row for row in outcome.refused() if row[2] == "person_already_registered")
    assert (line[0], line[1]) == ("4", "证件号码")
    shown = first.people[1].id_number
    assert line[4] == f"{shown[:4]}**********{shown[-4:]}"
    everything = repr(outcome.refused())
    assert first.number not in everything
    assert shown not in everything


async def test_a_changed_household_keeps_its_id_its_members_ids_and_its_history(world: ImportWorld) -> None:
    invented = invent_household(1, 3)
    await world.bring_in(world.file([invented]))
    before = await world.household(invented.number)
    spouse = replace(invented.people[1], phone="13911112222", work_months=11)
    changed = replace(invented, net_income_cents=999_900, people=(invented.people[0], spouse, invented.people[2]))
    outcome = await world.bring_in(world.file([changed, invent_household(2, 1)]))
    assert (outcome.result["new"], outcome.result["changed"], outcome.result["unchanged"]) == (1, 1, 0)
    after = await world.household(invented.number)
    assert (after.household_id, after.version) == (before.household_id, 2)
    assert [m.member_id for m in after.members] == [m.member_id for m in before.members]
    assert after.facts.net_income_per_head_cents == 999_900
    assert next(m for m in after.members if m.relation == "配偶").phone == "13911112222"
    second, first = await world.history(after.household_id)
    assert (second.version, second.kind, second.source) == (2, "changed", "import")
    assert second.changed == ("net_income_per_head_cents", "members")
    assert first.record["net_income_per_head_cents"] == invented.net_income_cents
    assert "13911112222" not in repr(second.record)


async def test_what_the_register_leaves_blank_stays_as_the_record_has_it(world: ImportWorld) -> None:
    invented = invent_household(1, 2)
    await world.bring_in(world.file([invented]))
    blank = replace(invented, phone="", cause="", kind="", group="", safe_water="否")
    outcome = await world.bring_in(world.file([blank]))
    assert outcome.result["changed"] == 1
    facts = (await world.household(invented.number)).facts
    assert (facts.phone, facts.causes, facts.status, facts.group_name) == (
        invented.phone,
        ("因病",),
        "out_of_poverty",
        "一组",
    )
    assert facts.safe_water is False


async def test_what_was_corrected_by_hand_is_not_undone_by_the_same_file(world: ImportWorld) -> None:
    invented = invent_household(1, 2)
    file = world.file([invented])
    await world.bring_in(file)
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE households SET net_income_per_head_cents = 5, version = 2")
    again = await world.bring_in(file)
    assert (again.result["changed"], again.result["unchanged"]) == (0, 1)
    assert (await world.household(invented.number)).facts.net_income_per_head_cents == 5


async def test_whoever_the_register_no_longer_lists_has_left_and_may_live_elsewhere(world: ImportWorld) -> None:
    old, new = invent_household(1, 3), invent_household(2, 2)
    await world.bring_in(world.file([old, new]))
    daughter = (await world.household(old.number)).members[2]
    await world.bring_in(world.file([without(old, 2)]))
    assert len((await world.household(old.number)).members) == 2
    assert await world.count("persons") == 4
    moved = await world.bring_in(world.file([joined(new, 2, from_=old)]))
    assert moved.result["changed"] == 1
    assert daughter.id_number in {m.id_number for m in (await world.household(new.number)).members}


async def test_whoever_returns_is_the_same_member_as_before(world: ImportWorld) -> None:
    invented = invent_household(1, 3)
    await world.bring_in(world.file([invented]))
    before = await world.household(invented.number)
    await world.bring_in(world.file([without(invented, 2)]))
    await world.bring_in(world.file([invented]))
    after = await world.household(invented.number)
    assert (after.version, _ids(after)) == (3, _ids(before))
    async with world.database.transaction() as connection:
        stays = await stays_of(connection, [before.members[2].member_id], through=before.household_id)
    assert [(stay.left_reason, stay.joined_on is None) for stay in stays] == [("not_in_register", True), (None, False)]


async def test_somebody_who_moves_within_the_file_moves_whatever_comes_first(world: ImportWorld) -> None:
    """The household that gains stands far before the one that loses: in an earlier chunk."""
    old, new = invent_household(9_000, 3), invent_household(1, 2)
    between = [invent_household(index, 1) for index in range(2, 1_100)]
    await world.bring_in(world.file([new, *between, old]))
    outcome = await world.bring_in(world.file([joined(new, 2, from_=old), *between, without(old, 2)]))
    assert (outcome.result["changed"], outcome.result["refused_households"]) == (2, 0)
    assert len((await world.household(new.number)).members) == 3
    again = await world.bring_in(world.file([joined(new, 2, from_=old), *between, without(old, 2)]))
    assert (again.result["changed"], again.result["unchanged"]) == (0, 1_100)


async def test_two_households_may_exchange_people_in_one_file(world: ImportWorld) -> None:
    one, other = invent_household(1, 3), invent_household(2, 3)
    await world.bring_in(world.file([one, other]))
    exchanged = [joined(without(one, 2), 2, from_=other), joined(without(other, 2), 2, from_=one)]
    outcome = await world.bring_in(world.file(exchanged))
    assert (outcome.result["changed"], outcome.result["refused_households"]) == (2, 0)
    assert await world.count("persons") == 6


async def test_a_household_that_moves_takes_its_members_rows_along(world: ImportWorld) -> None:
    invented = invent_household(1, 3)
    await world.bring_in(world.file([invented]))
    await world.bring_in(world.file([replace(invented, village="花山村")]))
    async with world.database.transaction() as connection:
        found = await connection.exec_driver_sql("SELECT DISTINCT village_code FROM members")
        assert [row[0] for row in found] == ["511921122202"]


async def test_a_household_entered_by_hand_is_completed_and_not_doubled(world: ImportWorld) -> None:
    invented = invent_household(1, 2)
    await world.bring_in(world.file([invented]))
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE households SET content_digest = NULL, address = '环山村12号'")
    outcome = await world.bring_in(world.file([invented]))
    assert (outcome.result["new"], outcome.result["changed"], outcome.result["unchanged"]) == (0, 0, 1)
    household = await world.household(invented.number)
    assert (household.version, household.facts.address) == (1, "环山村12号")


async def test_two_imports_of_the_same_households_at_once_bring_them_in_once(world: ImportWorld) -> None:
    households = [invent_household(index, 2) for index in range(1_500)]
    backwards = world.file(households[::-1])
    one, other = await asyncio.gather(world.bring_in(world.file(households)), world.bring_in(backwards))
    assert (one.progress.accepted, other.progress.accepted) == (1_500, 1_500)
    assert one.result["new"] + other.result["new"] == 1_500
    counts = await world.counts()
    assert (counts["households"], counts["persons"], counts["household_changes"]) == (1_500, 3_000, 1_500)


async def test_the_report_keeps_formula_like_text_as_text(world: ImportWorld) -> None:
    rows = [
        ["行政村", "户编号", "姓名", "证件号码", "与户主关系", "人数"],
        ["=1+1", "51192100001", "=HYPERLINK(1)", "513027199001011235", "户主", "1"],
    ]
    file = write_rows(world.folder / f"formula-{new_id()}.csv", rows)
    outcome = await world.bring_in(file)
    line = outcome.refused()[0]
    assert "village_unknown" in line[2]
    assert "=1+1" in line[4]
    with python_calamine.load_workbook(outcome.report) as book:
        assert "=1+1" in str(book.get_sheet_by_name("未导入的行").to_python()[1][4])


async def test_progress_counts_every_row_of_the_file(world: ImportWorld) -> None:
    file = world.file([invent_household(1, 2), invent_household(2, 2, size=9)], style=RegisterStyle(header_row=4))
    outcome = await world.bring_in(file)
    assert (outcome.progress.done, outcome.progress.total) == (4, 4)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "pdf"])
@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"PK\x03\x04" + b"\1" * 99, b"\xff\xfe\0\0", b"a,b\n1,2\n"])
async def test_a_file_that_is_no_register_changes_nothing_and_says_why(
    world: ImportWorld, ending: str, content: bytes
) -> None:
    file = world.folder / f"broken-{new_id()}.{ending}"
    file.write_bytes(content)
    with pytest.raises((RegisterRefused, SheetRefused, SheetTooLarge)) as refused:
        await world.bring_in(file)
    assert refused.value.code.startswith(("register_", "sheet_"))
    assert refused.value.sentence.endswith("。")
    assert not file.with_suffix(".report.xlsx").exists()
    assert await world.count("households") == 0


def _ids(household: Household) -> set[object]:
    return {member.member_id for member in household.members}
