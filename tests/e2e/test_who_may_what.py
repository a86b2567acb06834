"""Every operation of the API document, asked by everybody who has no business there (checks S15, S16, S18, S25)."""

import time
import uuid
from typing import Any

import pytest

from services.gateway.domain.user import PLACE_ROLES
from tests.e2e.callers import PROBLEM, Caller, issue_token, refused
from tests.e2e.insiders import insiders_of
from tests.e2e.operations import ALL_ROLES, Asked, Operation
from tests.e2e.people import TOWNSHIP
from tests.e2e.running import Bashan
from tests.e2e.things import Things

OTHER_COUNTY, OTHER_VILLAGE = "511923", "511921100201"
EVERYWHERE = {
    "read_me": "it is about the asker",
    "read_region": "places are public",
    "read_region_children": "places are public",
    "find_regions": "places are public",
    "list_region_changes": "places are public",
    "summarise_households": "counts are public, small cells held back",
    "get_village_grade": "titles are public",
    "get_township_grade": "titles are public",
    "preview": "stores and reads nothing of anybody",
    "list_all_cards": "cards are the same everywhere",
    "get_card": "cards are the same everywhere",
    "get_card_table": "cards are the same everywhere",
    "get_card_sql": "cards are the same everywhere",
    "propose_card": "a card is of no place",
    "approve_card": "a card is of no place",
    "read_fitted_table": "a table is of no place, and nothing of it is stored",
    "read_own_caseload": "it is the asker's own",
    "list_appraisal_schemes": "schemes are the same everywhere",
    "list_own_decisions": "they are the asker's own",
    "list_own_handovers": "they are the asker's own",
    "list_own_tasks": "they are the asker's own",
    "write_own_work_log": "it is the asker's own",
    "list_visit_kinds": "as what a visit may be entered is the same everywhere",
    "list_own_evaluations": "they are the asker's own",
    "list_inspection_cycles": "cycles are the same everywhere",
    "read_plan_catalogue": "what may be chosen is the same everywhere",
    "read_moral_rules": "rules are the same everywhere",
    "summarise_income_plans": "sums are public, those of few households held back",
    "list_wish_kinds": "what may be wished for is the same everywhere",
    "list_wishes_held": "they are in the asker's own hands",
    "list_own_donations": "the asker wrote them down",
    "import_register": "each row is held against the asker's place",
    "import_staff_table": "each row is held against the asker's place",
    "read_own_second_factor": "it is the asker's own",
    "begin_own_second_factor": "it is the asker's own",
    "confirm_own_second_factor": "it is the asker's own",
    "step_up_own_token": "it is about the asker's own token",
    "sign_out": "ends the asker's own session",
    "list_own_devices": "they are the asker's own",
    "sign_out_own_device": "the session of another is not there",
}
"""Operations that are not bound to a place or person of somebody's, and why."""

CASELOAD_LISTS = {
    "list_households_of_region",
    "list_identifications",
    "search",
    "list_measures_of_region",
    "list_income_plans_of_region",
    "list_overdue_checks",
    "list_wishes_of_region",
    "list_needs_of_region",
}
"""Lists in which a cadre is shown its own households, wherever they are."""


def test_every_operation_of_the_document_has_its_request(document: list[Operation], requests: dict[str, Asked]) -> None:
    assert {operation.operation_id for operation in document} - set(requests) == set()
    assert set(EVERYWHERE) <= set(requests)


def test_without_a_sound_token_nothing_opens(
    product: Bashan, operations: list[Operation], requests: dict[str, Asked]
) -> None:
    secrets = product.data_dir / "secrets"
    sound = issue_token(secrets, "city_official", "5119")
    head, claims, signature = sound.split(".")
    swapped = issue_token(secrets, "auditor", "5119").split(".")[1]
    tokens = {
        "none": None,
        "expired": issue_token(secrets, "city_official", "5119", lives=-60),
        "other claims under the signature": f"{head}.{swapped}.{signature}",
        "no signature": f"{head}.{claims}.",
        "no words": "x",
    }
    for operation in (one for one in operations if not one.public):
        for name, token in tokens.items():
            caller = product.anyone() if token is None else product.anyone().with_token(token)
            problem = refused(requests[operation.operation_id].send(caller, operation), 401)
            assert problem["code"] == ("not_identified" if token is None else "token_invalid"), (operation, name)


