"""Why a grade may not move on now. Each carries `allowed`: the states to which it may."""

from shared.errors import Conflict, NotFound, RuleBroken


class TransitionRefused(RuleBroken):
    """Base of the reasons; by itself: that state does not follow this one."""

    code = "transition_not_next"
    message = "按评定程序，现在不能走到这一步，请按允许的步骤办理。"


class ConsentsMissing(TransitionRefused):
    code = "consents_missing"
    message = "还缺农户的授权：普通授权和书面授权都要有，并在有效期内。"


class OnlyHouseholdWithdraws(TransitionRefused):
    """What a withdrawn consent does by itself; no official does it for the household."""

    code = "only_household_withdraws"
    message = "退出评定要由农户自己撤回授权，工作人员不能代为退出。请农户在手机上撤回，或在见证人在场时帮他撤回。"


class OwnHousehold(TransitionRefused):
    code = "own_household"
    message = "这是您自己家的信用事项，要回避，请交给别的工作人员来办。"


class CaseNeedsFile(TransitionRefused):
    code = "case_needs_file"
    message = "这户还没有信用档案，请先采集登记。"


class CardNotEffective(TransitionRefused):
    code = "card_not_effective"
    message = "评分卡还没有到生效的日子，请等生效以后再评分。"


class ReviewerIsCollector(TransitionRefused):
    code = "reviewer_is_collector"
    message = "评议、审核的人不能是采集信息的人，请换人办理。"


class ReviewerMustRecuse(TransitionRefused):
    code = "reviewer_must_recuse"
    message = "亲属和债权人要回避，不能打分。"


class ReviewerTwice(TransitionRefused):
    code = "reviewer_twice"
    message = "同一名评议员只能评一次。"


class TooFewReviewers(TransitionRefused):
    code = "too_few_reviewers"
    message = "有效的评议员不够 {least_reviewers} 人，请补齐后再评。"


class AttendanceTooLow(TransitionRefused):
    code = "attendance_too_low"
    message = "到会人数不到应到人数的 {attendance_at_least}/{attendance_of}，评议不算数，请重新召集。"


class NotRatedYet(TransitionRefused):
    code = "not_rated_yet"
    message = "还没有评出结果（资料缺项或评议不足），不能公示；请退回采集，补齐以后再评。"


class VetoStands(TransitionRefused):
    code = "veto_stands"
    message = "这户有一票否决事项，解除后才能继续。"


class NoVetoStands(TransitionRefused):
    code = "no_veto_stands"
    message = "没有一票否决事项，不能暂停这户的等级；要暂停，请先登记否决事项和依据。"


class NoticeStillRuns(TransitionRefused):
    code = "notice_still_runs"
    message = "公示要满 {notice_days} 天，张贴当天不算，现在还没有满，请等满了以后再继续。"


class ObjectionOpen(TransitionRefused):
    code = "objection_open"
    message = "有异议还没有处理完，处理后才能继续。"


class ErrorFound(TransitionRefused):
    code = "error_found"
    message = "异议查实有误，请退回采集、改正以后重新评分。"


class NoErrorFound(TransitionRefused):
    code = "no_error_found"
    message = "没有查实的错误，不能退回重新采集；有人认为登记有误，请先提出异议。"


class RecommendationMissing(TransitionRefused):
    code = "recommendation_missing"
    message = "还没有银行的推荐意见，请银行出具以后再第二次公示。"


class DecisionTooEarly(TransitionRefused):
    code = "decision_only_at_second_notice"
    message = "人工定档只能在第二次公示这一步填写，其他步骤请把它去掉再提交。"


class PersonMustDecide(TransitionRefused):
    code = "person_must_decide"
    message = "系统评分和银行推荐相差超过 {bands_apart} 档，要由人来定并写明理由。"


class DecisionOutOfRange(TransitionRefused):
    code = "decision_out_of_range"
    message = "只能在系统评分和银行推荐两者之间定档；要另定，请写明责任人、理由和截止日期。"


class OverrideIncomplete(TransitionRefused):
    code = "override_incomplete"
    message = "人工改定等级要写明责任人、理由和今天以后的截止日期。"


