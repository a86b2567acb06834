"""An inspection from the draw to the second look, and a secret vote on a cadre, through the gateway."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

from shared.clock import Clock
from tests.e2e.callers import Caller, good, refused
from tests.e2e.running import Bashan, until

TOWNSHIP = "511921122"
VOTE = "/v1/evaluations/{evaluation_id}/vote"


def whole_population(county: Caller, inspection: str) -> list[str]:
    ids: list[str] = []
    more: dict[str, Any] = {}
    while more or not ids:
        page = good(county.get(f"/v1/inspections/{inspection}/population", limit=100, **more))
        ids += page["items"]
        more = {"cursor": page["next_cursor"]} if page["has_more"] else {}
    return ids


def test_anybody_draws_the_townships_sample_again(county: Caller, anyone: Caller) -> None:
    asked = {"region": TOWNSHIP, "cycle": "county_inspection", "population": "households", "size": 7}
    made = good(county.post("/v1/inspections", asked), 201)
    refused(county.post("/v1/inspections", asked), 409, "inspection_exists")
    told = good(anyone.get(f"/v1/inspections/{made['inspection_id']}/sample"))
    ids = whole_population(county, made["inspection_id"])
    assert len(ids) == 934
    assert sha256("\n".join(sorted(ids)).encode()).hexdigest() == told["population_sha256"]
    assert sorted(ids, key=lambda one: sha256(f"{told['seed']}:{one}".encode()).hexdigest())[:7] == told["sample"]


def test_what_an_inspection_found_is_put_right_and_looked_at_again(
    product: Bashan, county: Caller, city: Caller, elsewhere: Caller
) -> None:
    village = f"{TOWNSHIP}001"
    drawn = {"region": village, "cycle": "county_inspection", "population": "villages", "size": 1}
    inspection = good(county.post("/v1/inspections", drawn), 201)["inspection_id"]
    found = {"village_code": village, "item": village, "what": "公示栏未更新", "due_on": str(Clock().today())}
    finding = good(county.post(f"/v1/inspections/{inspection}/findings", found), 201)["finding_id"]
    address = f"/v1/inspections/findings/{finding}"
    step, closed = f"{address}/transitions", {"to": "closed", "note": "属实"}
    refused(city.post(step, closed), 428, "version_missing")
    assert refused(city.post(step, closed, version=1), 409)["allowed"] == ["rectified"]
    standing = good(county.post(step, {"to": "rectified", "note": "已更新"}, version=1))
    assert refused(city.post(step, closed, version=1), 412, "finding_version_stale")["current"] == standing
    refused(county.post(step, closed, version=2), 409, "finding_recheck_by_same_person")
    refused(elsewhere.get(address), 404, "finding_not_found")
    good(city.post(step, closed, version=2))
    told = good(county.get(address))
    assert [step["event"] for step in told["history"]] == ["open", "rectified", "closed"]
    bulletin = good(county.get("/v1/inspections/bulletin", region=TOWNSHIP, cycle="county_summary"))
    line = next(one for one in bulletin["items"] if one["region_code"] == village)
    assert (line["counts"]["inspections"], line["counts"]["closed"], line["counts"]["open"]) == (1, 1, 0)
    assert village not in bulletin["not_inspected"]
    assert f"{TOWNSHIP}202" in bulletin["not_inspected"]
    refused(elsewhere.get("/v1/inspections/bulletin", region=TOWNSHIP, cycle="county_summary"), 403, "outside_scope")
    verified = product.command("audit", "verify", "--json")
    chain = json.loads(verified.stdout)["findings of inspections"]
    assert (verified.returncode, chain["broken_at"], chain["rows"] >= 3) == (0, None, True)


def test_a_household_votes_once_and_no_log_line_tells_what(
    product: Bashan, county: Caller, household: Caller, anyone: Caller, own_id: str, helper: Caller
) -> None:
    village = good(household.get(f"/v1/households/{own_id}"))["village_code"]
    cadre = good(household.get(f"/v1/pairings/of/{own_id}"))["helper"]["cadre_id"]
    opened = {"village_code": village, "cadre_id": cadre, "last_day": str(Clock().today() + timedelta(days=7))}
    evaluation = good(county.post("/v1/evaluations", opened), 201)["evaluation_id"]
    address = f"/v1/evaluations/{evaluation}"
    before = {one["evaluation_id"]: one["voted"] for one in good(household.get("/v1/me/evaluations"))["items"]}
    assert before[evaluation] is False
    assert refused(household.put(f"{address}/vote", {"answer": "excellent"}), 409)["allowed"][0] == "satisfied"
    assert good(household.put(f"{address}/vote", {"answer": "basically_satisfied"})) == {"voted": True}
    refused(household.put(f"{address}/vote", {"answer": "unsatisfied"}), 409, "evaluation_already_voted")
    refused(helper.put(f"{address}/vote", {"answer": "satisfied"}), 403)
    refused(anyone.get(f"{address}/result"), 404, "evaluation_still_open")
    after = {one["evaluation_id"]: one["voted"] for one in good(household.get("/v1/me/evaluations"))["items"]}
    assert after[evaluation] is True
    until(lambda: VOTE in product.log.read_text("utf-8"), within=10, what="the log names the vote's route")
    lines = [line for line in product.log.read_text("utf-8").splitlines() if VOTE in line]
    written = "".join(lines)
    assert not [answer for answer in ("satisfied", "basically_satisfied", "unsatisfied") if answer in written]
