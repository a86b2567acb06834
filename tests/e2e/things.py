"""A little world of its own, in a village where the demonstration has nobody: the matrices may break things there."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.clock import Clock
from tests.e2e.bodies import (
    appraisal_body,
    cadre_body,
    consent_body,
    need_body,
    talk_notice_body,
    task_body,
    unit_body,
    veto_body,
    visit_body,
    wish_body,
)
from tests.e2e.callers import Caller, good
from tests.e2e.identification_things import OnNotice, begin_exit, put_on_notice
from tests.e2e.people import TOWNSHIP, new_household
from tests.e2e.running import Bashan, until

DAY = "2026-11-01"
DIVIDEND = {"year": 2025, "income_cents": 3_000_000}


@dataclass(frozen=True)
class Things:
    """Ids of the little world; everything is in one village."""

    village: str
    household: str
    member: str
    cadre: str
    pairing: str
    unit: str
    post: str
    consent: str
    run: str
    job: str
    case: str
    veto: str
    objection: str
    on_notice: OnNotice
    leaving: str
    dividend: str
    plan: str
    danger: str
    departure: str
    handover: str
    problem: str
    selection: str
    village_pairing: str
    inspection: str
    bulletin: str
    finding: str
    evaluation: str
    wish: str
    need: str
    visit: str
    task: str
    decision: str
    appraisal: str


def build_things(product: Bashan, county: Caller, village: str) -> Things:
    """One household with its helper, credit file and consent, a post, and a job of each kind."""
    unit = good(county.post("/v1/units", unit_body()), 201)["unit_id"]
    cadre, receiver = (good(county.post("/v1/cadres", cadre_body(unit)), 201)["cadre_id"] for _ in range(2))
    record = good(county.post("/v1/households", new_household(village)), 201)
    household = record["household_id"]
    facts = f"/v1/credit/households/{household}/facts"
    begin = {"headers": {"If-None-Match": "*"}}
    until(lambda: county.send("PUT", facts, json={"workers": 2}, **begin).status_code != 404, 15, "credit knows it")
    pairing = {"household_id": household, "cadre_id": cadre}
    paired = until(lambda: _made(county.post("/v1/pairings", pairing)), 15, "cadres knows it")
    made: dict[str, Any] = {
        **_of_credit(product, county, village, household),
        **_of_place(product, county, village, unit, cadre),
        **_of_cadre(county, village, household, cadre, receiver),
        **_of_life(product, county, household, cadre),
    }
    return Things(
        village=village,
        household=household,
        member=record["members"][1]["member_id"],
        cadre=cadre,
        pairing=paired["pairing_id"],
        unit=unit,
        **made,
    )


def _of_credit(product: Bashan, county: Caller, village: str, household: str) -> dict[str, str]:
    run = good(county.post("/v1/credit/scoring-runs", {"region": village}), 202)["job_id"]
    until(lambda: good(county.get(f"/v1/credit/jobs/{run}"))["state"] == "succeeded", 40, "the village is scored")
    township = product.invented("township_official", TOWNSHIP)
    own = product.invented("household", household_id=household)
    objection = {"household_id": household, "statement": "收入登记有误"}
    veto = str(uuid.uuid4())
    good(county.post(f"/v1/credit/households/{household}/vetoes", {**veto_body(), "veto_id": veto}), 201)
    return {
        "run": run,
        "veto": veto,
        "consent": good(county.post("/v1/credit/consents", consent_body(household)), 201)["consent_id"],
        "case": good(township.post("/v1/credit/grade-cases", {"household_id": household}), 201)["case_id"],
        "objection": good(own.post("/v1/credit/objections", objection), 201)["objection_id"],
    }


def _of_place(product: Bashan, county: Caller, village: str, unit: str, cadre: str) -> dict[str, Any]:
    """What belongs to the village: its post, plan, inspection, dividend."""
    plan = good(county.post("/v1/pairing-plans", {"region": village}), 202)["plan_id"]
    until(lambda: good(county.get(f"/v1/pairing-plans/{plan}"))["state"] == "ready", 15, "the plan is made")
    post = {"village_code": village, "kind": "liaison_leader", "cadre_id": cadre, "from": "2026-01-01"}
    posts = good(county.get(f"/v1/villages/{village}/posts"))["items"]
    held = next(one for one in posts if one["kind"] == "liaison_leader")["post_id"]
    branch = good(county.post("/v1/units", unit_body() | {"kind": "party_branch"}), 201)["unit_id"]
    joined = {"village_code": village, "unit_id": branch, "kind": "branch", "from": "2026-01-01"}
    inspected = {"region": village, "cycle": "county_inspection", "population": "villages", "size": 1}
    inspection = good(county.post("/v1/inspections", inspected), 201)["inspection_id"]
    over = {"region": village, "cycle": "county_inspection", "within": "2026-01-31"}
    finding = {"village_code": village, "item": village, "what": "公示栏未更新", "due_on": str(Clock().today())}
    return {
        "plan": plan,
        "post": held or good(county.post("/v1/posts", post), 201)["post_id"],
        "village_pairing": good(county.post("/v1/village-pairings", joined), 201)["village_pairing_id"],
        "inspection": inspection,
        "bulletin": good(county.post("/v1/inspections/bulletins", over), 201)["bulletin_id"],
        "finding": good(county.post(f"/v1/inspections/{inspection}/findings", finding), 201)["finding_id"],
        "dividend": good(county.post(f"/v1/villages/{village}/dividends", DIVIDEND), 201)["dividend_id"],
        "on_notice": put_on_notice(product, village),
        "job": _import_job(county),
    }


def _of_cadre(county: Caller, village: str, household: str, cadre: str, receiver: str) -> dict[str, str]:
    """Where the cadre goes, who comes after it, how it is judged."""
    leaving = {"cadre_id": cadre, "leaves_on": DAY, "reason": "transferred"}
    handover = {"household_id": household, "to_cadre_id": receiver}
    chosen = {"village_code": village, "kind": "first_secretary", "cadre_id": cadre}
    last_day = str(Clock().today() + timedelta(days=7))
    voted_on = {"village_code": village, "cadre_id": cadre, "last_day": last_day}
    return {
        "departure": good(county.post("/v1/departures", leaving), 201)["departure_id"],
        "selection": good(county.post("/v1/selections", chosen), 201)["selection_id"],
        "handover": good(county.post("/v1/handovers", handover), 201)["handover_id"],
        "evaluation": good(county.post("/v1/evaluations", voted_on), 201)["evaluation_id"],
        "task": good(county.post("/v1/tasks", task_body(village, cadre)), 201)["task_id"],
        "decision": good(county.post("/v1/decisions", talk_notice_body(cadre)), 201)["decision_id"],
        "appraisal": good(county.post("/v1/appraisals", appraisal_body(cadre, 2025)), 201)["appraisal_id"],
    }


def _of_life(product: Bashan, county: Caller, household: str, cadre: str) -> dict[str, str]:
    """What the household asks for and what is seen at its home."""
    danger = {"household_id": household, "what": "住房漏雨"}
    problem = {"household_id": household, "what": "入户路不通"}
    return {
        "danger": good(county.post("/v1/monitoring/cases", danger), 201)["case_id"],
        "problem": good(county.post("/v1/problems", problem), 201)["problem_id"],
        "leaving": begin_exit(product, household),
        "wish": _open_wish(county, household),
        "need": _public_need(county, household),
        "visit": _visit(product.invented("cadre", TOWNSHIP, cadre_id=cadre), household),
    }


def _import_job(county: Caller) -> str:
    file = {"files": {"file": ("register.csv", b"x")}, "data": {"kind": "register"}}
    job = county.send("POST", "/v1/imports", headers={"Idempotency-Key": str(uuid.uuid4())}, **file)
    ordered: str = good(job, 202)["job_id"]
    return ordered


def _open_wish(county: Caller, household: str) -> str:
    wish: str = good(county.post("/v1/wishes", wish_body(household)), 201)["wish_id"]
    agreed = {"to": "open", "through": "signed", "witness": "村支书"}
    good(county.post(f"/v1/wishes/{wish}/transitions", agreed))
    return wish


def _public_need(county: Caller, household: str) -> str:
    need: str = good(county.post("/v1/needs", need_body(household)), 201)["need_id"]
    agreed = {"agreed": True, "through": "signed", "witness": "村支书"}
    good(county.post(f"/v1/needs/{need}/consent", agreed))
    return need


def _visit(helper: Caller, household: str) -> str:
    visit: str = good(helper.post("/v1/visits", visit_body(household)), 201)["visit_id"]
    return visit


def _made(reply: Any) -> Any:
    return None if reply.status_code in {404, 409} else good(reply, 201)
