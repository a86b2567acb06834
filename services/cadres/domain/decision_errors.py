"""What is refused about decisions on a person.

NotFound     DecisionNotFound
Conflict     DecisionAlreadyBegun
RuleBroken   one for each reason of a rule
"""

from shared.errors import Conflict, NotFound, RuleBroken


class DecisionNotFound(NotFound):
    """The same answer whether there is no such decision or the asker may not know of it."""

    code = "decision_not_found"
    message = "没有找到这项处理决定，或者您无权查看。"


class DecisionStepNotAllowed(RuleBroken):
    code = "decision_step_not_allowed"
    message = "处理按告知、申辩、决定、申诉、复核的顺序办理，现在是“{named}”，不能这样操作。"


class DecisionReplyOpen(RuleBroken):
    code = "decision_reply_still_open"
    message = "本人还没有申辩，申辩期到 {last_day} 止，请等本人申辩或期满后再决定。"


class DecisionReplyIsOwn(RuleBroken):
    code = "decision_reply_is_own"
    message = "申辩由本人提出；本人交来书面申辩的，请在申辩期满后作决定时写明意见。"


class DecisionNeedsOtherPerson(RuleBroken):
    code = "decision_needs_other_person"
    message = "告知、决定、复核必须由不同的人办理，也不能由本人办理，请换一名工作人员。"


class DecisionAppealOver(RuleBroken):
    code = "decision_appeal_over"
    message = "申诉期已过（到 {last_day} 止），不能再申诉。"


class TalkNoticeNeedsRound(RuleBroken):
    code = "talk_notice_needs_round"
    message = "通报约谈要填写是哪一季度的督查，其他处理不填。"


class TalkNoticeRoundAhead(RuleBroken):
    code = "talk_notice_round_ahead"
    message = "这一季度的督查还没有开始，不能据此通报约谈，请核对年份和季度。"


class TalkNoticesNotInARow(RuleBroken):
    code = "talk_notices_not_in_a_row"
    message = "连续 {most} 次督查都被通报约谈才能启动辞职程序，现在还不够。"


class ExemptionOfNothing(RuleBroken):
    code = "exemption_of_nothing"
    message = "容错纠错要填写同一名干部一项正在生效的约谈、召回或辞职处理，或者年度考核的一项扣分；其他处理不填。"


class ExemptionConditionsNotMet(RuleBroken):
    code = "exemption_conditions_not_met"
    message = "容错纠错要四个条件都有依据：民主决策、未谋私利、无显失公平和损失、效益良好。"


class DecisionNeedsAppraisal(RuleBroken):
    code = "decision_needs_appraisal"
    message = "召回要填写一项已生效的不称职考核，优先使用建议要填写一项已生效的优秀考核；其他处理不填。"


class PriorityUnnamed(RuleBroken):
    code = "priority_not_named"
    message = "优先使用建议要从六个优先中选一项，其他处理不填。"


class DecisionAlreadyBegun(Conflict):
    code = "decision_already_begun"
    message = "对这名干部的同一事项已在办理或已生效，请不要重复提出。"


class RecallNotDecided(RuleBroken):
    code = "post_recall_not_decided"
    message = "这项派驻没有正在生效的召回决定，不能按“召回”结束；请先办理召回，或填写其他原因。"


class ResignationNotDecided(RuleBroken):
    code = "post_resignation_not_decided"
    message = "这项派驻没有正在生效的辞职处理，不能按“辞职”结束；请先办理辞职处理，或填写其他原因。"


class BarredFromPromotion(RuleBroken):
    code = "cadre_barred_from_promotion"
    message = "这名干部被召回，禁止期到 {until}（含当日），其间不能晋升职务、职级；请核对职级。"


class BarredFromPost(RuleBroken):
    code = "cadre_barred_from_post"
    message = "这名干部被召回，禁止期到 {until}（含当日），其间不能担任这个岗位；请另选干部。"
