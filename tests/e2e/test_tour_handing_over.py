"""A cadre hands a household over: the next one sees the record within five seconds, the one before no longer."""

from tests.e2e.bodies import cadre_body, unit_body
from tests.e2e.callers import Caller, good, refused
from tests.e2e.people import TOWNSHIP, new_household
from tests.e2e.running import Bashan, until

WITHIN = 5.0


def test_the_record_follows_the_household_to_its_next_cadre(product: Bashan, county: Caller) -> None:
    unit = good(county.post("/v1/units", unit_body()), 201)["unit_id"]
    leaver, receiver = (good(county.post("/v1/cadres", cadre_body(unit)), 201)["cadre_id"] for _ in range(2))
    record = f"/v1/households/{_paired_household(county, leaver)}"
    household = record.rpartition("/")[2]
    before, after = (product.invented("cadre", TOWNSHIP, cadre_id=one) for one in (leaver, receiver))
    until(lambda: before.get(record).status_code == 200, WITHIN, "the helper sees the record")
    refused(after.get(record), 404)
    leaving = {"cadre_id": leaver, "leaves_on": "2026-11-01", "reason": "transferred"}
    departure = good(county.post("/v1/departures", leaving), 201)
    assert [one["household_id"] for one in departure["households"]] == [household]
    proposal = {"household_id": household, "to_cadre_id": receiver, "departure_id": departure["departure_id"]}
    handover = good(county.post("/v1/handovers", proposal), 201)["handover_id"]
    good(before.get(record))
    good(after.post(f"/v1/handovers/{handover}/accept", {}))
    until(lambda: after.get(record).status_code == 200, WITHIN, "the next cadre sees the record")
    until(lambda: before.get(record).status_code == 404, WITHIN, "the one before sees it no longer")
    assert good(before.get("/v1/me/caseload"))["items"] == []
    done = good(county.post(f"/v1/departures/{departure['departure_id']}/complete", {}))
    assert (done["state"], done["households"]) == ("completed", [])


def _paired_household(county: Caller, cadre: str) -> str:
    household: str = good(county.post("/v1/households", new_household()), 201)["household_id"]
    body = {"household_id": household, "cadre_id": cadre}
    until(lambda: county.post("/v1/pairings", body).status_code == 201, WITHIN, "cadres knows the household")
    return household
