"""Shapes of decisions about a person."""

from typing import Annotated, Any

from pydantic import Field

from services.cadres.domain.decision import DecisionKind, DecisionState, DecisionStep, NoticeKind, Priority
from shared.web.fields import Id, Input, IsoDate, LongText, Output, Timestamp, YesNo

Quarter = Annotated[int, Field(strict=True, ge=1, le=4)]
Year = Annotated[int, Field(strict=True, ge=2014, le=2200)]


class RoundIn(Input):
    """The round of inspection (督查) that a talk-notice follows."""

    year: Year
    quarter: Quarter


class ConditionsIn(Input):
    democratic_procedure: YesNo
    no_private_gain: YesNo
    no_unfairness_or_loss: YesNo
    good_effect: YesNo


class DecisionIn(Input):
    """`round` for a talk-notice; `exempts` (a decision in force or a deduction of an appraisal) and `conditions` for an
    exemption; `appraisal_id` for a recall and a priority, `priority` for a priority.
    """

    cadre_id: Id
    kind: NoticeKind
    reason: LongText
    evidence: LongText
    round: RoundIn | None = None
    exempts: Id | None = None
    conditions: ConditionsIn | None = None
    appraisal_id: Id | None = None
    priority: Priority | None = None


class DecisionStepIn(Input):
    """`note`: the statement in reply, the grounds of an appeal, or the reasons of who decides."""

    to: DecisionStep
    note: LongText


class DecisionTransitionOut(Output):
    seq: int
    at: Timestamp
    event: str
    actor: str
    facts: dict[str, Any]


class DecisionOut(Output):
    """`appeal_until`: the last day on which the person may appeal, once decided against it."""

    decision_id: Id
    cadre_id: Id
    kind: DecisionKind
    state: DecisionState
    allowed: list[str]
    reason: str
    evidence: str
    round: RoundIn | None
    exempts: Id | None
    appraisal_id: Id | None
    priority: Priority | None
    noticed_on: IsoDate
    reply_until: IsoDate
    decided_on: IsoDate | None
    appeal_until: IsoDate | None


class DecisionFullOut(DecisionOut):
    history: list[DecisionTransitionOut]


class OwnDecisionsOut(Output):
    items: list[DecisionOut]


class DecisionsOut(OwnDecisionsOut):
    next_cursor: str | None
    has_more: bool
