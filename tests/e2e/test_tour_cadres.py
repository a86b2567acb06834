"""The way through cadres: the five posts, who answers for whom, what is covered."""

from tests.e2e.callers import Caller, good, refused

TOWNSHIP = "511921122"


def test_every_poor_household_of_the_township_has_its_cadre(city: Caller) -> None:
    coverage = good(city.get("/v1/cadres/coverage", region=TOWNSHIP))
    assert coverage["poor_households"] == coverage["paired"] == 934
    assert coverage["unpaired"] == 0
    assert coverage["posts_filled"] + coverage["posts_vacant"] == 5 * coverage["poor_villages"]


def test_a_village_has_five_posts_held_or_vacant(county: Caller) -> None:
    posts = good(county.get(f"/v1/villages/{TOWNSHIP}202/posts"))["items"]
    kinds = ["liaison_leader", "helping_unit", "first_secretary", "resident_team", "agri_technician"]
    assert sorted(post["kind"] for post in posts) == sorted(kinds)


def test_a_cadre_sees_its_caseload_and_the_record_of_each_of_its_households(helper: Caller, own_id: str) -> None:
    caseload = [case["household_id"] for case in good(helper.get("/v1/me/caseload"))["items"]]
    assert own_id in caseload
    for household_id in caseload:
        good(helper.get(f"/v1/households/{household_id}"))
        good(helper.get(f"/v1/credit/households/{household_id}/queries"))


def test_a_cadre_does_not_learn_of_a_household_that_is_not_its_own(county: Caller, helper: Caller) -> None:
    caseload = {case["household_id"] for case in good(helper.get("/v1/me/caseload"))["items"]}
    lines = good(county.get("/v1/households", region=f"{TOWNSHIP}001", limit=20))["items"]
    other = next(line["household_id"] for line in lines if line["household_id"] not in caseload)
    refused(helper.get(f"/v1/households/{other}"), 404)
    refused(helper.get(f"/v1/credit/households/{other}/grade"), 404)
    refused(helper.get(f"/v1/pairings/of/{other}"), 404)
    listed = good(helper.get("/v1/households", region=TOWNSHIP, limit=100))["items"]
    assert {line["household_id"] for line in listed} == caseload


def test_an_official_of_another_county_is_told_that_the_place_is_not_its_own(elsewhere: Caller) -> None:
    refused(elsewhere.get("/v1/cadres/coverage", region=TOWNSHIP), 403, "outside_scope")
    refused(elsewhere.get("/v1/credit/summary", region=TOWNSHIP), 403, "outside_scope")
    refused(elsewhere.get(f"/v1/villages/{TOWNSHIP}202/posts"), 403, "outside_scope")
    refused(elsewhere.get("/v1/households", region=TOWNSHIP), 403, "outside_scope")


def test_a_household_reads_who_answers_for_it(household: Caller, own_id: str) -> None:
    helper = good(household.get(f"/v1/pairings/of/{own_id}"))["helper"]
    assert helper["name"]
