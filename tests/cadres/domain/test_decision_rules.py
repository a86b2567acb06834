"""No decision without notice and a second person; days, rounds and conditions of decisions about a person."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cadres.domain.after_a_recall import may_be_posted_after, may_be_ranked_after, may_end_as
from services.cadres.domain.appraisal import Appraisal, Deduction
from services.cadres.domain.cadre import Rank
from services.cadres.domain.decision import OWN_STEPS, Decision, DecisionStep, may_move_decision
from services.cadres.domain.may_give_notice import Conditions, in_a_row, may_give_notice
from services.cadres.domain.personal_file import PersonalFile, barred_until, last_day_of_bar
from services.cadres.domain.policy import Policy
from services.cadres.storage.policy_file import SHIPPED, load_policies
from shared.errors import Failure
from shared.ids import new_id
from tests.cadres.domain.appraisal_cases import appraisal

DAY = date(2026, 3, 1)
POLICY: Policy = load_policies()[0]
MET = Conditions(True, True, True, True)


def decision(**more: Any) -> Decision:
    values: dict[str, Any] = {
        "cadre_id": new_id(), "case_id": new_id(), "region_code": "511921", "kind": "recall", "reason": "r",
        "evidence": "e", "noticed_on": DAY, "noticed_by": "a",
    }  # fmt: skip
    return Decision(**values | more)


@pytest.mark.parametrize(("days", "expected"), [(POLICY.reply_days, "decision_reply_still_open"), (11, None)])
def test_nothing_is_imposed_before_the_days_for_a_reply_are_over(days: int, expected: str | None) -> None:
    day = DAY + timedelta(days=days)
    assert code(may_move_decision(decision(), "imposed", "b", POLICY, day, own=False)) == expected
    assert may_move_decision(decision(), "dropped", "b", POLICY, DAY, own=False) is None
    assert may_move_decision(decision(state="answered"), "imposed", "b", POLICY, DAY, own=False) is None


def test_an_appeal_in_writing_may_be_entered_by_an_official_and_is_judged_by_a_third() -> None:
    one = decision(state="imposed", decided_on=DAY, decided_by="b")
    assert may_move_decision(one, "appealed", "a", POLICY, DAY, own=False) is None
    appealed = replace(one, state="appealed")
    judged = {who: code(may_move_decision(appealed, "lifted", who, POLICY, DAY, own=False)) for who in "abc"}
    assert judged == {"a": "decision_needs_other_person", "b": "decision_needs_other_person", "c": None}
    assert code(may_move_decision(appealed, "lifted", "p", POLICY, DAY, own=True)) == "decision_needs_other_person"


def talk(round_: int, **more: Any) -> Decision:
    return decision(kind="talk_notice", round=round_, state="imposed", decided_on=DAY, **more)


def code(refusal: Failure | None) -> str | None:
    return None if refusal is None else refusal.code


Moves = st.lists(
    st.tuples(st.sampled_from(get_args(DecisionStep)), st.sampled_from("abcp"), st.integers(0, 60)), max_size=8
)


@given(Moves)
def test_no_path_imposes_without_reply_or_its_days_nor_without_a_second_and_a_third_person(
    moves: list[tuple[DecisionStep, str, int]],
) -> None:
    one, today, path = decision(), DAY, {"noticed": "a"}
    for to, person, days in moves:
        today += timedelta(days=days)
        if may_move_decision(one, to, person, POLICY, today, own=person == "p") is not None:
            continue
        assert person != "p" or to in OWN_STEPS
        assert to != "answered" or person == "p"
        path[to] = person
        one = replace(one, state=to)
        if to in {"imposed", "dropped"}:
            one = replace(one, decided_on=today, decided_by=person)
            assert person != "a"
            assert to == "dropped" or "answered" in path or today > DAY + timedelta(days=POLICY.reply_days)
        if to in {"upheld", "lifted"}:
            assert len({path["noticed"], path["imposed"], person}) == 3
            assert "appealed" in path


@pytest.mark.parametrize(("days", "expected"), [(30, None), (31, "decision_appeal_over")])
def test_an_appeal_is_made_within_thirty_days_the_first_not_counted(days: int, expected: str | None) -> None:
    one = decision(state="imposed", decided_on=DAY, decided_by="b")
    assert code(may_move_decision(one, "appealed", "p", POLICY, DAY + timedelta(days=days), own=True)) == expected


@given(st.sets(st.integers(8000, 8012)))
def test_three_rounds_one_after_the_other_are_in_a_row_and_nothing_else(rounds: set[int]) -> None:
    expected = any({one, one + 1, one + 2} <= rounds for one in rounds)
    assert in_a_row([talk(one) for one in rounds], 3) is expected


def file(*decisions: Decision, **more: Any) -> PersonalFile:
    return PersonalFile(decisions, **more)


def refused(one: Decision, about: PersonalFile, given: Conditions | None = None, today: date = DAY) -> str | None:
    return code(may_give_notice(one, given, about, POLICY, today))


def test_a_resignation_case_needs_three_talk_notices_in_a_row_that_still_stand() -> None:
    rows = [talk(8000), talk(8001), talk(8002)]
    resignation = decision(kind="resignation")
    assert refused(resignation, file(*rows)) is None
    for fewer in (rows[:2], [*rows[:2], replace(rows[2], state="lifted")], [*rows[:2], talk(8003)]):
        assert refused(resignation, file(*fewer)) == "talk_notices_not_in_a_row"
    excused = decision(kind="exemption", exempts=rows[1].case_id, state="imposed", decided_on=DAY)
    assert refused(resignation, file(*rows, excused)) == "talk_notices_not_in_a_row"


def test_a_talk_notice_follows_a_round_that_has_begun() -> None:
    this_quarter, next_quarter = 2026 * 4, 2026 * 4 + 1
    asked = {one: decision(kind="talk_notice", round=one) for one in (this_quarter, next_quarter)}
    assert refused(asked[this_quarter], file()) is None
    assert refused(asked[next_quarter], file()) == "talk_notice_round_ahead"
    assert refused(asked[next_quarter], file(), today=date(2026, 4, 1)) is None


@pytest.mark.parametrize("missing", list(Conditions.__slots__))
def test_an_exemption_needs_each_of_the_four_conditions(missing: str) -> None:
    row = talk(8000)
    exemption = decision(kind="exemption", exempts=row.case_id)
    assert refused(exemption, file(row), MET) is None
    assert refused(exemption, file(row), replace(MET, **{missing: False})) == "exemption_conditions_not_met"
    assert refused(exemption, file(row), None) == "exemption_conditions_not_met"
    assert refused(exemption, file(), MET) == "exemption_of_nothing"
    assert refused(exemption, file(row, replace(exemption, case_id=new_id())), MET) == "decision_already_begun"


def unfit(**more: Any) -> tuple[Decision, Appraisal]:
    """An appraisal in force that comes to unfit by one deduction."""
    decided = decision(kind="appraisal", year=2025, state="imposed", decided_on=DAY, **more)
    return decided, appraisal(decided, Deduction(new_id(), "result_falsified", "e"))


def test_a_recall_rests_on_an_unfit_appraisal_in_force_and_falls_with_it() -> None:
    decided, unfit_one = unfit()
    of = {"appraisals": {decided.case_id: unfit_one}}
    recall = decision(kind="recall", rests_on=decided.case_id)
    assert refused(recall, file(decided, **of)) is None
    assert refused(decision(kind="recall"), file(decided, **of)) == "decision_needs_appraisal"
    for state in ("noticed", "answered", "dropped", "lifted"):
        assert refused(recall, file(replace(decided, state=state), **of)) == "decision_needs_appraisal"
    fit = replace(unfit_one, deductions=())
    assert refused(recall, file(decided, appraisals={decided.case_id: fit})) == "decision_needs_appraisal"
    imposed = replace(recall, state="imposed", decided_on=DAY)
    assert barred_until(file(decided, imposed, **of), POLICY, DAY) == date(2028, 3, 1)
    assert barred_until(file(replace(decided, state="lifted"), imposed, **of), POLICY, DAY) is None
    excused = decision(kind="exemption", exempts=unfit_one.deductions[0].deduction_id, state="imposed", decided_on=DAY)
    assert barred_until(file(decided, imposed, excused, **of), POLICY, DAY) is None


def recalled(**more: Any) -> PersonalFile:
    decided, unfit_one = unfit()
    recall = decision(kind="recall", rests_on=decided.case_id, state="imposed", decided_on=DAY, **more)
    return file(decided, recall, appraisals={decided.case_id: unfit_one})


def test_a_recall_bars_from_posts_that_are_a_promotion_for_two_years() -> None:
    about = [recalled()]
    for on in (DAY, date(2028, 2, 29), date(2028, 3, 1)):
        assert code(may_be_posted_after("first_secretary", about, POLICY, on)) == "cadre_barred_from_post"
    assert may_be_posted_after("first_secretary", about, POLICY, date(2028, 3, 2)) is None
    assert may_be_posted_after("agri_technician", about, POLICY, DAY) is None
    assert may_be_posted_after("first_secretary", [file()], POLICY, DAY) is None


@pytest.mark.parametrize(
    ("decided_on", "last"),
    [
        ("2026-03-01", "2028-03-01"),
        ("2026-02-28", "2028-02-28"),
        ("2028-02-29", "2030-02-28"),
        ("2026-12-31", "2028-12-31"),
    ],
)
def test_the_bar_ends_two_calendar_years_after_the_decision_and_its_last_day_is_barred(
    decided_on: str, last: str
) -> None:
    assert last_day_of_bar(date.fromisoformat(decided_on), 2) == date.fromisoformat(last)


@given(st.dates(date(2014, 1, 1), date(2100, 1, 1)), st.integers(1, 5))
def test_a_bar_is_never_longer_for_a_decision_that_came_earlier(day: date, years: int) -> None:
    last = last_day_of_bar(day, years)
    assert (last.year, last.month) == (day.year + years, day.month)
    assert last <= last_day_of_bar(day + timedelta(days=1), years)


@pytest.mark.parametrize(
    ("before", "after", "barred"),
    [
        ("staff", "deputy_section_head", True),
        ("technician", "staff", True),
        ("section_head", "section_head", False),
        ("section_head", "staff", False),
        ("staff", "technician", False),
        ("technician", "party_member", False),
    ],
)
def test_a_recalled_cadre_rises_neither_on_the_ladder_nor_onto_it(before: Rank, after: Rank, barred: bool) -> None:
    expected = "cadre_barred_from_promotion" if barred else None
    assert code(may_be_ranked_after(before, after, recalled(), POLICY, DAY)) == expected
    assert may_be_ranked_after(before, after, file(), POLICY, DAY) is None


def test_a_posting_ends_by_recall_only_where_one_was_decided() -> None:
    assert may_end_as("recalled", [file(), recalled()]) is None
    assert code(may_end_as("recalled", [file(), file()])) == "post_recall_not_decided"
    assert may_end_as("transferred", [file()]) is None


def outstanding() -> tuple[Decision, Appraisal]:
    decided = decision(kind="appraisal", year=2024, state="imposed", decided_on=DAY)
    return decided, appraisal(decided, outstanding=True)


def test_a_priority_names_one_of_the_six_and_rests_on_an_outstanding_year() -> None:
    decided, best = outstanding()
    about = file(decided, appraisals={decided.case_id: best})
    proposal = decision(kind="priority", priority="promotion", rests_on=decided.case_id)
    assert refused(proposal, about) is None
    assert refused(replace(proposal, priority=None), about) == "priority_not_named"
    assert refused(replace(proposal, rests_on=None), about) == "decision_needs_appraisal"
    assert refused(replace(proposal, kind="recall", priority=None), about) == "decision_needs_appraisal"
    begun = file(*about.decisions, replace(proposal, case_id=new_id()), appraisals=about.appraisals)
    assert refused(proposal, begun) == "decision_already_begun"
    assert refused(replace(proposal, priority="transfer"), begun) is None


def test_whoever_is_recalled_is_given_no_priority() -> None:
    decided, best = outstanding()
    bad = recalled()
    about = file(decided, *bad.decisions, appraisals={decided.case_id: best, **bad.appraisals})
    proposal = decision(kind="priority", priority="promotion", rests_on=decided.case_id)
    assert refused(proposal, about) == "cadre_barred_from_award"


def test_an_older_policy_file_that_knows_no_decisions_takes_the_shipped_days(tmp_path: Path) -> None:
    entry = json.loads(SHIPPED.read_text("utf-8"))["policies"][0]
    new = ("reply_days", "appeal_days", "bar_years", "barred_posts", "talk_notices_in_a_row")
    older = {name: figure for name, figure in entry.items() if name not in new} | {"appeal_days": 15}
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({"policies": [older]}), "utf-8")
    assert load_policies(file) == (replace(POLICY, appeal_days=15),)
