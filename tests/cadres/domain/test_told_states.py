"""Whoever is refused a step reads in Chinese where the thing stands, never the code of its state."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from services.cadres.domain.decision import Decision, DecisionState, may_move_decision
from services.cadres.domain.plan_steps import PlanState, Standing, may_take_step
from services.cadres.domain.posting import Posting
from services.cadres.domain.selection import OPEN, Selection, SelectionState, may_be_posted_by, may_take_selection_step
from services.cadres.storage.policy_file import load_policies
from shared.errors import Failure
from shared.ids import new_id

TODAY, VILLAGE = date(2026, 11, 24), "511921122201"


def refusals() -> Iterator[Failure | None]:
    person, cadre = "official-1", new_id()
    selection = Selection(new_id(), VILLAGE, "first_secretary", cadre)
    post = Posting(new_id(), VILLAGE, "first_secretary", TODAY, cadre)
    for state in get_args(SelectionState):
        stands = replace(selection, state=state)
        yield may_take_selection_step(stands, "withdrawn" if state not in OPEN else "passed", person)
        yield may_be_posted_by(stands, post)
    for state in get_args(PlanState):
        yield may_take_step(Standing(state, "other", "other"), "undo" if state == "ready" else "apply", person)
    policy = load_policies()[0]
    for state in get_args(DecisionState):
        decision = Decision(cadre, new_id(), VILLAGE[:9], "talk_notice", "r", "e", TODAY, "other", state=state)
        yield may_move_decision(decision, "lifted", person, policy, TODAY, own=False)


@pytest.mark.parametrize("refusal", [one for one in refusals() if one is not None], ids=lambda one: one.code)
def test_a_sentence_names_the_state_in_chinese(refusal: Failure) -> None:
    assert not re.search("[a-z_{}]", refusal.sentence), refusal.sentence