class SecondPersonMustEnter(TransitionRefused):
    code = "second_person_must_enter"
    message = "县级录入要由没有经办过前面步骤的另一人来办。"


class ReviewNotDue(TransitionRefused):
    code = "review_not_due"
    message = "还没有到年审的时候，生效或者上次年审满 {months_to_review} 个月以后再办。"


class NoLowerGradeTold(TransitionRefused):
    code = "lower_grade_not_told"
    message = "还没有告知农户要降低等级，告知并满 {objection_days} 天后才能降。"


class NoGradeInEffect(TransitionRefused):
    code = "no_grade_in_effect"
    message = "这户现在没有生效的等级，不能告知降级或者取消；暂停的，等恢复以后再告知。"


class NoRevocationTold(TransitionRefused):
    code = "revocation_not_told"
    message = "还没有告知农户要取消等级，告知并满 {objection_days} 天后，由另一名工作人员来取消。"


class SecondPersonMustRevoke(TransitionRefused):
    code = "second_person_must_revoke"
    message = "取消等级要由告知农户以外的另一名工作人员来办。"


class ObjectionDaysRun(TransitionRefused):
    code = "objection_days_run"
    message = "农户可以提出异议的 {objection_days} 天还没有满，告知当天不算，请等期满后再办。"


class NotEndedYet(TransitionRefused):
    code = "not_ended_yet"
    message = "等级还在有效期内，不用作到期处理。"


class GradeHasEnded(TransitionRefused):
    code = "grade_has_ended"
    message = "等级的有效期已满，只能作到期处理。"


class SuspendedFromElsewhere(TransitionRefused):
    code = "suspended_from_elsewhere"
    message = "解除暂停只能回到暂停以前的状态。"


class ReasonNeeded(TransitionRefused):
    code = "reason_needed"
    message = "这一步要写明理由。"


class CaseNotOfVillage(TransitionRefused):
    code = "grade_case_not_of_village"
    message = "本村没有这个评级事项：请核对编号；农户已经迁走的，由现在居住的村来办。"


class NobodyAtStageBefore(TransitionRefused):
    """A whole village was to move, and no case of it stands where this move begins."""

    code = "nobody_at_stage_before"
    message = "本村现在没有农户停在这一步的前一步，所以一户也没有动，请按允许的步骤办理。"


class NotForWholeVillage(TransitionRefused):
    code = "not_for_whole_village"
    message = "这一步不能整村一起走，所以一户也没有动；请逐户办理，写明是哪几户。"


class CaseNotFound(NotFound):
    code = "grade_case_not_found"
    message = "没有找到这个评级事项，或者您无权查看。"


class CaseExists(Conflict):
    code = "grade_case_exists"
    message = "这户已经有一个正在办理的评级事项，请接着办那一个。"


class GradeNotLower(RuleBroken):
    code = "grade_not_lower"
    message = "重新评分没有比现在的等级低，不用告知降级。"


class NoticeNotFound(NotFound):
    code = "grade_notice_not_found"
    message = "没有找到这份公示，请核对公示的编号。"


class ObjectionNotFound(NotFound):
    code = "grade_objection_not_found"
    message = "没有找到这份异议，或者您无权查看。"


class ObjectionDecided(RuleBroken):
    code = "grade_objection_decided"
    message = "这份异议已经处理完了；还有不同意见，可以重新提出。"


class ObjectionExists(Conflict):
    code = "grade_objection_exists"
    message = "这个编号的异议已经有了，请换一个编号。"


class DecidedByOneWhoTookPart(RuleBroken):
    code = "decided_by_one_who_took_part"
    message = "异议要由没有参与过这户评定、也不是提出人的人来处理，请换人办理。"


class BanksStillReport(RuleBroken):
    code = "banks_still_report"
    message = "银行上报的借款仍然逾期超过 90 天或核销未还，这项否决要等银行上报还清后自动解除。"


class VetoNotFound(NotFound):
    code = "veto_not_found"
    message = "没有找到这个否决事项，请在这户的不良信息里核对编号。"
