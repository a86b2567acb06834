"""A good request for each operation of plans, funds, dividends and the moral bank."""

import uuid
from collections.abc import Mapping

from tests.e2e.operations import Asked
from tests.e2e.things import DAY, Things

MEASURE = {
    "kind": "school_aid",
    "title": "资助上学",
    "owner": "镇中心校",
    "amount_cents": 50_000,
    "starts_on": DAY,
    "due_on": "2027-06-30",
    "cause": "因病",
}
PROJECT = {"name": "茶园 3 亩", "expected_cents": 600_000, "achieved_cents": 10}
ROAD = {"name": "通组路", "year": 2027, "amount_cents": 80_000_000, "owner": "村两委"}


def plans_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    one = {"household_id": things.household}
    measure = {**one, "measure_id": str(uuid.uuid4())}
    village = {"code": things.village}
    plan = {**village, "plan_id": str(uuid.uuid4())}
    move = {"to": "done", "spent_cents": 100, "note": "已办"}
    return {
        "read_plan_catalogue": Asked(),
        "read_household_plan": Asked(one),
        "classify_household_for_plan": Asked(
            one, body={"poverty_type": "lacking_skills", "causes": ["缺技术"]}, version=1
        ),
        "list_measures": Asked(one),
        "create_measure": Asked(one, body=MEASURE),
        "replace_measure": Asked(measure, body=MEASURE, version=1),
        "move_household_measure": Asked(measure, body=move, version=1),
        "list_measure_steps": Asked(measure),
        "list_measures_of_region": Asked(query={**region, "state": "planned", "overdue": "false", "limit": "5"}),
        "list_income_plans": Asked(one),
        "create_income_plan": Asked(one, body={"year": 2026, "projects": [PROJECT]}),
        "replace_income_plan": Asked({**one, "year": "2026"}, body={"projects": [PROJECT]}, version=1),
        "list_income_plans_of_region": Asked(query={**region, "year": "2026", "limit": "5"}),
        "summarise_income_plans": Asked(query={**region, "year": "2026"}),
        "list_village_plans": Asked(village),
        "create_village_plan": Asked(village, body={"first_year": 2026, "aim": "通路", "projects": [ROAD]}),
        "replace_village_plan": Asked(plan, body={"aim": "通路", "projects": [ROAD]}, version=1),
        "adopt_plan_of_village": Asked(plan, version=1),
        **reserve_requests(one, village),
        **dividend_requests(things),
        **moral_requests(one, village),
    }


def reserve_requests(one: dict[str, str], village: dict[str, str]) -> dict[str, Asked]:
    tranche = {**one, "tranche_id": str(uuid.uuid4())}
    booked = {"on": DAY, "note": "凭证 7 号"}
    return {
        "list_reserve_tranches": Asked(one),
        "request_reserve_tranche": Asked(one, body={"amount_cents": 50_000, "purpose": "购买鸡苗"}),
        "pay_reserve_tranche": Asked(tranche, body=booked, version=1),
        "refuse_reserve_tranche": Asked(tranche, body={"reason": "材料不全"}, version=1),
        "return_reserve_tranche": Asked(tranche, body={**booked, "amount_cents": 100}, version=1),
        "read_reserve_fund": Asked(village),
        "list_reserve_entries": Asked(village, {"limit": "5"}),
        "list_reserve_orders": Asked(village, {"limit": "5"}),
        "order_reserve_entry": Asked(village, body={**booked, "kind": "allocation", "amount_cents": 200_000}),
        "confirm_reserve_order": Asked({**village, "order_id": str(uuid.uuid4())}, version=1),
        "drop_reserve_order": Asked({**village, "order_id": str(uuid.uuid4())}, version=1),
    }


def dividend_requests(things: Things) -> dict[str, Asked]:
    village = {"code": things.village}
    one = {**village, "dividend_id": things.dividend}
    weights = [{"member_id": things.member, "weight": 150}]
    order = {"year": 2026, "income_cents": 3_000_000, "poor_also_ordinary": False, "weights": weights}
    correction = {"from_share_no": 1, "to_member_id": things.member, "amount_cents": 1, "reason": "漏了一人"}
    return {
        "preview_dividend_of_village": Asked(village, body=order),
        "list_dividends_of_village": Asked(village),
        "draft_dividend_of_village": Asked(village, body=order),
        "confirm_dividend": Asked(one, version=1),
        "drop_dividend": Asked(one, version=9),
        "list_dividend_shares": Asked(one, {"limit": "5"}),
        "get_pay_out_list": Asked(one),
        "mark_dividend_paid": Asked(one, body={"share_nos": [1], "on": DAY}, version=1),
        "list_dividend_corrections": Asked(one),
        "enter_dividend_correction": Asked(one, body=correction, version=1),
        "confirm_dividend_correction": Asked({**one, "correction_id": str(uuid.uuid4())}, version=1),
        "list_dividends_of_household": Asked({"household_id": things.household}),
    }


def moral_requests(one: dict[str, str], village: dict[str, str]) -> dict[str, Asked]:
    goods = {"name": "洗衣液 2 千克", "points": 10, "stock": 5}
    claim = {"rule": "neighbour_helped", "happened_on": DAY, "evidence": "邻居李某证明"}
    return {
        "read_moral_rules": Asked(),
        "read_moral_account": Asked(one),
        "propose_moral_claim": Asked(one, body=claim),
        "decide_moral_claim": Asked(
            {**one, "claim_id": str(uuid.uuid4())}, body={"to": "confirmed", "note": "属实"}, version=1
        ),
        "redeem_moral_points": Asked(one, body={"goods_id": str(uuid.uuid4()), "quantity": 1}),
        "list_moral_goods": Asked(village),
        "add_moral_goods": Asked(village, body=goods),
        "replace_moral_goods": Asked({**village, "goods_id": str(uuid.uuid4())}, body=goods, version=1),
    }
