"""A cadre's year through the gateway: told, answered, decided, exempted, recalled, appealed; and its chain verified."""

import json
from typing import Any

from tests.e2e.bodies import appraisal_body, cadre_body, unit_body
from tests.e2e.callers import Caller, good, refused
from tests.e2e.people import COUNTY, TOWNSHIP
from tests.e2e.running import Bashan

FALSIFIED = {"code": "result_falsified", "evidence": "核查报告第 7 号"}
CONDITIONS = dict.fromkeys(("democratic_procedure", "no_private_gain", "no_unfairness_or_loss", "good_effect"), True)


def test_a_year_of_a_cadre_from_the_proposal_to_the_last_word(product: Bashan, county: Caller) -> None:
    unit = good(county.post("/v1/units", unit_body()), 201)["unit_id"]
    cadre = good(county.post("/v1/cadres", cadre_body(unit)), 201)["cadre_id"]
    person = product.invented("cadre", TOWNSHIP, cadre_id=cadre)
    second, third = (product.invented("county_official", COUNTY, subject=f"county-{i}") for i in (2, 3))

    def move(caller: Caller, case: str, to: str) -> Any:
        return caller.post(f"/v1/decisions/{case}/transitions", {"to": to, "note": "说明"})

    proposal = appraisal_body(cadre, 2025)
    proposal["deductions"].append(FALSIFIED)
    made = good(county.post("/v1/appraisals", proposal), 201)
    case = made["appraisal_id"]
    assert (made["grade_name"], made["local_points"], made["total_points"]) == ("不称职", 6500, 8975)
    assert good(person.get("/v1/me/decisions"))["items"][0]["reason"] == "2025 年度考核：不称职，89.75 分"
    assert refused(move(second, case, "imposed"), 409)["code"] == "decision_reply_still_open"
    good(move(person, case, "answered"))
    assert refused(move(county, case, "imposed"), 409)["code"] == "decision_needs_other_person"
    good(move(second, case, "imposed"))
    about = {"cadre_id": cadre, "reason": "考核不称职", "evidence": "考核结果"}
    recall = good(county.post("/v1/decisions", about | {"kind": "recall", "appraisal_id": case}), 201)["decision_id"]
    good(move(person, recall, "answered"))
    good(move(second, recall, "imposed"))
    raised = cadre_body(unit) | {"rank": "section_head"}
    barred = refused(county.put(f"/v1/cadres/{cadre}", raised, version=1), 409)
    assert barred["code"] == "cadre_barred_from_promotion"
    line = next(one for one in made["deductions"] if one["code"] == FALSIFIED["code"])
    exempted = about | {"kind": "exemption", "exempts": line["deduction_id"], "conditions": CONDITIONS}
    exemption = good(county.post("/v1/decisions", exempted), 201)["decision_id"]
    good(move(person, exemption, "answered"))
    good(move(second, exemption, "imposed"))
    now = good(person.get(f"/v1/appraisals/{case}"))
    assert (now["grade_name"], now["total_points"]) == ("称职", 9425)
    good(county.put(f"/v1/cadres/{cadre}", raised, version=1))
    good(move(person, case, "appealed"))
    assert refused(move(second, case, "upheld"), 409)["code"] == "decision_needs_other_person"
    good(move(third, case, "upheld"))
    steps = [step["event"] for step in good(person.get(f"/v1/decisions/{case}"))["history"]]
    assert steps == ["noticed", "answered", "imposed", "appealed", "upheld"]
    verified = product.command("audit", "verify", "--json")
    chain = json.loads(verified.stdout)["decisions about cadres"]
    assert (verified.returncode, chain["broken_at"], chain["rows"] >= 5 + 3 + 3) == (0, None, True)
