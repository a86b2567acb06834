"""May this decision about a person be begun by a notice? (report 四.3, 六.5)"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.cadres.domain.appraisal_errors import BarredFromAward
from services.cadres.domain.decision import ENDED_WITHOUT, Decision, round_of
from services.cadres.domain.decision_errors import (
    DecisionAlreadyBegun,
    DecisionNeedsAppraisal,
    ExemptionConditionsNotMet,
    ExemptionOfNothing,
    PriorityUnnamed,
    TalkNoticeNeedsRound,
    TalkNoticeRoundAhead,
    TalkNoticesNotInARow,
)
from services.cadres.domain.personal_file import RESTS_ON, PersonalFile, barred_until, grade_in_force, in_force
from services.cadres.domain.policy import Policy
from shared.errors import Failure


@dataclass(frozen=True, slots=True)
class Conditions:
    """The four of an exemption: decided democratically, no gain for anybody, nobody treated unfairly or harmed, and a
    good effect. All must hold; the evidence of the decision says by what.
    """

    democratic_procedure: bool
    no_private_gain: bool
    no_unfairness_or_loss: bool
    good_effect: bool

    @property
    def met(self) -> bool:
        return self.democratic_procedure and self.no_private_gain and self.no_unfairness_or_loss and self.good_effect


def may_give_notice(
    decision: Decision, conditions: Conditions | None, file: PersonalFile, policy: Policy, today: date
) -> Failure | None:
    """None when it may, else the reason. `file`: what is known of the person before it."""
    if (decision.kind == "talk_notice") != (decision.round is not None):
        return TalkNoticeNeedsRound()
    if decision.round is not None and decision.round > round_of(today):
        return TalkNoticeRoundAhead()
    if (refusal := _exemption(decision, conditions, file) or _appraised(decision, file)) is not None:
        return refusal
    if (refusal := lacks_ground(decision, file, policy)) is not None:
        return refusal
    if decision.kind == "priority" and (until := barred_until(file, policy, today)) is not None:
        return BarredFromAward(until=str(until))
    return DecisionAlreadyBegun() if any(_same(decision, one) for one in file.decisions) else None


def lacks_ground(decision: Decision, file: PersonalFile, policy: Policy) -> Failure | None:
    """A resignation stands on talk-notices in a row, when it is begun and when it is decided."""
    if decision.kind == "resignation" and not in_a_row(in_force(file), policy.talk_notices_in_a_row):
        return TalkNoticesNotInARow(most=policy.talk_notices_in_a_row)
    return None


def in_a_row(standing: Iterable[Decision], most: int) -> bool:
    """Was the person given a talk-notice in this many rounds of inspection, one after the other?"""
    rounds = {one.round for one in standing if one.kind == "talk_notice" and one.round is not None}
    return any(all(first + step in rounds for step in range(most)) for first in rounds)


def _exemption(decision: Decision, conditions: Conditions | None, file: PersonalFile) -> Failure | None:
    if decision.kind != "exemption":
        return None if decision.exempts is None and conditions is None else ExemptionOfNothing()
    if decision.exempts not in _excusable(file):
        return ExemptionOfNothing()
    return None if conditions is not None and conditions.met else ExemptionConditionsNotMet()


def _excusable(file: PersonalFile) -> set[object]:
    """What burdens the person: talk-notices, recalls and resignations in force, deductions of appraisals not ended."""
    burdens = {one.case_id for one in in_force(file) if one.kind in {"talk_notice", "recall", "resignation"}}
    open_cases = {one.case_id for one in file.decisions if one.state not in ENDED_WITHOUT}
    lines = {
        line.deduction_id for one in file.appraisals.values() if one.case_id in open_cases for line in one.deductions
    }
    return burdens | lines


def _appraised(decision: Decision, file: PersonalFile) -> Failure | None:
    if (decision.kind == "priority") != (decision.priority is not None):
        return PriorityUnnamed()
    grade = None if decision.rests_on is None else grade_in_force(file, decision.rests_on)
    fits = decision.rests_on is None if decision.kind not in RESTS_ON else grade == RESTS_ON[decision.kind]
    return None if fits else DecisionNeedsAppraisal()


def _same(decision: Decision, other: Decision) -> bool:
    """A matter that is under way or decided is not begun a second time; each talk-notice is a matter of its own."""
    matter = (decision.kind, decision.exempts, decision.rests_on, decision.priority)
    return (
        decision.kind != "talk_notice"
        and other.state not in ENDED_WITHOUT
        and matter == (other.kind, other.exempts, other.rests_on, other.priority)
    )
