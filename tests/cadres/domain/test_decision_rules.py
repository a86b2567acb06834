"""No decision without notice and a second person; days, rounds and conditions of decisions about a person."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cadres.domain.decision import OWN_STEPS, Decision, DecisionStep, may_move_decision
from services.cadres.domain.may_give_notice import Conditions, in_a_row, may_be_posted_after, may_give_notice
from services.cadres.domain.policy import Policy
from services.cadres.storage.policy_file import SHIPPED, load_policies
from shared.errors import Failure
from shared.ids import new_id

DAY = date(2026, 3, 1)
POLICY: Policy = load_policies()[0]
MET = Conditions(True, True, True, True)


def decision(**more: Any) -> Decision:
    values: dict[str, Any] = {
        "cadre_id": new_id(), "case_id": new_id(), "region_code": "511921", "kind": "recall", "reason": "r",
        "evidence": "e", "noticed_on": DAY, "noticed_by": "a",
    }  # fmt: skip
    return Decision(**values | more)


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
        assert (person == "p") == (to in OWN_STEPS)
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


def test_a_resignation_case_needs_three_talk_notices_in_a_row_that_still_stand() -> None:
    rows = [talk(8000), talk(8001), talk(8002)]
    resignation = decision(kind="resignation")
    assert may_give_notice(resignation, None, rows, POLICY) is None
    for fewer in (rows[:2], [*rows[:2], replace(rows[2], state="lifted")], [*rows[:2], talk(8003)]):
        assert code(may_give_notice(resignation, None, fewer, POLICY)) == "talk_notices_not_in_a_row"
    excused = decision(kind="exemption", exempts=rows[1].case_id, state="imposed", decided_on=DAY)
    assert code(may_give_notice(resignation, None, [*rows, excused], POLICY)) == "talk_notices_not_in_a_row"


@pytest.mark.parametrize("missing", list(Conditions.__slots__))
def test_an_exemption_needs_each_of_the_four_conditions(missing: str) -> None:
    row = talk(8000)
    exemption = decision(kind="exemption", exempts=row.case_id)
    assert may_give_notice(exemption, MET, [row], POLICY) is None
    assert code(may_give_notice(exemption, replace(MET, **{missing: False}), [row], POLICY)) == (
        "exemption_conditions_not_met"
    )
    assert code(may_give_notice(exemption, MET, [], POLICY)) == "exemption_of_nothing"


def test_a_recall_bars_from_a_promotion_for_two_years_unless_lifted() -> None:
    recall = decision(state="imposed", decided_on=DAY)
    barred = [may_be_posted_after("first_secretary", [recall], POLICY, on) for on in (date(2028, 2, 29), DAY)]
    assert [code(one) for one in barred] == ["cadre_barred_from_post"] * 2
    assert may_be_posted_after("first_secretary", [recall], POLICY, date(2028, 3, 1)) is None
    assert may_be_posted_after("agri_technician", [recall], POLICY, DAY) is None
    assert may_be_posted_after("first_secretary", [replace(recall, state="lifted")], POLICY, DAY) is None


def test_an_older_policy_file_that_knows_no_decisions_takes_the_shipped_days(tmp_path: Path) -> None:
    entry = json.loads(SHIPPED.read_text("utf-8"))["policies"][0]
    new = ("reply_days", "appeal_days", "bar_years", "barred_posts", "talk_notices_in_a_row")
    older = {name: figure for name, figure in entry.items() if name not in new} | {"appeal_days": 15}
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({"policies": [older]}), "utf-8")
    assert load_policies(file) == (replace(POLICY, appeal_days=15),)
