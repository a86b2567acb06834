"""What is refused about decisions on a person.

NotFound     DecisionNotFound
RuleBroken   one for each reason of a rule
"""

from shared.errors import NotFound, RuleBroken


class DecisionNotFound(NotFound):
    """The same answer whether there is no such decision or the asker may not know of it."""

    code = "decision_not_found"
    message = "没有找到这项处理决定，或者您无权查看。"


class DecisionStepNotAllowed(RuleBroken):
    code = "decision_step_not_allowed"
    message = "处理按告知、申辩、决定、申诉、复核的顺序办理，现在是“{state}”状态，不能这样操作。"


class DecisionReplyOpen(RuleBroken):
    code = "decision_reply_still_open"
    message = "本人还没有申辩，申辩期到 {last_day} 止，请等本人申辩或期满后再决定。"


class DecisionNeedsOtherPerson(RuleBroken):
    code = "decision_needs_other_person"
    message = "告知、决定、复核必须由不同的人办理，也不能由本人办理，请换一名工作人员。"


class DecisionAppealOver(RuleBroken):
    code = "decision_appeal_over"
    message = "申诉期已过（到 {last_day} 止），不能再申诉。"


class TalkNoticeNeedsRound(RuleBroken):
    code = "talk_notice_needs_round"
    message = "通报约谈要填写是哪一季度的督查，其他处理不填。"


class TalkNoticesNotInARow(RuleBroken):
    code = "talk_notices_not_in_a_row"
    message = "连续 {most} 次督查都被通报约谈才能启动辞职程序，现在还不够。"


class ExemptionOfNothing(RuleBroken):
    code = "exemption_of_nothing"
    message = "容错纠错要填写同一名干部一项正在生效的约谈、召回或辞职处理；其他处理不填。"


class ExemptionConditionsNotMet(RuleBroken):
    code = "exemption_conditions_not_met"
    message = "容错纠错要四个条件都有依据：民主决策、未谋私利、无显失公平和损失、效益良好。"


class BarredFromPost(RuleBroken):
    code = "cadre_barred_from_post"
    message = "这名干部被召回，{until} 前不能担任这个岗位，请另选干部。"
