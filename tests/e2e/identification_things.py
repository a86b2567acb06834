"""A course that has come to its first public notice, with an objection to it, for the matrices."""

import uuid
from dataclasses import dataclass

from tests.e2e.callers import good
from tests.e2e.people import COUNTY, TOWNSHIP, new_household
from tests.e2e.running import Bashan

YEAR = "2026"
SITTING = {
    "GROUP_REVIEW": [{"name": name} for name in ("甲一", "甲二", "甲三")],
    "VILLAGE_REVIEW": [{"name": name} for name in ("乙一", "乙二", "乙三")],
    "COMMITTEE_CONFIRMED": [
        {"name": "丙一", "committee": "party_branch"},
        {"name": "丙二", "committee": "village_committee"},
        {"name": "丙三", "committee": "village_committee"},
    ],
    "NOTICE_1": [],
}


@dataclass(frozen=True)
class OnNotice:
    """`case` stands on line 1 of `notice`, to which `objection` was made; `receipt` follows it."""

    case: str
    household: str
    notice: str
    objection: str
    receipt: str


def begin_exit(product: Bashan, household: str) -> str:
    """A poor household's course out of poverty; its id."""
    county = product.invented("county_official", COUNTY)
    body = {"household_id": household, "kind": "exit", "statement": "收入已经稳定"}
    found: str = good(county.post("/v1/identifications", body), 201)["identification_id"]
    return found


def put_on_notice(product: Bashan, village: str, places: int = 5) -> OnNotice:
    """Through the village's reviews, by the offices that they are of."""
    county = product.invented("county_official", COUNTY, subject=f"quota-{uuid.uuid4()}")
    township = product.invented("township_official", TOWNSHIP, subject=f"village-side-{uuid.uuid4()}")
    household = good(county.post("/v1/households", new_household(village, status="general")), 201)["household_id"]
    applied = {"household_id": household, "kind": "entry", "statement": "缺劳力"}
    made = good(township.post("/v1/identifications", applied), 201)
    case, year = made["identification_id"], made["year"]
    quota = {"places": places, "document": "示范文号"}
    good(county.put(f"/v1/villages/{village}/identification-quotas/{year}", quota))
    for to, sitting in SITTING.items():
        meeting = {"meeting": {"present": 60, "members": 80}, "votes": 50} if to == "VILLAGE_REVIEW" else {}
        body = {"to": to, "reviewers": sitting, **meeting}
        moved = good(township.post(f"/v1/identifications/{case}/transitions", body))
    notice = moved["notice_1"]["notice_id"]
    anyone = product.anyone()
    receipt = good(anyone.post(f"/v1/notices/{notice}/objections", {"line": 1, "statement": "有楼房"}), 201)
    return OnNotice(case, household, notice, receipt["objection_id"], receipt["receipt"])
