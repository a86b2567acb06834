"""A good request for each operation of the households service."""

from collections.abc import Mapping

from tests.e2e.operations import Asked
from tests.e2e.people import new_household, new_id_number
from tests.e2e.things import DAY, Things

INCOME = {"wage_cents": 2_000_000, "business_cents": 900_000, "property_cents": 0, "transfer_cents": 120_000}


def households_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    one = {"household_id": things.household}
    facts = {
        "village_code": things.village,
        "status": "poor",
        "address": "一组",
        "causes": ["因病"],
        "phone": "15400000000",
    }
    named = {"name": "白小山", "id_number": new_id_number(), "relation": "之子", "phone": "15400000000"}
    member = {**named, "identified_on": DAY, "medical_insurance": True, "work_months": 6}
    return {
        "find_regions": Asked(query={"called": "龙凤"}),
        "list_region_changes": Asked({"code": things.village}),
        "record_region_change": Asked(
            {"code": things.village},
            body={"kind": "rename", "name": "新名村", "happened_on": DAY, "document": "巴府发〔2026〕1号"},
        ),
        "read_region": Asked({"code": things.village}),
        "read_region_children": Asked({"code": things.village}),
        "list_households_of_region": Asked(query={**region, "status": "poor", "limit": "5"}),
        "create_household": Asked(body=new_household(things.village)),
        "search": Asked(body={**region, "name": "白石山", "limit": 5}),
        "summarise_households": Asked(query=region),
        "get_household": Asked(one),
        "replace_household": Asked(one, body=facts | {"net_income_per_head_cents": 500_000}, version=1),
        "change_household": Asked(one, body={"changes": {"safe_water": True}, "source": "form"}, version=1),
        "get_household_history": Asked(one, {"as_of": "2026-11-01T08:00:00Z"}),
        "unmask": Asked(one, body={"fields": ["phone"], "reason": "核对"}),
        "get_household_looks": Asked(one, {"limit": "5"}),
        "list_members": Asked(one),
        "add_member": Asked(one, body=member, version=1),
        "replace_member": Asked({**one, "member_id": things.member}, body=member | {"relation": "配偶"}, version=1),
        **guarantee_requests(one),
        **monitoring_requests(things, region),
        "list_household_incomes": Asked(one, {"as_of": DAY}),
        "put_household_income": Asked({**one, "year": "2025"}, body=INCOME, version=1),
        "list_household_events": Asked(one),
        "record_household_event": Asked(one, body={"kind": "birth", "happened_on": DAY, "member": member}, version=1),
        "list_duplicates": Asked(query={**region, "limit": "5"}),
        "decide_on_duplicate": Asked(
            {"pair_id": things.job}, body={"decision": "different", "reason": "双胞胎以外的同名人"}
        ),
        "get_member_path": Asked({**one, "member_id": things.member}),
        "import_register": Asked(form={"kind": "register"}, file=b"x"),
        "get_job": Asked({"job_id": things.job}),
        "export_register": Asked(body={"region": things.village, "unmasked": True, "reason": "入户核对"}),
        "get_job_file": Asked({"job_id": things.job}),
        "get_job_report": Asked({"job_id": things.job}),
    }


def guarantee_requests(one: Mapping[str, str]) -> dict[str, Asked]:
    seen = {"state": "yes", "checked_on": DAY, "evidence": "入户查看"}
    names = ("food", "clothing", "schooling", "medical_insurance", "housing", "water")
    return {
        "get_guarantees": Asked(one),
        "put_guarantees": Asked(one, body={"guarantees": dict.fromkeys(names, seen), "source": "visit"}, version=1),
        "get_guarantees_history": Asked(one),
    }


def monitoring_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    one = {"household_id": things.household}
    case = {"case_id": things.danger}
    measure = {
        "kind": "employment",
        "what": "介绍公益性岗位",
        "responsible": "村委会",
        "due_on": DAY,
        "amount_cents": 100,
    }
    return {
        "list_monitoring_cases": Asked(query={**one, "state": "found", "monitoring_type": "marginal", "limit": "5"}),
        "open_case": Asked(body={**one, "what": "家里突发变故"}),
        "list_overdue_checks": Asked(query={**region, "cadre": things.cadre, "limit": "5"}),
        "get_monitoring_case": Asked(case),
        "move_monitoring_case": Asked(
            case, body={"to": "in_danger", "monitoring_type": "sudden", "note": "入户核实"}, version=99
        ),
        "add_case_news": Asked(case, body={"what": "又住院了"}),
        "add_case_measure": Asked(case, body=measure),
        "finish_case_measure": Asked({**case, "measure_id": things.danger}, body={"done_on": DAY, "result": "已上岗"}),
        "order_monitoring_round": Asked(body=region),
        "report_problem": Asked(body={**one, "what": "入户路不通", "source": "visit", "due_on": "2199-01-01"}),
        "list_problems_of_ledger": Asked(query={**one, "state": "found", "overdue": "false", "limit": "5"}),
        "get_problem_file": Asked({"problem_id": things.problem}),
        "move_problem_on": Asked(
            {"problem_id": things.problem},
            body={
                "to": "assigned",
                "assignee": things.cadre,
                "assignee_name": "严正",
                "note": "请尽快修",
                "due_on": DAY,
            },
            version=99,
        ),
    }
