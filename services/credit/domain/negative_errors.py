"""What telling and answering negative facts, and objecting to a notice, can refuse."""

from shared.errors import Invalid, NotFound, RuleBroken, TooMany


class NegativeFactNotFound(NotFound):
    code = "negative_fact_not_found"
    message = "没有找到这条不良信息，可能已经到期删除。"


class NoticeIsOver(RuleBroken):
    code = "grade_notice_is_over"
    message = "公示期已经满了，不能再通过公示提异议；请户主本人或者由帮扶干部、村里工作人员代为提出。"


class NoticeLineUnknown(Invalid):
    code = "grade_notice_line_unknown"
    message = "公示里没有这一行，请填公示名单上的序号。"


class GradeObjectionsFull(TooMany):
    """So many from outside wait already that the case is held anyway."""

    code = "grade_objections_full"
    message = "公示里的这一户已有多份异议正在处理，评级已经停办，请等处理结果后再提。"
