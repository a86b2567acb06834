"""A refused write that shows what stands now of a household is a look like any other, and the household reads it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.households.import_world import ImportWorld
from tests.households.monitoring_people import sheet_body
from tests.households.plan_callers import PlanCaller, caller, good, poor_household

TOO_OLD = 99
MEASURE = {
    "kind": "training",
    "title": "茶叶种植培训",
    "owner": "镇农技站",
    "amount_cents": 100_000,
    "starts_on": "2026-01-01",
    "due_on": "2026-03-01",
}
TEA = {"name": "茶园 3 亩", "expected_cents": 600_000}
Write = Callable[[PlanCaller, str], Awaitable[httpx.Response]]


async def changed_record(li: PlanCaller, at: str) -> httpx.Response:
    return await li.post(f"{at}/changes", {"address": "三组"}, TOO_OLD)


async def changed_plan(li: PlanCaller, at: str) -> httpx.Response:
    good(await li.post(f"{at}/income-plans", {"year": 2026, "projects": [TEA]}), 201)
    return await li.put(f"{at}/income-plans/2026", {"projects": [TEA]}, TOO_OLD)


async def changed_measure(li: PlanCaller, at: str) -> httpx.Response:
    measure = good(await li.post(f"{at}/measures", MEASURE), 201)["measure_id"]
    return await li.put(f"{at}/measures/{measure}", MEASURE, TOO_OLD)


async def paid_tranche(li: PlanCaller, at: str) -> httpx.Response:
    asked = good(await li.post(f"{at}/reserve-tranches", {"amount_cents": 80_000, "purpose": "购买鸡苗"}), 201)
    booked = {"on": "2026-11-01", "note": "凭证 7 号"}
    return await li.post(f"{at}/reserve-tranches/{asked['tranche_id']}/payment", booked, TOO_OLD)


async def decided_claim(li: PlanCaller, at: str) -> httpx.Response:
    helped = {"rule": "neighbour_helped", "happened_on": "2026-11-01", "evidence": "邻居李某证明"}
    claim = good(await li.post(f"{at}/moral-claims", helped), 201)["claim_id"]
    return await li.post(f"{at}/moral-claims/{claim}/decision", {"to": "confirmed"}, TOO_OLD)


async def checked_sheet(li: PlanCaller, at: str) -> httpx.Response:
    return await li.put(f"{at}/guarantees", sheet_body(), TOO_OLD)


async def moved_case(li: PlanCaller, at: str) -> httpx.Response:
    body = {"household_id": at.rpartition("/")[2], "what": "家里突发变故"}
    case = good(await li.post("/v1/monitoring/cases", body), 201)["case_id"]
    step = {"to": "in_danger", "monitoring_type": "sudden", "note": "已入户"}
    return await li.post(f"/v1/monitoring/cases/{case}/transitions", step, TOO_OLD)


async def moved_problem(li: PlanCaller, at: str) -> httpx.Response:
    body = {"household_id": at.rpartition("/")[2], "what": "入户路不通"}
    problem = good(await li.post("/v1/problems", body), 201)["problem_id"]
    return await li.post(f"/v1/problems/{problem}/transitions", {"to": "fixed", "note": "已修"}, TOO_OLD)


@pytest.mark.parametrize(
    ("write", "what"),
    [
        (changed_record, "record"),
        (changed_plan, "income_plans"),
        (changed_measure, "measures"),
        (paid_tranche, "reserve_tranches"),
        (decided_claim, "moral_bank"),
        (checked_sheet, "guarantees"),
        (moved_case, "monitoring_case"),
        (moved_problem, "problem"),
    ],
)
async def test_whoever_is_shown_what_stands_has_looked(world: ImportWorld, write: Write, what: str) -> None:
    household = await poor_household(world, poverty_type="lacking_skills")
    at = f"/v1/households/{household}"
    reply = await write(caller(world, "li"), at)
    assert (reply.status_code, "current" in reply.json()) == (412, True), reply.text
    own = caller(world, "bai", "household", household_id=household)
    looks: list[dict[str, Any]] = good(await own.get(f"{at}/looks"))["items"]
    assert [(look["what"], look["actor_name"], look["role"]) for look in looks] == [(what, "li同志", "official")]
