"""The way through credit: facts, reviews, scores, a bank that asks with consent, a household that sees it."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from shared.clock import Clock
from tests.e2e.callers import Caller, good, refused
from tests.e2e.people import new_household
from tests.e2e.running import Bashan, until

TOWNSHIP = "511921122"
H1 = {
    "workers": 2,
    "skill": "none",
    "people": 4,
    "net_income_cents": 6_000_000,
    "county_median_cents": 1_800_000,
    "bills_ok": 12,
    "bills_due": 12,
    "debt_service_cents": 600_000,
    "net_assets_cents": 9_000_000,
    "income_sources": 2,
    "insurance_orders": 1,
    "worst_days_past_due": 0,
    "months_since_first_loan": 40,
    "lenders": 1,
}
REVIEWS = [8, 8, 7, 9, 8]


@pytest.fixture(scope="module")
def consent(product: Bashan, household: Caller, own_id: str) -> Iterator[dict[str, Any]]:
    """A consent of the login household for this module alone, so that it may be withdrawn."""
    given = {
        "household_id": own_id,
        "partner_id": product.credentials["bank"]["client_id"],
        "purposes": ["loan_review"],
        "fields": ["grade", "validity", "reasons"],
        "valid_from": "2026-01-01",
        "valid_to": "2028-12-31",
        "written": True,
    }
    found = good(household.post("/v1/credit/consents", given), 201)
    yield found
    household.post(f"/v1/credit/consents/{found['consent_id']}/withdraw")


def query(consent: dict[str, Any], **fields: Any) -> dict[str, Any]:
    named = {"household_id": consent["household_id"], "consent_id": consent["consent_id"]}
    return {**named, "purpose": "loan_review", "reference": "申请-1", **fields}


def ask(bank: Caller, *queries: dict[str, Any]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = good(bank.post("/v1/partner/grades/query", {"queries": list(queries)}))["results"]
    return results


def test_a_preview_scores_worked_case_h1_and_stores_nothing(county: Caller) -> None:
    body = {"card": "rural-household", "facts": {**H1, "reviews": REVIEWS, "vetoes": []}, "as_of": "2026-11-01"}
    preview = good(county.post("/v1/credit/score-previews", body, key=None))
    assert (preview["total"], preview["band"]) == (83, "AAA")
    assert preview["card"]["id"] == "rural-household"


def test_facts_and_reviews_are_entered_for_a_household_that_was_just_registered(county: Caller) -> None:
    sent = new_household()
    good(county.post("/v1/households", sent), 201)
    path = f"/v1/credit/households/{sent['household_id']}"
    begin = {"If-None-Match": "*"}
    entered = until(
        lambda: _known(county.send("PUT", f"{path}/facts", json=H1, headers=begin)), 10, "credit has heard of it"
    )
    assert (good(entered)["version"], entered.headers["etag"]) == (1, '"v1"')
    reviewed = good(county.put(f"{path}/reviews", {"reviews": REVIEWS}, version=1))
    assert (reviewed["version"], reviewed["facts"]["reviews"], reviewed["facts"]["workers"]) == (2, REVIEWS, 2)
    stale = refused(county.put(f"{path}/facts", H1, version=1), 412, "facts_version_stale")
    assert stale["current"]["version"] == 2
    refused(county.put(f"{path}/facts", H1), 428, "version_missing")
    refused(county.get(f"{path}/grade"), 404, "grade_not_found")


def test_a_scoring_run_is_ordered_and_its_job_succeeds(county: Caller) -> None:
    village = f"{TOWNSHIP}202"
    ordered = county.post("/v1/credit/scoring-runs", {"region": village, "card": "rural-household"})
    job_id = good(ordered, 202)["job_id"]
    assert ordered.headers["location"] == f"/v1/credit/jobs/{job_id}"
    job = until(lambda: _ended(good(county.get(ordered.headers["location"]))), 30, "the run has ended")
    assert (job["state"], job["failure"]) == ("succeeded", None)
    assert job["done"] == job["total"] > 0
    run = good(county.get(f"/v1/credit/scoring-runs/{job_id}"))
    assert sum(run["by_band"].values()) == job["done"]
    assert not run["confirmed"]


def test_the_summary_of_the_township_is_what_the_source_says(county: Caller) -> None:
    summary = good(county.get("/v1/credit/summary", region=TOWNSHIP))
    wanted = {"households": 2572, "poor_households": 934, "rated_households": 1424, "credit_households": 877}
    assert summary == {**summary, **wanted, "credit_villages": 7, "credit_townships": 1}
    verdict = good(county.get(f"/v1/credit/townships/{TOWNSHIP}/grade"))
    assert verdict["verdict"] is True
    assert all(test["threshold"] is not None for test in verdict["tests"])


def test_a_bank_with_consent_gets_the_grade_and_the_household_sees_that_it_asked(
    bank: Caller, household: Caller, own_id: str, consent: dict[str, Any]
) -> None:
    reference = f"申请-{uuid.uuid4()}"
    (result,) = ask(bank, query(consent, reference=reference))
    grade = good(household.get(f"/v1/credit/households/{own_id}/grade"))
    assert (result["status"], result["code"], result["grade"]) == ("ok", None, grade["grade"])
    assert result["reasons"]
    looks = good(household.get(f"/v1/credit/households/{own_id}/queries"))["items"]
    assert looks[0]["reference"] == reference
    assert "已答复" in looks[0]["text"]
    explanation = good(household.get(f"/v1/credit/households/{own_id}/explanation"))
    assert sum(points or 0 for points in explanation["points"].values()) >= explanation["total"] - 100
    assert sum(explanation["points"].values()) == explanation["total"]
    assert explanation["trace_replays"] is True
    assert all(reason["text"] for reason in explanation["reasons"])


def test_a_thousand_queries_at_once_are_answered_in_order_and_one_more_is_refused(
    bank: Caller, consent: dict[str, Any]
) -> None:
    queries = [query(consent, reference=f"批-{number}") for number in range(1000)]
    results = ask(bank, *queries)
    assert [one["reference"] for one in results] == [one["reference"] for one in queries]
    assert {one["status"] for one in results} == {"ok"}
    over = bank.post("/v1/partner/grades/query", {"queries": [*queries, queries[0]]})
    refused(over, 422, "schema_invalid")


def test_every_refusal_reads_alike(bank: Caller, other_bank: Caller, county: Caller, consent: dict[str, Any]) -> None:
    other = good(county.get("/v1/households", region=f"{TOWNSHIP}001", limit=1))["items"][0]["household_id"]
    unknown = str(uuid.uuid4())
    refusals = [
        *ask(
            bank,
            query(consent, consent_id=unknown),
            query(consent, household_id=other),
            query(consent, household_id=unknown),
            query(consent, purpose="post_loan"),
        ),
        *ask(other_bank, query(consent)),
    ]
    assert all(one == {**refusals[0]} for one in refusals)
    assert (refusals[0]["status"], refusals[0]["code"], refusals[0]["grade"]) == ("refused", "consent_invalid", None)


def test_a_withdrawn_consent_counts_no_more_from_that_moment(
    bank: Caller, household: Caller, consent: dict[str, Any]
) -> None:
    assert ask(bank, query(consent))[0]["status"] == "ok"
    good(household.post(f"/v1/credit/consents/{consent['consent_id']}/withdraw"))
    assert ask(bank, query(consent))[0]["code"] == "consent_invalid"
    again = {name: consent[name] for name in ("household_id", "partner_id", "purposes", "fields", "written")}
    fresh = good(
        household.post("/v1/credit/consents", {**again, "valid_from": "2026-01-01", "valid_to": "2028-12-31"}), 201
    )
    assert ask(bank, query(fresh))[0]["status"] == "ok"
    good(household.post(f"/v1/credit/consents/{fresh['consent_id']}/withdraw"))


def test_a_loan_that_a_bank_reports_is_in_the_summary(bank: Caller, county: Caller, own_id: str) -> None:
    before = good(county.get("/v1/credit/summary", region=TOWNSHIP))
    event = {
        "household_id": own_id,
        "loan_number": f"贷-{uuid.uuid4()}",
        "event_number": 1,
        "kind": "disbursed",
        "on": "2026-11-01",
        "amount_cents": 5_000_000,
        "balance_cents": 5_000_000,
        "product": "扶贫小额信贷",
    }
    (result,) = good(bank.post("/v1/partner/loan-events", {"events": [event]}))["results"]
    assert (result["status"], result["next_event"]) == ("applied", 2)
    after = good(county.get("/v1/credit/summary", region=TOWNSHIP))
    assert after["loans"] == before["loans"] + 1
    assert after["loan_amount_cents"] == before["loan_amount_cents"] + 5_000_000
    (again,) = good(bank.post("/v1/partner/loan-events", {"events": [event]}))["results"]
    assert again["status"] == "repeated"


def test_a_bank_reads_its_own_log_of_the_day(bank: Caller, consent: dict[str, Any]) -> None:
    reference = f"日志-{uuid.uuid4()}"
    ask(bank, query(consent, reference=reference))
    assert reference in _references_of_today(bank)


def _references_of_today(bank: Caller) -> list[str]:
    found: list[str] = []
    page: dict[str, Any] = {"next_cursor": None, "has_more": True}
    while page["has_more"]:
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
        page = good(bank.get("/v1/partner/query-log", day=Clock().today().isoformat(), limit=100, **cursor))
        found += [entry["reference"] for entry in page["items"]]
    return found


def _known(reply: Any) -> Any:
    return None if reply.status_code == 404 else reply


def _ended(job: dict[str, Any]) -> dict[str, Any] | None:
    return job if job["state"] in {"succeeded", "failed"} else None
