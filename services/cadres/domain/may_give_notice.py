"""May this decision about a person be begun by a notice, and what keeps the person from a post? (report 四.3, 六.5)

What is in force is what was decided and neither lifted on appeal nor taken away by an exemption (容错纠错).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.cadres.domain.decision import IN_FORCE, Decision
from services.cadres.domain.decision_errors import (
    BarredFromPost,
    ExemptionConditionsNotMet,
    ExemptionOfNothing,
    TalkNoticeNeedsRound,
    TalkNoticesNotInARow,
)
from services.cadres.domain.policy import Policy
from services.cadres.domain.term_of_post import years_later
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
    decision: Decision, conditions: Conditions | None, before: Sequence[Decision], policy: Policy
) -> Failure | None:
    """None when it may, else the reason. `before`: every earlier decision about the person."""
    if (decision.kind == "talk_notice") != (decision.round is not None):
        return TalkNoticeNeedsRound()
    standing = in_force(before)
    excusable = {one.case_id for one in standing if one.kind != "exemption"}
    if (decision.exempts in excusable) != (decision.kind == "exemption") or (
        decision.kind != "exemption" and (decision.exempts is not None or conditions is not None)
    ):
        return ExemptionOfNothing()
    if decision.kind == "exemption" and (conditions is None or not conditions.met):
        return ExemptionConditionsNotMet()
    if decision.kind == "resignation" and not in_a_row(standing, policy.talk_notices_in_a_row):
        return TalkNoticesNotInARow(most=policy.talk_notices_in_a_row)
    return None


def in_force(decisions: Iterable[Decision]) -> list[Decision]:
    every = [one for one in decisions if one.state in IN_FORCE]
    excused = {one.exempts for one in every if one.kind == "exemption"}
    return [one for one in every if one.case_id not in excused]


def in_a_row(standing: Iterable[Decision], most: int) -> bool:
    """Was the person given a talk-notice in this many rounds of inspection, one after the other?"""
    rounds = {one.round for one in standing if one.kind == "talk_notice" and one.round is not None}
    return any(all(first + step in rounds for step in range(most)) for first in rounds)


def may_be_posted_after(kind: str, decisions: Iterable[Decision], policy: Policy, on: date) -> Failure | None:
    """A recall keeps from the posts that are a promotion for the years of the policy, up to the same date."""
    if kind not in policy.barred_posts:
        return None
    for one in in_force(decisions):
        if one.kind == "recall" and one.decided_on is not None:
            until = years_later(one.decided_on, policy.bar_years)
            if on < until:
                return BarredFromPost(until=str(until))
    return None
