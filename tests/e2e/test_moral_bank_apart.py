"""Moral points decide nothing about money or credit: every one is changed, and each decision stays byte for byte."""

import time
from typing import Any

import pytest

from tests.e2e.callers import Caller, good
from tests.e2e.running import Bashan, until
from tests.e2e.test_tour_credit import H1, REVIEWS

FEEDS_READ_WITHIN = 3.0


@pytest.fixture
def village(county: Caller, own_id: str) -> str:
    found: str = good(county.get(f"/v1/households/{own_id}"))["village_code"]
    return found


def decisions(product: Bashan, county: Caller, bank: Caller, own_id: str) -> dict[str, bytes]:
    """What credit says of the login household, to officials and to its bank, and of a household by its facts alone."""
    asked = product.credentials["bank"]
    query = {"household_id": own_id, "consent_id": asked["consent_id"], "purpose": "loan_review", "reference": "r-1"}
    facts = {"card": "rural-household", "facts": {**H1, "reviews": REVIEWS, "vetoes": []}, "as_of": "2026-11-01"}
    said = {name: county.get(f"/v1/credit/households/{own_id}/{name}") for name in ("grade", "explanation", "trace")}
    said["bank"] = bank.post("/v1/partner/grades/query", {"queries": [query]})
    said["preview"] = county.post("/v1/credit/score-previews", facts, key=None)
    for reply in said.values():
        good(reply)
    return {name: reply.content for name, reply in said.items()}


def scored_anew(county: Caller, village: str) -> dict[str, Any]:
    job = good(county.post("/v1/credit/scoring-runs", {"region": village, "card": "rural-household"}), 202)["job_id"]
    until(lambda: good(county.get(f"/v1/credit/jobs/{job}"))["state"] == "succeeded", 40, "the village is scored")
    bands: dict[str, Any] = good(county.get(f"/v1/credit/scoring-runs/{job}"))["by_band"]
    return bands


def test_changed_points_leave_every_credit_decision_as_it_was(
    product: Bashan, county: Caller, bank: Caller, own_id: str, village: str
) -> None:
    before, bands = decisions(product, county, bank, own_id), scored_anew(county, village)
    second = product.invented("township_official", "511921122", subject="second-person")
    rules = good(county.get("/v1/moral-bank/rules"))["rules"]
    path = f"/v1/households/{own_id}"
    for rule in rules:
        claim = {"rule": rule["code"], "happened_on": "2026-11-01", "evidence": "村民评议"}
        made = good(county.post(f"{path}/moral-claims", claim), 201)["claim_id"]
        good(second.post(f"{path}/moral-claims/{made}/decision", {"to": "confirmed"}, version=1))
    points = good(county.get(f"{path}/moral-bank"))["points"]
    assert points >= sum(rule["points"] for rule in rules)
    time.sleep(FEEDS_READ_WITHIN)
    assert decisions(product, county, bank, own_id) == before
    assert scored_anew(county, village) == bands
    soap = {"name": "洗衣液", "points": points, "stock": 1}
    goods = good(county.post(f"/v1/villages/{village}/moral-goods", soap), 201)["goods_id"]
    left = good(county.post(f"{path}/moral-redemptions", {"goods_id": goods, "quantity": 1}), 201)
    assert left == {"points": 0}
    time.sleep(FEEDS_READ_WITHIN)
    assert decisions(product, county, bank, own_id) == before
