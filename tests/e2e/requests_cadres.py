"""A good request for each operation of the cadres service."""

import uuid
from collections.abc import Mapping

from tests.builders.files import small_png
from tests.e2e.bodies import appraisal_body, cadre_body, talk_notice_body, task_body, unit_body, visit_body
from tests.e2e.operations import Asked
from tests.e2e.people import TOWNSHIP
from tests.e2e.things import DAY, Things


def cadres_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    return {
        **work_requests(things, region),
        **staff_requests(things, region),
        **pairing_requests(things, region),
        **leaving_requests(things, region),
        **decision_requests(things, region),
        **post_requests(things, region),
        **village_pairing_requests(things, region),
    }


def work_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    """Visits, tasks, duties and the working log."""
    return {
        "create_task": Asked(body=task_body(things.village, things.cadre)),
        "list_tasks_of_region": Asked(
            query={**region, "cadre_id": things.cadre, "kind": "task", "overdue": "true", "limit": "5"}
        ),
        "list_households_with_problems": Asked(query={**region, "overdue": "false", "limit": "5"}),
        "read_task": Asked({"task_id": things.task}),
        "move_task_on": Asked({"task_id": things.task}, body={"to": "done", "note": "已办"}, version=1),
        "list_own_tasks": Asked(),
        "write_own_work_log": Asked(body={"entry_id": str(uuid.uuid4()), "on": DAY, "what": "开村民会"}),
        "read_work_log_of_day": Asked({"cadre_id": things.cadre}, {"as_of": DAY}),
        "list_unvisited_households": Asked(query={**region, "days": "30", "limit": "5"}),
        "count_unvisited_by_place": Asked(query={**region, "days": "30"}),
        "create_visit": Asked(body=visit_body(things.household)),
        "list_visits_of_region": Asked(query={**region, "cadre_id": things.cadre, "limit": "5"}),
        "list_visit_kinds": Asked(),
        "read_visit": Asked({"visit_id": things.visit}),
        "void_visit_by_id": Asked({"visit_id": things.visit}, body={"reason": "登记错了户"}),
        "upload_visit_photo": Asked({"visit_id": things.visit}, file=small_png()),
        "get_visit_photo": Asked({"visit_id": things.visit, "file_id": str(uuid.uuid4())}),
        "list_visits_of_household": Asked({"household_id": things.household}, {"limit": "5"}),
        "list_visit_looks": Asked({"household_id": things.household}, {"limit": "5"}),
    }


def staff_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    """Units and cadres, one by one and as tables."""
    contact = {"phone": "15400000000", "subject": f"login-{uuid.uuid4()}"}
    return {
        "list_units_of_region": Asked(query={"region": TOWNSHIP, "kind": "government_unit", "limit": "5"}),
        "create_unit": Asked(body=unit_body()),
        "read_unit": Asked({"unit_id": things.unit}),
        "put_unit": Asked({"unit_id": things.unit}, body=unit_body(), version=1),
        "read_own_caseload": Asked(),
        "read_coverage": Asked(query={**region, "as_of": DAY}),
        "list_unpaired_households": Asked(query={**region, "as_of": DAY, "limit": "5"}),
        "list_cadres_of_region": Asked(query={"region": TOWNSHIP, "unit_id": things.unit, "limit": "5"}),
        "create_cadre": Asked(body=cadre_body(things.unit) | contact),
        "search_cadres": Asked(body={"region": TOWNSHIP, "name": "严正", "limit": 5}),
        "read_cadre": Asked({"cadre_id": things.cadre}),
        "put_cadre": Asked({"cadre_id": things.cadre}, body=cadre_body(things.unit), version=1),
        "unmask_cadre_phone": Asked({"cadre_id": things.cadre}, body={"reason": "核对"}),
        "get_cadres_job": Asked({"job_id": things.plan}),
        "import_staff_table": Asked(form={"kind": "units", "dry_run": "yes"}, file=b"x"),
        "get_staff_import_report": Asked({"job_id": things.plan}),
        "list_coverage_by_place": Asked(query={**region, "as_of": DAY}),
        "list_unit_loads": Asked(query={**region, "as_of": DAY, "limit": "5"}),
        "list_cadre_loads": Asked(query={**region, "as_of": DAY, "unit_id": things.unit, "limit": "5"}),
        "export_units": Asked(query=dict(region)),
        "export_cadres": Asked(query=dict(region)),
    }


