"""三审两公示一录入 through the gateway: from the village's meetings to a public notice and the objection to it."""

from hashlib import sha256

import orjson

from tests.e2e.callers import Caller, good, refused
from tests.e2e.identification_things import put_on_notice
from tests.e2e.people import VILLAGE, new_household
from tests.e2e.running import Bashan

OTHER_VILLAGE = "511921100222"


def test_anybody_reads_a_notice_checks_its_hash_and_follows_an_objection(product: Bashan, county: Caller) -> None:
    on = put_on_notice(product, OTHER_VILLAGE)
    anyone = product.anyone()
    listed = good(anyone.get("/v1/notices", region=OTHER_VILLAGE))["items"]
    assert on.notice in [one["notice_id"] for one in listed]
    public = good(anyone.get(f"/v1/notices/{on.notice}"))
    canonical = orjson.dumps(public["notice"], option=orjson.OPT_SORT_KEYS)
    assert sha256(canonical).hexdigest() == public["sha256"]
    page = anyone.send("GET", f"/v1/notices/{on.notice}", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    followed = good(anyone.post("/v1/notices/objections/search", {"receipt": on.receipt}))
    assert (followed["state"], followed["line"]) == ("open", 1)
    answer = {"outcome": "upheld", "answer": "入户核实，确有楼房"}
    good(county.post(f"/v1/notices/{on.notice}/objections/{on.objection}/decide", answer))
    assert good(county.get(f"/v1/identifications/{on.case}"))["state"] == "REMOVED"
    followed = good(anyone.post("/v1/notices/objections/search", {"receipt": on.receipt}))
    assert (followed["outcome"], followed["answer"]) == ("upheld", "入户核实，确有楼房")


def test_the_demonstration_has_a_village_in_its_first_public_notice(product: Bashan) -> None:
    anyone = product.anyone()
    (posted,) = good(anyone.get("/v1/notices", region="511921122"))["items"]
    public = good(anyone.get(f"/v1/notices/{posted['notice_id']}"))
    assert (public["running"], public["notice"]["remark"]) == (True, "示范数据，人物均为虚构")
    assert [line["number"] for line in public["notice"]["lines"]] == [1, 2, 3, 4, 5]


def test_a_poverty_status_is_not_written_by_hand(product: Bashan, county: Caller) -> None:
    household = good(county.post("/v1/households", new_household(status="general")), 201)["household_id"]
    path = f"/v1/households/{household}"
    refused(county.put(path, {"village_code": VILLAGE, "status": "poor"}, version=1), 409, "status_by_course")
    refused(county.post(f"{path}/changes", {"status": "poor"}, version=1), 409, "status_by_course")
    taken_over = {"changes": {"status": "poor"}, "source": "department"}
    assert good(county.post(f"{path}/changes", taken_over, version=1))["status"] == "poor"
    township = product.invented("township_official", VILLAGE[:9])
    refused(township.post("/v1/households", new_household()), 409, "status_by_course")
