"""Why a household's course does not move on, and what else identification refuses. The tree: `shared.errors`."""

from shared.errors import Conflict, Invalid, NotFound, RuleBroken, Stale, TooMany


class CourseRefused(RuleBroken):
    """Base of the reasons, each with `allowed`, the states that are open now; by itself: that one does not follow."""

    code = "identification_not_next"
    message = "按三审两公示一录入的程序，现在不能走到这一步，请按允许的步骤办理。"


class CourseEnded(CourseRefused):
    code = "identification_ended"
    message = "这件申请已经办结，不能再往下办；情况有变化的，请重新申请。"


class NoticeRuns(CourseRefused):
    """`free_on`: the first day on which the course may go on."""

    code = "notice_runs"
    message = "公示期还没有满，{free_on}起才能继续。"


class EntryHeld(CourseRefused):
    code = "entry_held_by_objection"
    message = "这户有异议还没有处理，请先由没有参与过的人处理异议。"


class QuotaMissing(CourseRefused):
    code = "quota_missing"
    message = "县里还没有下达这个村当年的识别规模，请先由县级设定规模，再由两委认定。"


class OutsideQuota(CourseRefused):
    code = "outside_quota"
    message = "按得票排序，这户排在村里规模以外，不能认定；有空出的名额时可按排序递补，否则请作落选处理。"


class InsideQuota(CourseRefused):
    code = "inside_quota"
    message = "按得票排序，这户在村里规模以内，不能作落选处理。"


class StatusDoesNotFit(CourseRefused):
    code = "status_does_not_fit"
    message = "这户现在的身份与办理的类别不符：新识别要求是一般户，退出要求是贫困户，返贫要求是脱贫户。请先核对档案。"


class HouseholdMoved(CourseRefused):
    code = "household_moved_away"
    message = "这户已经迁到别的村，请撤回这件，到新的村重新申请。"


class HouseholdGone(CourseRefused):
    code = "household_gone_on_course"
    message = "这户已经销户或并入别的户，请撤回这件。"


class MayNotExit(CourseRefused):
    """`reasons`: what is missing (domain/may_exit.py); `income_year`: the year whose income is asked for."""

    code = "may_not_exit"
    message = (
        "还不能退出：要登记{income_year}年的家庭收入，人均纯收入达到那一年的标准；"
        "吃、穿、义务教育、基本医疗、住房安全、饮水安全都要落实并登记。"
    )


class ReasonMissing(CourseRefused):
    code = "identification_reason_missing"
    message = "这一步要写明理由，农户能看到。"


class TooFewSitting(CourseRefused):
    code = "too_few_sitting"
    message = "参加评议的至少要有{needed}人，现在填了{there}人，请补齐评议人员后再报。"


class SittingTwice(CourseRefused):
    code = "sitting_twice"
    message = "同一个人在这次评议里写了两次，请核对评议人员名单。"


class BothCommitteesNeeded(CourseRefused):
    code = "both_committees_needed"
    message = "两委认定要有村党支部和村委会两边的人参加，请写明每人属于哪一委。"


class ReviewerIsRelative(CourseRefused):
    code = "reviewer_is_relative"
    message = "申请户的家庭成员和亲属要回避，请换人评议或办理。"


class RelationNotDeclared(CourseRefused):
    code = "relation_not_declared"
    message = "请先声明您与这户有没有亲属关系，再办理审核或录入。"


class NameNeedsNumber(CourseRefused):
    code = "reviewer_name_needs_number"
    message = "有评议人员与申请户的家庭成员同名，请填这名评议人员的证件号码，以便确认不是同一个人。"


class ReviewedBefore(CourseRefused):
    code = "reviewed_before"
    message = "前面环节的评议、审核人员不能再参加后面的环节，请换人。"


class SecondPersonMissing(CourseRefused):
    code = "county_entry_needs_another"
    message = "县级录入要由没有经办过前面任何环节的人来办，请换人。"


class AttendanceMissing(CourseRefused):
    code = "assembly_attendance_too_low"
    message = "应到{members}人，至少要到会{needed}人，实际到会{there}人，评议不算数，请重新召集会议。"


class AttendanceImpossible(CourseRefused):
    code = "assembly_attendance_impossible"
    message = "到会人数（{there}人）比应到人数（{members}人）还多，请核对后再报。"


class VotesImpossible(CourseRefused):
    code = "votes_impossible"
    message = "得票（{votes}票）比能投票的人（{voters}人）还多，请核对到会、回避和得票人数。"


class VotesMissing(CourseRefused):
    code = "votes_missing"
    message = "村民（代表）大会评议要填这户的得票数。"


class VotesTooFew(CourseRefused):
    code = "votes_too_few"
    message = "能投票的{voters}人，赞成票至少要{needed}票，实际{votes}票，不能通过评议；请作不通过处理并写明得票。"


class IdentificationNotFound(NotFound):
    code = "identification_not_found"
    message = "没有找到这件识别申请，或者您无权查看。"


class IdentificationExists(Conflict):
    code = "identification_exists"
    message = "这户已经有一件正在办理的申请，办完或撤回以后才能再申请。"


class IdentificationIdTaken(Conflict):
    code = "identification_id_taken"
    message = "这个编号已被使用，请换一个新编号再提交。"


class LinesNeeded(Invalid):
    code = "identification_lines_needed"
    message = "整村办理只能走到下一步；不通过、撤回要一户一户写明。"


class StatusByCourse(RuleBroken):
    """Who may write a status otherwise stands in domain/may_set_status.py."""

    code = "status_by_course"
    message = "贫困身份要走三审两公示一录入，不能直接修改；承接上级名单的，请由县级以部门来源办理。"


class StatusOnCourse(RuleBroken):
    code = "status_on_course"
    message = "这户的识别申请正在办理，办完以前不能另外修改贫困身份。"


class QuotaNotFound(NotFound):
    code = "quota_not_found"
    message = "这个村这一年还没有设定识别规模。"


class QuotaStale(Stale):
    code = "quota_stale"
    message = "这个村的识别规模刚被别人改过，请看最新数字后再改。"


class QuotaBelowUsed(RuleBroken):
    """`used`: the places that are filled."""

    code = "quota_below_used"
    message = "规模不能少于已经认定的户数（{used}户）。"


class NoticeNotFound(NotFound):
    code = "notice_not_found"
    message = "没有找到这份公示。"


class NoticeLineNotFound(NotFound):
    code = "notice_line_not_found"
    message = "这份公示上没有这一行，请核对序号。"


class NoticeIsOver(RuleBroken):
    code = "notice_is_over"
    message = "这份公示的期限已满，不能再按公示提异议；有情况请直接向乡镇反映。"


class EntryNotOnNotice(RuleBroken):
    code = "entry_not_on_notice"
    message = "这一户已经不在公示的名单里，不用再提异议。"


class ObjectionNotFound(NotFound):
    code = "objection_not_found"
    message = "没有找到这份异议，请核对回执码。"


class ObjectionExists(Conflict):
    code = "objection_exists"
    message = "这个编号的异议已经有了，请换一个编号。"


class ObjectionAnswered(RuleBroken):
    code = "objection_answered"
    message = "这份异议已经处理完了。"


class DeciderTookPart(RuleBroken):
    code = "decider_took_part"
    message = "异议要由没有参与过这户识别、也不是提出人的人来处理，请换人。"


class ObjectionsFull(TooMany):
    """So many wait already that the entry is held anyway."""

    code = "objections_full"
    message = "这一户已有多份异议正在处理，名单已经停办，请等处理结果后再提。"
