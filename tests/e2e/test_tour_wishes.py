"""A donor's and a household's way through wishes and needs, over the gateway."""

from tests.e2e.bodies import need_body, wish_body
from tests.e2e.callers import Caller, good, refused
from tests.e2e.people import TOWNSHIP, VILLAGE, new_household
from tests.e2e.running import Bashan

DEMONSTRATION = "511921122"


def test_anybody_reads_what_households_of_the_demonstration_need(anyone: Caller) -> None:
    items = good(anyone.get("/v1/needs", region=DEMONSTRATION))["items"]
    assert len(items) == 2, "the third household has not agreed"
    kinds = {kind["code"] for kind in good(anyone.get("/v1/need-kinds"))["items"]}
    assert {item["kind"] for item in items} <= kinds
    assert {"household_id", "household", "village_code"}.isdisjoint(items[0])
    assert good(anyone.get(f"/v1/needs/{items[0]['need_id']}"))["given"][0]["donor"] == "爱心人士"


def test_a_donor_logs_in_claims_and_lets_go(product: Bashan) -> None:
    donor = product.logged_in("donor")
    listed = good(donor.get("/v1/wishes", region=DEMONSTRATION))["items"]
    assert len(listed) == 3
    assert {line["household"] for line in listed} == {None}
    wish = listed[0]["wish_id"]
    claimed = good(donor.post(f"/v1/wishes/{wish}/claims", {}), 201)
    assert claimed["delivery"]["head_name"]
    refused(donor.post(f"/v1/wishes/{wish}/claims", {}), 409, "wish_claimed")
    assert wish in [line["wish_id"] for line in good(donor.get("/v1/wishes/held"))["items"]]
    assert good(donor.post(f"/v1/wishes/{wish}/transitions", {"to": "open"}))["delivery"] is None
    refused(donor.get("/v1/wishes", region="5119", limit="0"), 422, "schema_invalid")


def test_a_household_decides_what_is_published_of_it(product: Bashan, county: Caller, anyone: Caller) -> None:
    household = good(county.post("/v1/households", new_household(VILLAGE)), 201)["household_id"]
    own = product.invented("household", household_id=household)
    need = good(own.post("/v1/needs", need_body(household)), 201)["need_id"]
    refused(anyone.get(f"/v1/needs/{need}"), 404, "need_not_found")
    good(own.post(f"/v1/needs/{need}/consent", {"agreed": True}))
    assert need in [one["need_id"] for one in good(anyone.get("/v1/needs", region=TOWNSHIP))["items"]]
    good(own.post(f"/v1/needs/{need}/consent", {"agreed": False}))
    refused(anyone.get(f"/v1/needs/{need}"), 404, "need_not_found")
    wish = good(own.post("/v1/wishes", wish_body(household)), 201)
    assert wish["allowed"] == ["open", "withdrawn"]
