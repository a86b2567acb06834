"""A dry run tells what an import would do, and writes nothing."""

from dataclasses import replace

from tests.builders.register import InventedHousehold, invent_household
from tests.households.import_world import ImportWorld

REGISTER = [invent_household(1, 3), invent_household(2, 2, size=9), invent_household(3, 2, village="无此村")]


async def told_alike(world: ImportWorld, register: list[InventedHousehold], kind: str = "csv") -> None:
    """What a dry run says is what the import then says."""
    before = await world.counts()
    dry = await world.bring_in(world.file(register, kind), dry_run=True)
    assert await world.counts() == before
    real = await world.bring_in(world.file(register, kind))
    assert dry.refused() == real.refused()
    assert dry.result.pop("dry_run") is True
    assert "likely_duplicates" not in dry.result, "a dry run does not know"
    assert dry.result == {name: value for name, value in real.result.items() if name != "likely_duplicates"}
    assert (dry.progress.accepted, dry.progress.refused) == (real.progress.accepted, real.progress.refused)


async def test_the_full_report_is_there_before_anything_is_written(world: ImportWorld) -> None:
    await told_alike(world, REGISTER, "xlsx")


async def test_changed_and_unchanged_households_are_told_apart(world: ImportWorld) -> None:
    one, two, three = (invent_household(index, 2) for index in range(3))
    await world.bring_in(world.file([one, two]))
    await told_alike(world, [one, replace(two, group="九组"), three])


async def test_whoever_moves_within_the_file_is_no_conflict_whichever_stands_first(world: ImportWorld) -> None:
    old, new = invent_household(1, 3), invent_household(2, 2)
    await world.bring_in(world.file([old, new]))
    daughter = replace(old.people[2], relation="之儿媳")
    there, here = replace(new, people=(*new.people, daughter)), replace(old, people=old.people[:2])
    filling = [invent_household(index, 1) for index in range(10, 1100)]
    for register in ([here, *filling, there], [there, *filling, here]):
        before = await world.counts()
        dry = await world.bring_in(world.file(register), dry_run=True)
        assert (dry.refused(), dry.result["changed"], dry.result["new"]) == ([], 2, len(filling))
        assert await world.counts() == before
    await told_alike(world, [there, *filling, here])