@pytest.mark.parametrize("role", ALL_ROLES)
def test_a_role_opens_the_doors_of_the_policy_and_no_other(
    product: Bashan, operations: list[Operation], requests: dict[str, Asked], role: str
) -> None:
    caller = product.invented(role, "5119", subject=f"matrix-{role}")
    for operation in (one for one in operations if not one.public and role not in one.roles):
        reply = requests[operation.operation_id].send(caller, operation)
        other_half = operation.partner != (role == "bank")
        refused(reply, 401 if other_half else 403, "token_invalid" if other_half else "not_permitted")


def outsiders(product: Bashan) -> dict[str, Caller]:
    """Everybody has the right role, for another place, household or caseload."""
    return {
        "city_official": product.invented("city_official", "5118"),
        "county_official": product.invented("county_official", OTHER_COUNTY),
        "township_official": product.invented("township_official", "511921122"),
        "village_official": product.invented("village_official", OTHER_VILLAGE),
        "cadre": product.invented("cadre", TOWNSHIP, cadre_id=str(uuid.uuid4())),
        "household": product.invented("household", household_id=str(uuid.uuid4())),
    }


def test_what_belongs_to_another_place_or_person_is_refused_or_not_there(
    product: Bashan, operations: list[Operation], requests: dict[str, Asked]
) -> None:
    callers = outsiders(product)
    for operation in operations:
        if operation.public or operation.partner or operation.operation_id in EVERYWHERE:
            continue
        asked = requests[operation.operation_id]
        ids = [name for name in (*asked.path, *asked.query) if name.endswith("_id")]
        for role in operation.roles & set(callers):
            reply = asked.send(callers[role], operation)
            if role == "cadre" and operation.operation_id in CASELOAD_LISTS:
                assert reply.json()["items"] == [], "a cadre is shown its own households, wherever they are"
                continue
            assert reply.status_code in {403, 404}, (operation, role, reply.status_code, reply.text)
            problem = refused(reply, reply.status_code)
            assert reply.status_code == 404 or problem["code"] == "outside_scope", (operation, role, problem)
            if "household_id" in ids:
                assert reply.status_code == 404, (operation, role, "tells that there is such a household")


@pytest.mark.parametrize("places", [(), ("",), ("%",), ("_",), ("51192",), ("5119211%",)])
def test_what_is_no_whole_place_opens_nothing(
    product: Bashan, operations: list[Operation], requests: dict[str, Asked], places: tuple[str, ...]
) -> None:
    """Without a right there is no row, and a piece of a code or a wildcard is no right (checks S19, S21)."""
    officials = {role: product.invented(role, *places) for role in sorted(PLACE_ROLES)}
    asked = 0
    for operation in operations:
        roles = sorted(operation.roles & PLACE_ROLES)
        if roles and not operation.public and operation.operation_id not in EVERYWHERE:
            reply = requests[operation.operation_id].send(officials[roles[0]], operation)
            nothing = reply.status_code == 200 and reply.json().get("items") == []
            assert nothing or reply.status_code in {401, 403, 404}, (operation, roles[0], reply.text[:300])
            asked += 1
    assert asked > 150


