"""What is refused about democratic evaluations.

NotFound     EvaluationNotFound, EvaluationStillOpen
Conflict     AlreadyVoted
RuleBroken   EvaluationPeriodWrong, EvaluationOver, AnswerUnknown
Unavailable  TallyBroken
"""

from shared.errors import Conflict, NotFound, RuleBroken, Unavailable


class EvaluationNotFound(NotFound):
    code = "evaluation_not_found"
    message = "没有找到这次民主测评，或者您不在参评名单内。"


class AlreadyVoted(Conflict):
    code = "evaluation_already_voted"
    message = "您家已经投过票了，一户一票，不能再投也不能更改。"


class TallyBroken(Unavailable):
    code = "evaluation_tally_broken"
    retryable = False
    message = "这次测评的票数与投票户数对不上，结果不予公布，请联系系统管理员核查。"


class EvaluationPeriodWrong(RuleBroken):
    code = "evaluation_period_wrong"
    message = "测评截止日要晚于今天，且不超过 {most_days} 天，请改截止日。"


class EvaluationOver(RuleBroken):
    code = "evaluation_over"
    message = "这次测评已经截止，不再收票；结果已经公布。"


class EvaluationStillOpen(NotFound):
    code = "evaluation_still_open"
    message = "测评到 {last_day} 截止，第二天起公布投票率和结果，请到时再看。"


class AnswerUnknown(RuleBroken):
    code = "evaluation_answer_unknown"
    message = "没有这个选项，请从这次测评给出的选项中选一个。"
