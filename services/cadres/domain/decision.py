"""May this step be taken with a decision about a person? (report 四.3 不履责就问责, 六.5)

告知 → 申辩 → 决定 → 申诉 → 复核: told, answered, decided by a second person, appealed, judged by a third.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from services.cadres.domain.decision_errors import (
    DecisionAppealOver,
    DecisionNeedsOtherPerson,
    DecisionReplyIsOwn,
    DecisionReplyOpen,
    DecisionStepNotAllowed,
)
from services.cadres.domain.policy import Policy
from shared.errors import Failure

NoticeKind = Literal["talk_notice", "recall", "resignation", "exemption", "priority"]
"""通报约谈, 召回, 辞职, 容错纠错, 优先使用 (one of the six)."""
DecisionKind = NoticeKind | Literal["appraisal"]
"""A year's appraisal (年度考核) goes the same way."""
Priority = Literal["promotion", "equal_post", "non_leading_rank", "reserve", "transfer", "appointment"]
"""六个优先: 提拔使用, 平级重用, 晋升非领导职务, 确定后备干部, 调动使用, 聘职转岗."""
DecisionState = Literal["noticed", "answered", "imposed", "dropped", "appealed", "upheld", "lifted"]
DecisionStep = Literal["answered", "imposed", "dropped", "appealed", "upheld", "lifted"]
ALLOWED: Final[Mapping[DecisionState, tuple[DecisionStep, ...]]] = {
    "noticed": ("answered", "imposed", "dropped"),
    "answered": ("imposed", "dropped"),
    "imposed": ("appealed",),
    "appealed": ("upheld", "lifted"),
}
_NAMES: Final[Mapping[DecisionState, str]] = {
    "noticed": "已告知",
    "answered": "已申辩",
    "imposed": "已决定",
    "dropped": "已终止",
    "appealed": "已申诉",
    "upheld": "已复核维持",
    "lifted": "已复核撤销",
}
OWN_STEPS: Final = frozenset({"answered", "appealed"})
IN_FORCE: Final = frozenset({"imposed", "appealed", "upheld"})
"""An appeal does not suspend what was decided."""
ENDED_WITHOUT: Final = frozenset({"dropped", "lifted"})
QUARTERS: Final = 4


def round_of(day: date) -> int:
    """The round of inspection (督查) of the day's quarter, counted as `Decision.round` counts."""
    return day.year * QUARTERS + (day.month - 1) // 3


@dataclass(frozen=True, slots=True)
class Decision:
    """`round` counts quarters (year * 4 + quarter - 1); `exempts` is the decision, or the deduction of
    an appraisal, that an exemption takes away; `rests_on` the appraisal without which there is no recall or priority;
    `year` that of an appraisal.

    `case_id` and `version` are those of its chained transitions.
    """

    cadre_id: UUID
    case_id: UUID
    region_code: str
    kind: DecisionKind
    reason: str
    evidence: str
    noticed_on: date
    noticed_by: str
    round: int | None = None
    exempts: UUID | None = None
    rests_on: UUID | None = None
    priority: Priority | None = None
    year: int | None = None
    state: DecisionState = "noticed"
    decided_on: date | None = None
    decided_by: str | None = None
    version: int = 1


def last_day(begun: date, days: int) -> date:
    """Of a period whose first day is not counted."""
    return begun + timedelta(days=days)


def appeal_until(decision: Decision, policy: Policy) -> date | None:
    """The last day on which the person may appeal; None where nothing was decided, or it was dropped."""
    if decision.decided_on is None or decision.state == "dropped":
        return None
    return last_day(decision.decided_on, policy.appeal_days)


def may_move_decision(
    decision: Decision, to: DecisionStep, person: str, policy: Policy, today: date, *, own: bool
) -> Failure | None:
    """None when it may, else the reason. `own`: the one who moves it is whom it concerns.

    An appeal in writing may be entered by an official; a reply only the person gives, since it ends the days for one.
    """
    allowed = ALLOWED.get(decision.state, ())
    if to not in allowed:
        return DecisionStepNotAllowed(state=decision.state, named=_NAMES[decision.state], allowed=list(allowed))
    if to == "answered" and not own:
        return DecisionReplyIsOwn()
    if (own and to not in OWN_STEPS) or (to not in OWN_STEPS and person in {decision.noticed_by, decision.decided_by}):
        return DecisionNeedsOtherPerson()
    if to == "imposed" and decision.state == "noticed":
        reply_ends = last_day(decision.noticed_on, policy.reply_days)
        return DecisionReplyOpen(last_day=str(reply_ends)) if today <= reply_ends else None
    if to == "appealed" and (appeal_ends := appeal_until(decision, policy)) is not None:
        return DecisionAppealOver(last_day=str(appeal_ends)) if today > appeal_ends else None
    return None