def pairing_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    """Who answers for which household: single pairings and plans."""
    end = {"reason": "other", "note": "调整", "on": DAY}
    pairing = {"household_id": things.household, "cadre_id": things.cadre, "from": DAY}
    return {
        "list_pairings_of_region": Asked(query={**region, "cadre_id": things.cadre, "as_of": DAY, "limit": "5"}),
        "create_pairing": Asked(body=pairing),
        "read_helpers_of_household": Asked({"household_id": things.household}),
        "read_pairing": Asked({"pairing_id": things.pairing}),
        "end_pairing_by_id": Asked({"pairing_id": things.pairing}, body=end, version=99),
        "list_pairing_plans": Asked(query={**region, "limit": "5"}),
        "create_pairing_plan": Asked(body={"region": things.village}),
        "read_pairing_plan": Asked({"plan_id": things.plan}),
        "list_pairing_plan_lines": Asked({"plan_id": things.plan}, {"left_out": "true", "limit": "5"}),
        "apply_pairing_plan": Asked({"plan_id": things.plan}),
        "undo_pairing_plan": Asked({"plan_id": things.plan}),
    }


def leaving_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    """Departures and what is handed over."""
    return {
        "list_departures": Asked(query={**region, "state": "open", "limit": "5"}),
        "create_departure": Asked(body={"cadre_id": things.cadre, "leaves_on": DAY, "reason": "retired"}),
        "read_departure": Asked({"departure_id": things.departure}),
        "complete_departure_by_id": Asked({"departure_id": things.departure}),
        "cancel_departure_by_id": Asked({"departure_id": things.departure}),
        "list_handovers": Asked(query={**region, "state": "proposed", "limit": "5"}),
        "create_handover": Asked(body={"household_id": things.household, "to_cadre_id": things.cadre}),
        "list_own_handovers": Asked(),
        "accept_handover_by_id": Asked({"handover_id": things.handover}),
        "refuse_handover_by_id": Asked({"handover_id": things.handover}, body={"reason": "路远"}),
        "withdraw_handover_by_id": Asked({"handover_id": things.handover}),
    }


def decision_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    """Decisions about a person, and appraisals."""
    return {
        "list_decisions": Asked(query={**region, "limit": "5"}),
        "create_decision": Asked(body=talk_notice_body(things.cadre)),
        "read_decision": Asked({"decision_id": things.decision}),
        "move_decision_by_id": Asked({"decision_id": things.decision}, body={"to": "answered", "note": "请看证明"}),
        "list_own_decisions": Asked(),
        "list_appraisals": Asked(query={**region, "year": "2025", "limit": "5"}),
        "create_appraisal": Asked(body=appraisal_body(things.cadre, 2024)),
        "read_appraisal": Asked({"appraisal_id": things.appraisal}),
        "list_appraisal_schemes": Asked(),
        "read_outstanding_places": Asked(query={**region, "year": "2025"}),
    }


def post_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    """The five posts: how they are filled, cared for and watched."""
    end = {"reason": "other", "note": "调整", "on": DAY}
    post = {"village_code": things.village, "kind": "agri_technician", "cadre_id": things.cadre, "from": "2026-01-01"}
    return {
        "list_care_overdue": Asked(query={**region, "as_of": DAY, "limit": "5"}),
        "read_care_of_post": Asked({"post_id": things.post}, {"as_of": DAY}),
        "create_care_record": Asked(
            {"post_id": things.post}, body={"cadre_id": things.cadre, "kind": "talk", "on": DAY}
        ),
        "list_selections": Asked(query={**region, "state": "applied", "limit": "5"}),
        "create_selection": Asked(
            body={"village_code": things.village, "kind": "agri_technician", "cadre_id": things.cadre}
        ),
        "read_selection": Asked({"selection_id": things.selection}),
        "move_selection": Asked({"selection_id": things.selection}, body={"to": "recommended", "note": "同意"}),
        "list_post_alarms": Asked(query={**region, "as_of": DAY, "kind": "vacant", "limit": "5"}),
        "summarise_posts": Asked(query={**region, "as_of": DAY}),
        "export_post_alarms": Asked(query={**region, "as_of": DAY}),
        "list_posts_of_village": Asked({"code": things.village}, {"as_of": DAY}),
        "create_post": Asked(body=post),
        "read_post": Asked({"post_id": things.post}, {"as_of": DAY}),
        "end_post_by_id": Asked({"post_id": things.post}, body=end, version=99),
    }


def village_pairing_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    """Organisations paired with a village, and what they do there."""
    return {
        "list_village_pairings": Asked(query={**region, "as_of": DAY, "kind": "branch", "limit": "5"}),
        "create_village_pairing": Asked(
            body={"village_code": things.village, "unit_id": things.unit, "kind": "enterprise", "from": DAY}
        ),
        "list_branch_activities": Asked(query={**region, "year": "2026", "limit": "5"}),
        "read_village_pairing": Asked({"pairing_id": things.village_pairing}),
        "end_village_pairing_by_id": Asked(
            {"pairing_id": things.village_pairing}, body={"note": "调整", "on": DAY}, version=99
        ),
        "read_pairing_activities": Asked({"pairing_id": things.village_pairing}, {"year": "2026"}),
        "create_pairing_activity": Asked(
            {"pairing_id": things.village_pairing}, body={"kind": "survey", "on": DAY, "people": 5}
        ),
    }
