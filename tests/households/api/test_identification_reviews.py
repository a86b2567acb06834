"""Who sits in a review of 三审两公示, what a meeting must bring, and how it refuses."""

from typing import Any

import pytest

from tests.households.identification_world import SITTING, STAGES, Village, code
from tests.households.monitoring_people import invented_number


@pytest.mark.parametrize(
    ("stage", "changed", "why"),
    [
        ("GROUP_REVIEW", {"reviewers": SITTING["GROUP_REVIEW"][:2]}, "too_few_sitting"),
        ("GROUP_REVIEW", {"reviewers": [*SITTING["GROUP_REVIEW"], {"name": "甲一"}]}, "sitting_twice"),
        (
            "GROUP_REVIEW",
            {"reviewers": [*SITTING["GROUP_REVIEW"], {"name": "表兄", "relation": "relative"}]},
            "reviewer_is_relative",
        ),
        ("GROUP_REVIEW", {"reviewers": [*SITTING["GROUP_REVIEW"], {"name": "陈正松"}]}, "reviewer_name_needs_number"),
        ("VILLAGE_REVIEW", {"reviewers": SITTING["GROUP_REVIEW"]}, "reviewed_before"),
        ("VILLAGE_REVIEW", {"meeting": {"present": 53, "members": 80}}, "assembly_attendance_too_low"),
        ("VILLAGE_REVIEW", {"meeting": {"present": 81, "members": 80}}, "assembly_attendance_impossible"),
        ("VILLAGE_REVIEW", {"votes": None}, "votes_missing"),
        ("VILLAGE_REVIEW", {"votes": 60, "recused": 1}, "votes_impossible"),
        ("VILLAGE_REVIEW", {"votes": 30}, "votes_too_few"),
        (
            "COMMITTEE_CONFIRMED",
            {"reviewers": [{"name": f"丁{n}", "committee": "party_branch"} for n in range(3)]},
            "both_committees_needed",
        ),
    ],
)
async def test_a_meeting_that_does_not_hold_is_refused_by_its_rule(
    village: Village, stage: str, changed: dict[str, Any], why: str
) -> None:
    await village.quota(10)
    case = await village.applied()
    await village.moved(case, *STAGES[: STAGES.index(stage)])
    refused = await village.move(case, stage, **changed)
    assert code(refused) == (409, why)
    assert "—" not in refused.json()["message"], "each number of the sentence is said"
    assert (await village.move(case, stage)).status_code == 200


async def test_a_namesake_shows_by_the_id_number_that_he_is_not_the_applicant(village: Village) -> None:
    own = invented_number()
    case = await village.applied(await village.household(id_number=own))
    namesake = {"name": "陈正松", "id_number": invented_number()}
    himself = {"name": "随便写", "id_number": own}
    sitting = SITTING["GROUP_REVIEW"][:2]
    reply = await village.move(case, "GROUP_REVIEW", reviewers=[*sitting, himself])
    assert code(reply) == (409, "reviewer_is_relative")
    assert (await village.move(case, "GROUP_REVIEW", reviewers=[*sitting, namesake])).status_code == 200


async def test_no_id_number_of_a_reviewer_can_be_read_again(village: Village) -> None:
    number = invented_number()
    case = await village.applied()
    sitting = [*SITTING["GROUP_REVIEW"], {"name": "有号", "id_number": number}]
    await village.moved(case, "GROUP_REVIEW", reviewers=sitting)
    shown = (await village.get("county", f"/v1/identifications/{case}")).text
    assert number not in shown
    assert '"person"' not in shown


async def test_the_township_reviewer_had_no_hand_in_the_village_and_declares_no_kinship(village: Village) -> None:
    case = await village.up_to("NOTICE_1")
    village.days_pass(8)
    undeclared = await village.move(case, "TOWN_REVIEW", relation=None)
    relative = await village.move(case, "TOWN_REVIEW", relation="relative")
    recorder = await village.move(case, "TOWN_REVIEW", subject="village-1")
    proposer = await village.move(case, "TOWN_REVIEW", subject="proposer")
    assert [code(reply)[1] for reply in (undeclared, relative, recorder, proposer)] == [
        "relation_not_declared",
        "reviewer_is_relative",
        "reviewed_before",
        "reviewed_before",
    ]
    assert (await village.move(case, "TOWN_REVIEW")).status_code == 200


@pytest.mark.parametrize("took_part", ["proposer", "village-1", "township-1"])
async def test_the_county_entry_is_by_somebody_who_had_no_hand_in_it(village: Village, took_part: str) -> None:
    case = await village.up_to("NOTICE_2")
    village.days_pass(8)
    reply = await village.move(case, "COUNTY_ENTRY", subject=took_part)
    assert code(reply) == (409, "county_entry_needs_another")


async def test_a_review_that_refuses_says_why_and_ends_the_course(village: Village) -> None:
    case = await village.applied()
    assert code(await village.move(case, "REFUSED", office="village", reason=None)) == (
        409,
        "identification_reason_missing",
    )
    reply = await village.move(case, "REFUSED", office="village", reason="有两处商品房")
    assert reply.json()["state"] == "REFUSED"
    assert code(await village.move(case, "GROUP_REVIEW")) == (409, "identification_ended")


async def test_after_the_vote_the_village_cannot_refuse_whom_the_assembly_chose(village: Village) -> None:
    case = await village.up_to("VILLAGE_REVIEW")
    reply = await village.move(case, "REFUSED", office="village", reason="不想要")
    assert code(reply) == (409, "identification_not_next")
    assert reply.json()["allowed"] == ["COMMITTEE_CONFIRMED", "WITHDRAWN"]


async def test_a_refused_meeting_is_told_how_many_it_needs_and_how_many_were_there(village: Village) -> None:
    case = await village.applied()
    few = await village.move(case, "GROUP_REVIEW", reviewers=SITTING["GROUP_REVIEW"][:2])
    assert few.json()["message"] == "参加评议的至少要有3人，现在填了2人，请补齐评议人员后再报。"
    await village.moved(case, "GROUP_REVIEW")
    empty = await village.move(case, "VILLAGE_REVIEW", meeting={"present": 53, "members": 80})
    assert empty.json()["message"] == "应到80人，至少要到会54人，实际到会53人，评议不算数，请重新召集会议。"
    half = await village.move(case, "VILLAGE_REVIEW", votes=30)
    assert "能投票的60人，赞成票至少要31票，实际30票" in half.json()["message"]
    over = await village.move(case, "VILLAGE_REVIEW", votes=60, recused=1)
    assert "得票（60票）比能投票的人（59人）还多" in over.json()["message"]
