"""A little world of its own, in a village where the demonstration has nobody: the matrices may break things there.

`good_requests` has one request for each operation whose shape and ids are right. An operation of the API document
that it lacks fails the tests, so that nothing escapes the matrices.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.callers import Caller, good
from tests.e2e.operations import Asked
from tests.e2e.people import TOWNSHIP, new_household, new_id_number
from tests.e2e.running import Bashan, until

DAY = "2026-11-01"


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


def build_things(product: Bashan, county: Caller, village: str) -> Things:
    """One household with its helper, credit file and consent, a post, and a job of each kind."""
    unit = good(county.post("/v1/units", unit_body()), 201)["unit_id"]
    cadre = good(county.post("/v1/cadres", cadre_body(unit)), 201)["cadre_id"]
    record = good(county.post("/v1/households", new_household(village)), 201)
    household = record["household_id"]
    facts = f"/v1/credit/households/{household}/facts"
    begin = {"headers": {"If-None-Match": "*"}}
    until(lambda: county.send("PUT", facts, json={"workers": 2}, **begin).status_code != 404, 15, "credit knows it")
    pairing = {"household_id": household, "cadre_id": cadre}
    paired = until(lambda: _made(county.post("/v1/pairings", pairing)), 15, "cadres knows it")
    post = {"village_code": village, "kind": "liaison_leader", "cadre_id": cadre, "from": "2026-01-01"}
    posts = good(county.get(f"/v1/villages/{village}/posts"))["items"]
    held = next(one for one in posts if one["kind"] == "liaison_leader")["post_id"]
    run = good(county.post("/v1/credit/scoring-runs", {"region": village}), 202)["job_id"]
    until(lambda: good(county.get(f"/v1/credit/jobs/{run}"))["state"] == "succeeded", 40, "the village is scored")
    file = {"files": {"file": ("register.csv", b"x")}, "data": {"kind": "register"}}
    job = county.send("POST", "/v1/imports", headers={"Idempotency-Key": str(uuid.uuid4())}, **file)
    township = product.invented("township_official", TOWNSHIP)
    own = product.invented("household", household_id=household)
    objection = {"household_id": household, "statement": "收入登记有误"}
    veto = str(uuid.uuid4())
    good(county.post(f"/v1/credit/households/{household}/vetoes", {**veto_body(), "veto_id": veto}), 201)
    return Things(
        village=village,
        case=good(township.post("/v1/credit/grade-cases", {"household_id": household}), 201)["case_id"],
        veto=veto,
        objection=good(own.post("/v1/credit/objections", objection), 201)["objection_id"],
        household=household,
        member=record["members"][1]["member_id"],
        cadre=cadre,
        pairing=paired["pairing_id"],
        unit=unit,
        post=held or good(county.post("/v1/posts", post), 201)["post_id"],
        consent=good(county.post("/v1/credit/consents", consent_body(household)), 201)["consent_id"],
        run=run,
        job=good(job, 202)["job_id"],
    )


def _made(reply: Any) -> Any:
    return None if reply.status_code in {404, 409} else good(reply, 201)


def unit_body() -> dict[str, Any]:
    return {"name": "某局", "level": "county", "kind": "government_unit", "region_code": TOWNSHIP}


def cadre_body(unit: str) -> dict[str, Any]:
    return {"unit_id": unit, "name": "严正", "rank": "staff", "region_code": TOWNSHIP, "valid_from": "2020-01-01"}


def consent_body(household: str) -> dict[str, Any]:
    """Given by an official at the household's side."""
    return {
        "household_id": household,
        "partner_id": "demo-bank-1",
        "purposes": ["loan_review"],
        "fields": ["grade"],
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "written": True,
        "given_through": "assisted",
        "witness": "村支书",
    }


def veto_body() -> dict[str, Any]:
    return {"code": "V1", "evidence": "判决书", "source": "法院", "opened_on": "2026-01-01"}


def good_requests(things: Things) -> dict[str, Asked]:
    """operation id → a request whose shape is right."""
    return {
        "log_in": Asked(body={"username": "nobody", "password": "wrong horse battery", "device": "desk"}),
        "log_in_by_wechat": Asked(body={"code": "unknown-code", "device": "phone"}),
        "refresh_tokens": Asked(body={"refresh_token": "unknown", "device": "desk"}),
        "fetch_partner_token": Asked(form={"grant_type": "client_credentials"}),
        "sign_out": Asked(),
        "read_me": Asked(),
        "read_token_keys": Asked(),
        "read_answer_keys": Asked(),
        "test_own_signature": Asked(body={"text": "你好"}),
        **_households(things, {"region": things.village}),
        **_cadres(things, {"region": things.village}),
        **_credit(things, {"region": things.village}),
        **_course(things),
        "list_own_devices": Asked(),
        "sign_out_own_device": Asked({"session_id": str(uuid.uuid4())}),
    }