def test_what_is_theirs_is_open_to_everybody_of_the_policy(
    product: Bashan, operations: list[Operation], requests: dict[str, Asked], things: Things
) -> None:
    insiders = insiders_of(product, things)
    not_of_a_village = {
        "village_official": {
            "list_units_of_region",
            "read_unit",
            "list_cadres_of_region",
            "read_cadre",
            "read_departure",
            "read_work_log_of_day",
            "read_decision",
            "read_appraisal",
            "read_drift_by_month",
        }
    }
    absent = {
        "get_household_grade",
        "get_explanation",
        "get_trace",
        "get_job_file",
        "get_job_report",
        "get_wish_file",
        "get_visit_photo",
        "get_finding_photo",
        "get_staff_import_report",
        "list_measure_steps",
    }
    for operation in (one for one in operations if one.method == "GET" and not one.public):
        for role in operation.roles:
            if operation.operation_id in not_of_a_village.get(role, ()):
                continue
            reply = requests[operation.operation_id].send(insiders[role], operation)
            if operation.operation_id in absent:
                refused(reply, 404)
                assert reply.json()["code"] in {
                    "grade_not_found",
                    "import_report_missing",
                    "import_report_not_ready",
                    "job_not_found",
                    "file_not_found",
                    "wish_not_found",
                    "measure_not_found",
                }, operation
                continue
            if operation.operation_id == "get_job" and reply.status_code == 404:
                assert role != "county_official", "the job's place is the county"
                continue
            assert reply.status_code == 200, (operation, role, reply.text)


def test_fields_that_nobody_may_set_are_refused(
    county: Caller, operations: list[Operation], requests: dict[str, Asked]
) -> None:
    """Mass assignment (checks S18)."""
    fields = {
        "score": 100,
        "grade": "AAA",
        "created_by": "me",
        "role": "city_official",
        "demonstration": False,
        "id": "x",
    }
    for operation in operations:
        asked = requests[operation.operation_id]
        if not isinstance(asked.body, dict) or operation.partner or "county_official" not in operation.roles:
            continue
        for name, value in fields.items():
            reply = asked.changed(body={**asked.body, name: value}).send(county, operation)
            # A change is either fields and their source, or the fields alone: with one more it is neither.
            neither = operation.operation_id == "change_household"
            refused(reply, *((422, "schema_invalid") if neither else (400, "field_unknown")))


def test_a_header_that_names_a_user_counts_for_nothing(
    product: Bashan, operations: list[Operation], requests: dict[str, Asked]
) -> None:
    stranger = product.invented("household", household_id=str(uuid.uuid4()))
    claimed = {
        "X-User-Id": "demo-city",
        "X-User-Roles": "city_official",
        "X-Scope-Regions": "5119",
        "X_User_Id": "demo-city",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-User": "demo-city",
        "X-Real-IP": "127.0.0.1",
        "X-Client-Cert": "demo-bank-1",
        "X-Original-URL": "/v1/me",
        "X-HTTP-Method-Override": "GET",
    }
    for operation in (one for one in operations if "household" in one.roles and one.operation_id not in EVERYWHERE):
        plain = requests[operation.operation_id].send(stranger, operation)
        dressed = requests[operation.operation_id].send(stranger, operation, headers=claimed)
        assert _meaning(dressed) == _meaning(plain), operation


def test_the_inner_addresses_are_not_reachable_from_outside(product: Bashan, county: Caller) -> None:
    for path in ("/internal/changes?topics=household", "/internal/openapi.json", "/households/internal/changes"):
        refused(county.send("GET", path), 404, "route_unknown")
    assert county.send("GET", "/livez").headers["content-type"] != PROBLEM


def test_a_disabled_session_is_refused_within_five_seconds(product: Bashan, anyone: Caller) -> None:
    user = product.credentials["users"]["township_official"]
    given = {"username": user["username"], "password": user["password"]}
    first, second = (anyone.post("/v1/auth/password", given).json()["access_token"] for _ in range(2))
    assert anyone.with_token(first).post("/v1/auth/logout").status_code == 204
    time.sleep(0.1)
    refused(anyone.with_token(first).get("/v1/me"), 401, "token_invalid")
    assert anyone.with_token(second).get("/v1/me").status_code == 200


def _meaning(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json().get("code", "") if reply.content else ""
