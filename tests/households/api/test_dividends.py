"""A village's dividend over HTTP: preview, draft, confirmation, list, payments, counter-entries."""

import asyncio
from pathlib import Path
from typing import Any

import python_calamine

from tests.households.import_world import ImportWorld
from tests.households.plan_callers import VILLAGE, caller, good, poor_household, refused

PATH = f"/v1/villages/{VILLAGE}/dividends"
ORDER = {"year": 2026, "income_cents": 100_000}
PAID_ON = "2026-11-01"


async def villagers(world: ImportWorld) -> tuple[str, str]:
    """Two poor people in one household, three others in another."""
    return await poor_household(world, 2), await poor_household(world, 3, status="general")


async def members_of(world: ImportWorld, household: str) -> list[str]:
    return [one["member_id"] for one in good(await caller(world).get(f"/v1/households/{household}/members"))["items"]]


async def confirmed(world: ImportWorld, **order: Any) -> str:
    draft = good(await caller(world, "zhang").post(PATH, {**ORDER, **order}), 201)
    one = f"{PATH}/{draft['dividend_id']}"
    good(await caller(world, "li").post(f"{one}/confirmation", version=1))
    return one


async def shares(world: ImportWorld, one: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = good(await caller(world).get(f"{one}/shares", limit=100))["items"]
    return items


async def test_a_preview_stores_nothing_and_a_draft_says_the_same(world: ImportWorld) -> None:
    await villagers(world)
    seen = good(await caller(world).post(f"{PATH}/preview", ORDER))
    assert seen["parts"] == {"collective_cents": 33_334, "poor_cents": 33_333, "ordinary_cents": 33_333}
    assert [(pool["members"], pool["least_cents"], pool["most_cents"]) for pool in seen["pools"]] == [
        (2, 16_666, 16_667),
        (3, 11_111, 11_111),
    ]
    assert good(await caller(world).get(PATH))["items"] == []
    assert good(await caller(world).post(PATH, ORDER), 201)["parts"] == seen["parts"]


async def test_a_list_is_confirmed_by_a_second_person_frozen_and_paid(world: ImportWorld) -> None:
    poor, _ = await villagers(world)
    draft = good(await caller(world, "zhang").post(PATH, ORDER), 201)
    one = f"{PATH}/{draft['dividend_id']}"
    refused(await caller(world, "zhang").post(f"{one}/confirmation", version=1), 409, "other_person_needed")
    early = {"share_nos": [1], "on": PAID_ON}
    assert refused(await caller(world).post(f"{one}/payments", early, version=1), 409, "dividend_step_not_allowed")[
        "allowed"
    ] == ["confirmation", "drop"]
    good(await caller(world, "li").post(f"{one}/confirmation", version=1))
    await poor_household(world)
    listed = await shares(world, one)
    assert [share["amount_cents"] for share in listed] == [16_667, 16_666, 11_111, 11_111, 11_111]
    good(await caller(world).post(f"{one}/payments", {"share_nos": [1, 2], "on": PAID_ON}, version=2))
    twice = await caller(world).post(f"{one}/payments", {"share_nos": [2, 3], "on": PAID_ON}, version=3)
    assert refused(twice, 409, "dividend_share_already_paid")["share_nos"] == [2]
    refused(await caller(world).post(f"{one}/drop", version=3), 409, "dividend_step_not_allowed")
    assert [share["open_cents"] for share in await shares(world, one)] == [0, 0, 11_111, 11_111, 11_111]
    own = good(await caller(world, "bai", "household", household_id=poor).get(f"/v1/households/{poor}/dividends"))
    assert [(share["year"], share["paid_cents"]) for share in own["items"]] == [(2026, 16_667), (2026, 16_666)]


async def test_a_draft_is_worked_out_anew_when_the_people_changed(world: ImportWorld) -> None:
    await villagers(world)
    draft = good(await caller(world, "zhang").post(PATH, ORDER), 201)
    one = f"{PATH}/{draft['dividend_id']}"
    await poor_household(world, 1)
    refused(await caller(world, "li").post(f"{one}/confirmation", version=1), 409, "dividend_list_changed")
    refused(await caller(world, "zhang").post(PATH, ORDER), 409, "dividend_of_year_exists")
    assert good(await caller(world, "zhang").post(f"{one}/drop", version=1))["state"] == "dropped"
    good(await caller(world, "zhang").post(PATH, ORDER), 201)


async def test_weights_are_the_villages_and_of_its_own_members(world: ImportWorld) -> None:
    poor, _ = await villagers(world)
    first, second = await members_of(world, poor)
    both = {**ORDER, "weights": [{"member_id": first, "weight": 300}, {"member_id": second, "weight": 0}]}
    assert good(await caller(world).post(f"{PATH}/preview", both))["pools"][0]["members"] == 1
    twice = {**ORDER, "weights": [{"member_id": first, "weight": 1}] * 2}
    refused(await caller(world).post(PATH, twice), 422, "dividend_weight_twice")
    stranger = {**ORDER, "weights": [{"member_id": poor, "weight": 100}]}
    refused(await caller(world).post(PATH, stranger), 422, "dividend_weight_of_stranger")


async def test_a_village_without_people_pays_nobody(world: ImportWorld) -> None:
    refused(await caller(world).post(PATH, ORDER), 409, "dividend_nobody_to_pay")


async def test_ten_drafts_at_once_are_one_of_the_year(world: ImportWorld) -> None:
    await villagers(world)
    replies = await asyncio.gather(*(caller(world).post(PATH, ORDER) for _ in range(10)))
    assert sorted(reply.status_code for reply in replies) == [201] + [409] * 9


async def test_ten_who_pay_one_line_at_once_pay_it_once(world: ImportWorld) -> None:
    await villagers(world)
    one = await confirmed(world)
    body = {"share_nos": [1], "on": PAID_ON}
    replies = await asyncio.gather(*(caller(world).post(f"{one}/payments", body, version=2) for _ in range(10)))
    assert sorted(reply.status_code for reply in replies) == [200] + [412] * 9
    async with world.database.transaction() as connection:
        paid = await connection.exec_driver_sql("SELECT sum(amount_cents)::bigint FROM dividend_payments")
        assert paid.scalar_one() == 16_667


async def test_a_mistake_is_put_right_by_a_counter_entry_of_two_people(world: ImportWorld) -> None:
    """Somebody was left out: the collective pays; somebody else had too much, was paid, and gives it back."""
    await villagers(world)
    one = await confirmed(world)
    late = await poor_household(world, 1)
    (member,) = await members_of(world, late)
    zhang, li = caller(world, "zhang"), caller(world, "li")
    for_member = {"from_share_no": 0, "to_member_id": member, "amount_cents": 10_000, "reason": "漏了一人"}
    too_much = await zhang.post(f"{one}/corrections", {**for_member, "amount_cents": 33_335}, version=2)
    refused(too_much, 409, "dividend_correction_above_share")
    good(await zhang.post(f"{one}/corrections", for_member, version=2), 201)
    (entered,) = good(await zhang.get(f"{one}/corrections"))["items"]
    assert (entered["confirmed"], len(await shares(world, one))) == (False, 5)
    confirm = f"{one}/corrections/{entered['correction_id']}/confirmation"
    refused(await zhang.post(confirm, version=3), 409, "other_person_needed")
    good(await li.post(confirm, version=3))
    refused(await li.post(confirm, version=4), 409, "dividend_correction_confirmed")
    added = (await shares(world, one))[5]
    assert (added["share_no"], added["pool"], added["amount_cents"], added["open_cents"]) == (6, "poor", 0, 10_000)
    good(await zhang.post(f"{one}/payments", {"share_nos": [1], "on": PAID_ON}, version=4))
    back = {"from_share_no": 1, "amount_cents": 6_667, "reason": "多算"}
    good(await zhang.post(f"{one}/corrections", back, version=5), 201)
    second = good(await zhang.get(f"{one}/corrections"))["items"][1]["correction_id"]
    good(await li.post(f"{one}/corrections/{second}/confirmation", version=6))
    first = (await shares(world, one))[0]
    assert (first["amount_cents"], first["corrected_cents"], first["open_cents"]) == (16_667, -6_667, -6_667)
    good(await zhang.post(f"{one}/payments", {"share_nos": [1], "on": PAID_ON}, version=7))
    listed = await shares(world, one)
    assert listed[0]["open_cents"] == 0
    async with world.database.transaction() as connection:
        found = await connection.exec_driver_sql("SELECT collective_corrected_cents FROM dividends")
        collective = found.scalar_one() + 33_334
        _, broken = await world.app.state.service.audit.verify(connection)
    assert collective + sum(share["amount_cents"] + share["corrected_cents"] for share in listed) == 100_000
    assert broken is None


async def test_the_pay_out_list_is_a_workbook_whose_sums_add_up(world: ImportWorld, tmp_path: Path) -> None:
    await villagers(world)
    one = await confirmed(world)
    reply = await caller(world).get(f"{one}/pay-out-list")
    assert reply.status_code == 200
    assert "no-store" in reply.headers["cache-control"]
    file = tmp_path / "list.xlsx"
    file.write_bytes(reply.content)
    with python_calamine.load_workbook(file) as book:
        sums = book.get_sheet_by_name("汇总").to_python()
        lines = book.get_sheet_by_name("分红名单").to_python()
    assert sums[1:] == [["可分配收益", 1000.0], ["集体股", 333.34], ["贫困成员股", 333.33], ["普通成员股", 333.33]]
    assert lines[1][:5] == [1.0, "贫困成员股", "白石山", 1.0, 166.67]
    assert lines[-1][0] == "合计"
    assert lines[-1][4] == 666.66
    neighbour = caller(world, "he", "village_official", "511921122203")
    refused(await neighbour.get(f"{one}/pay-out-list"), 403, "outside_scope")
    async with world.database.transaction() as connection:
        found = await connection.exec_driver_sql("SELECT event FROM audit_events ORDER BY seq DESC LIMIT 1")
        assert found.scalar_one() == "dividend_list_exported"
