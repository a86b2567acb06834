"""A cadre enters what it saw at a household, once; the siblings work on it, and the household reads it."""

import uuid

from tests.builders.files import photo
from tests.e2e.bodies import task_body, visit_body
from tests.e2e.callers import Caller, good, refused
from tests.e2e.running import until

WITHIN = 5.0
FOUND = {"kind": "problem_found", "what": "入户路雨天不通"}


def test_a_visit_is_entered_once_and_becomes_the_work_of_others(
    helper: Caller, household: Caller, county: Caller, own_id: str
) -> None:
    seen = visit_body(own_id, findings=[FOUND, {"kind": "use_of_money", "what": "买了牛", "as_agreed": True}])
    first = good(helper.post("/v1/visits", seen), 201)
    again = good(helper.post("/v1/visits", seen), 201)
    assert first["visit_id"] == again["visit_id"]
    at = f"/v1/visits/{first['visit_id']}"
    taken = ["taken", None]
    until(lambda: [one["outcome"] for one in good(helper.get(at))["findings"]] == taken, WITHIN, "it is taken on")
    use = f"/v1/credit/households/{own_id}/use-of-money"
    until(lambda: "as_agreed" in {one["state"] for one in good(household.get(use))["items"]}, WITHIN, "credit hears")
    ledger = good(household.get("/v1/problems", household_id=own_id))["items"]
    assert [one["what"] for one in ledger].count(FOUND["what"]) == 1
    lists = good(helper.get("/v1/me/tasks"))
    assert own_id in {one["household_id"] for one in lists["problems"]}
    case = next(one for one in good(helper.get("/v1/me/caseload"))["items"] if one["household_id"] == own_id)
    assert case["last_visit_on"] is not None
    fixed = {"kind": "problem_fixed", "what": "路已铺好", "problem_id": ledger[0]["problem_id"]}
    good(helper.post("/v1/visits", visit_body(own_id, findings=[fixed])), 201)
    problem = f"/v1/problems/{ledger[0]['problem_id']}"
    until(lambda: good(county.get(problem))["state"] == "fixed", WITHIN, "the visit says that it is fixed")
    step = {"note": "看过了", "to": "looked_again", "version": good(county.get(problem))["version"]}
    refused(helper.post(f"{problem}/transitions", step), 409, "problem_needs_second_person")
    assert good(county.post(f"{problem}/transitions", step))["state"] == "looked_again"


def test_the_household_reads_its_visits_their_photos_and_who_looked(
    helper: Caller, household: Caller, county: Caller, own_id: str
) -> None:
    at = f"/v1/visits/{good(helper.post('/v1/visits', visit_body(own_id, findings=[])), 201)['visit_id']}"
    sent = {"files": {"file": ("photo.jpg", photo())}, "headers": {"Idempotency-Key": str(uuid.uuid4())}}
    kept = good(helper.send("POST", f"{at}/photos", **sent), 201)["file_id"]
    good(county.get(at))
    image = household.get(f"{at}/photos/{kept}")
    assert image.headers["content-type"] == "image/jpeg"
    assert b"Exif" not in image.content
    looks = good(household.get(f"/v1/visits/of/{own_id}/looks"))["items"]
    assert [look["what"] for look in looks[:2]] == ["visit", "visit_photo"], "the official's look, the helper's upload"


def test_a_task_is_given_done_and_confirmed_and_stands_in_the_log(helper: Caller, county: Caller, own_id: str) -> None:
    village = good(county.get(f"/v1/households/{own_id}"))["village_code"]
    cadre = good(county.get(f"/v1/pairings/of/{own_id}"))["pairings"][0]["cadre_id"]
    task = good(county.post("/v1/tasks", task_body(village, cadre, household_id=own_id)), 201)
    at = f"/v1/tasks/{task['task_id']}"
    assert task["task_id"] in {one["thing_id"] for one in good(helper.get("/v1/me/caseload"))["due"]}
    done = good(helper.post(f"{at}/transitions", {"to": "done"}, version=1))
    refused(
        helper.post(f"{at}/transitions", {"to": "confirmed"}, version=done["version"]), 409, "task_needs_second_person"
    )
    assert good(county.post(f"{at}/transitions", {"to": "confirmed"}, version=done["version"]))["state"] == "confirmed"
    log = good(helper.get(f"/v1/cadres/{cadre}/work-log"))["items"]
    assert "done" in {one["state"] for one in log if one["thing_id"] == task["task_id"]}
