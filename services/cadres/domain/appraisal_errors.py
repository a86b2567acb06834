"""What is refused about appraisals of a cadre's year.

NotFound     AppraisalNotFound
Conflict     AppraisalAlready, OutstandingPlacesTaken
RuleBroken   one for each reason of a rule
"""

from shared.errors import Conflict, NotFound, RuleBroken


class AppraisalNotFound(NotFound):
    """The same answer whether there is no such appraisal or the asker may not know of it."""

    code = "appraisal_not_found"
    message = "没有找到这项年度考核，或者您无权查看。"


class AppraisalAlready(Conflict):
    code = "appraisal_of_year_exists"
    message = "这名干部这一年度已有考核（办理中或已生效），请先办结或撤销原来的考核再提出。"


class OutstandingPlacesTaken(Conflict):
    code = "outstanding_places_taken"
    message = "这一年度的优秀名额共 {places} 个，已经用完；请终止这项考核，按称职重新提出。"


class AppraisalSchemeMissing(RuleBroken):
    code = "appraisal_scheme_missing"
    message = "{year} 年初还没有施行考核办法，不能考核这一年度，请核对年度。"


class AppraisalYearAhead(RuleBroken):
    code = "appraisal_year_ahead"
    message = "考核年度不能晚于今年，请核对年度。"


class AppraisedNotInOffice(RuleBroken):
    code = "appraised_not_in_office"
    message = "这名干部在这一年度没有任职，不参加考核，请核对年度和任职时间。"


class DeductionUnknown(RuleBroken):
    code = "deduction_unknown"
    message = "第 {line} 项扣分不在考核办法中，请从办法列出的扣分项中选择。"


class DeductionGroundWrong(RuleBroken):
    code = "deduction_ground_wrong"
    message = "因通报约谈扣分，要填写同一名干部一项正在生效的通报约谈，一次约谈只扣一次；其他扣分项不填。"


class VoteStillOpen(RuleBroken):
    code = "appraisal_vote_still_open"
    message = "对这名干部的民主测评到 {last_day} 截止，请等结果公布后再提出考核。"


class VoteMissing(RuleBroken):
    code = "appraisal_vote_missing"
    message = "这一年度没有可以计入的民主测评结果，请填写测评得分和出处，或者先组织测评。"


class VoteDiffers(RuleBroken):
    code = "appraisal_vote_differs"
    message = "民主测评得分按本系统公布的票数算是 {points}（百分之一分），与填写的不同；请改正，或者不填由系统计算。"


class BelowOutstanding(RuleBroken):
    code = "appraisal_below_outstanding"
    message = "按扣分和得分算不到优秀（现在是 {total} 分），请按称职提出。"


class BarredFromAward(RuleBroken):
    code = "cadre_barred_from_award"
    message = "这名干部被召回，禁止期到 {until}（含当日），其间不能评先选优，也不能列入优先使用建议。"