def _households(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
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
        "import_register": Asked(form={"kind": "register"}, file=b"x"),
        "get_job": Asked({"job_id": things.job}),
        "get_job_report": Asked({"job_id": things.job}),
    }


def _cadres(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    end = {"reason": "other", "note": "调整", "on": DAY}
    post = {"village_code": things.village, "kind": "agri_technician", "cadre_id": things.cadre, "from": "2026-01-01"}
    pairing = {"household_id": things.household, "cadre_id": things.cadre, "from": DAY}
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
        "list_pairings_of_region": Asked(query={**region, "cadre_id": things.cadre, "as_of": DAY, "limit": "5"}),
        "create_pairing": Asked(body=pairing),
        "read_helpers_of_household": Asked({"household_id": things.household}),
        "read_pairing": Asked({"pairing_id": things.pairing}),
        "end_pairing_by_id": Asked({"pairing_id": things.pairing}, body=end, version=99),
        "list_posts_of_village": Asked({"code": things.village}, {"as_of": DAY}),
        "create_post": Asked(body=post),
        "read_post": Asked({"post_id": things.post}, {"as_of": DAY}),
        "end_post_by_id": Asked({"post_id": things.post}, body=end, version=99),
    }


def _credit(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    one = {"household_id": things.household}
    query = {**one, "consent_id": things.consent, "purpose": "loan_review", "reference": "申请-1"}
    event = {"loan_number": f"贷-{uuid.uuid4()}", "event_number": 1, "kind": "disbursed", "on": DAY, "product": "小额"}
    money = {"amount_cents": 100, "balance_cents": 100, "days_past_due": 0}
    card = {"card_id": "rural-household", "version": "1"}
    preview = {"card": "rural-household", "facts": {"workers": 2, "skill": "none", "reviews": [8]}, "as_of": DAY}
    return {
        "preview": Asked(body=preview),
        "list_all_cards": Asked(),
        "propose_card": Asked(body={"document": {"id": "other-card", "version": 1}}),
        "approve_card": Asked({"card_id": "rural-household"}, body={"version": 1}),
        **{name: Asked(card) for name in ("get_card", "get_card_table", "get_card_sql")},
        "rehearse_card": Asked({"card_id": "rural-household"}, body={"version": 1, "region": things.village}),
        "read_drift": Asked(query={**region, "from": things.run, "to": things.run}),
        "order_scoring_run": Asked(body={"region": things.village, "card": "rural-household"}),
        "get_scoring_run": Asked({"run_id": things.run}),
        "confirm_scoring_run": Asked({"run_id": things.run}),
        "get_credit_job": Asked({"job_id": things.run}),
        "get_facts": Asked(one),
        "put_facts": Asked(one, body={"workers": 2, "skill": "none", "net_income_cents": 100}, version=1),
        "put_reviews": Asked(one, body={"reviews": [8, 8, 8, 8, 8]}, version=1),
        "post_veto": Asked(one, body=veto_body()),
        "get_household_grade": Asked(one),
        "get_explanation": Asked(one),
        "get_trace": Asked(one),
        "list_looks": Asked(one, {"limit": "5"}),
        "list_consents": Asked(query=one),
        "post_consent": Asked(body=consent_body(things.household)),
        "withdraw": Asked({"consent_id": things.consent}),
        "summarise": Asked(query=region),
        "get_village_grade": Asked({"code": things.village}),
        "get_township_grade": Asked({"code": TOWNSHIP}),
        "query_grades": Asked(body={"queries": [query]}),
        "post_loan_events": Asked(body={"events": [{**one, **event, **money}]}),
        "list_own_queries": Asked(query={"day": DAY, "limit": "5"}),
    }


def _course(things: Things) -> dict[str, Asked]:
    """The life of a grade."""
    one, case = {"household_id": things.household}, {"case_id": things.case}
    reviewers = [{"person": "张三", "relation": "none", "points": 8}]
    move = {"to": "COLLECTED", "reason": "资料齐全", "reviewers": reviewers, "meeting": {"present": 5, "members": 7}}
    wish = {"consent_id": things.consent, "reference": "荐-1", "grade": "A", "reason": "还款及时"}
    return {
        "open_grade_case": Asked(body=one),
        "get_grade_case": Asked(case),
        "tell_of_lower_grade": Asked(case, body={"reason": "逾期"}),
        "move_grade_case": Asked(case, body=move),
        "clear_household_veto": Asked({**one, "veto_id": things.veto}, body={"reason": "已执行完毕"}),
        "get_grade_notice": Asked({"notice_id": str(uuid.uuid4())}),
        "list_objections": Asked(query=one),
        "object_to_grade": Asked(body={**one, "about": "fact", "statement": "收入登记有误"}),
        "answer_objection": Asked(
            {"objection_id": things.objection}, body={"outcome": "unfounded", "answer": "登记无误"}
        ),
        "move_grade_cases_of_village": Asked({"code": things.village}, body={"to": "COLLECTED", "reason": "资料齐全"}),
        "recommend": Asked(body={"recommendations": [{**one, **wish}]}),
    }
