"""What the problem ledger refuses. The tree and its kinds stand in `shared.errors`."""

from shared.errors import Conflict, Invalid, NotFound, NotPermitted, RuleBroken, Stale


class ProblemNotFound(NotFound):
    """The same answer whether there is no such problem or the asker may not know of it."""

    code = "problem_not_found"
    message = "没有找到这个问题，或者您无权查看。"


class ProblemIdTaken(Conflict):
    code = "problem_id_taken"
    message = "这个问题编号已被使用，请换一个新编号再提交。"


class ProblemStale(Stale):
    code = "problem_version_stale"
    message = "这个问题刚被别人办理过，请看最新情况后再办。"


class ProblemStepRefused(RuleBroken):
    """`allowed` lists the states to which the problem may go."""

    code = "problem_step_not_allowed"
    message = "现在不能走到这一步，请按允许的步骤办理。"


class ProblemNeedsSecondPerson(ProblemStepRefused):
    code = "problem_needs_second_person"
    message = "整改的人不能自己回头看或销号，请换另一人办理。"


class ProblemNeedsOfficial(NotPermitted):
    code = "problem_closing_needs_official"
    message = "问题销号要由村、乡镇或县里的干部办理。"


class ProblemGoneOn(RuleBroken):
    code = "problem_gone_on"
    message = "这个问题已经有人在办理，走访作废后仍留在问题台账，请在台账里办理。"


class AssigneeMissing(Invalid):
    code = "problem_assignee_missing"
    message = "交办问题要写明交给谁办（编号和姓名）。"


class DueDayPast(Invalid):
    code = "problem_due_day_past"
    message = "整改期限不能早于今天。"


class ProblemNeedsPlace(Invalid):
    code = "problem_needs_household_or_village"
    message = "请写明是哪一户或哪个村的问题，只填一项。"


class ProblemNotYours(NotPermitted):
    code = "problem_outside_caseload"
    message = "您只能报告自己帮扶的户或所在村的问题。"
