"""Monitoring as people live it: a call from the phone, a department's list, the ledger; through the whole product."""

import uuid
from typing import Any

from tests.e2e.callers import Caller, good, refused
from tests.e2e.people import COUNTY, VILLAGE, new_household, new_id_number
from tests.e2e.running import Bashan, until


def test_a_call_from_the_phone_ends_by_two_people_and_the_household_sees_it(product: Bashan, county: Caller) -> None:
    household = good(county.post("/v1/households", new_household(VILLAGE)), 201)["household_id"]
    farmer = product.invented("household", household_id=household)
    second = product.invented("county_official", COUNTY, subject="second-official")
    case = good(farmer.post("/v1/monitoring/cases", {"household_id": household, "what": "户主住院，没有收入"}), 201)
    path = f"/v1/monitoring/cases/{case['case_id']}"
    note = {"note": "入户核实"}
    case = good(
        county.post(f"{path}/transitions", {"to": "in_danger", "monitoring_type": "sudden", "version": 1, **note})
    )
    measure = {"kind": "employment", "what": "介绍公益性岗位", "responsible": "村委会"}
    made = good(county.post(f"{path}/measures", measure), 201)
    done = {"done_on": made["recorded_on"], "result": "已上岗"}
    good(county.post(f"{path}/measures/{made['measure_id']}/done", done))
    good(county.post(f"{path}/transitions", {"to": "removal_proposed", "version": case["version"], **note}))
    alone = county.post(f"{path}/transitions", {"to": "removed", "version": 3, **note})
    assert refused(alone, 409, "risk_not_removed")["errors"][0]["code"] == "own_proposal"
    good(second.post(f"{path}/transitions", {"to": "removed", "version": 3, **note}))
    seen = good(farmer.get(path))
    assert [step["state"] for step in seen["steps"]] == ["removed", "removal_proposed", "in_danger", "found"]
    assert good(county.get(f"/v1/households/{household}"))["risk_removed"] is True


def test_a_departments_list_sends_somebody_to_the_household(county: Caller) -> None:
    body = new_household(VILLAGE)
    household = good(county.post("/v1/households", body), 201)["household_id"]
    member, stranger = body["members"][0], new_id_number()
    table = f"姓名,身份证号,残疾等级\n{member['name']},{member['id_number']},二级\n王五,{stranger},一级\n"
    reply = county.send(
        "POST",
        "/v1/imports",
        files={"file": ("残联名单.csv", table.encode())},
        data={"kind": "department_list", "department": "disabled_persons"},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    good(reply, 202)
    job: dict[str, Any] = until(lambda: _ended(good(county.get(reply.headers["location"]))), 60, "the list is taken")
    assert (job["state"], job["accepted"], job["refused"]) == ("succeeded", 1, 1)
    assert county.get(job["errors_url"]).content.startswith(b"PK")
    (case,) = good(county.get("/v1/monitoring/cases", household_id=household))["items"]
    assert (case["origin"], case["state"]) == ("department_list", "found")
    assert case["check_due_on"]


def test_a_round_of_a_village_is_a_job_that_ends(county: Caller) -> None:
    reply = county.post("/v1/monitoring/rounds", {"region": VILLAGE})
    good(reply, 202)
    job = until(lambda: _ended(good(county.get(reply.headers["location"]))), 60, "the round is made")
    assert (job["state"], job["kind"], job["errors_url"]) == ("succeeded", "monitoring_round", None)


def _ended(job: dict[str, Any]) -> dict[str, Any] | None:
    return job if job["state"] in {"succeeded", "failed"} else None
