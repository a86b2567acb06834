"""What is refused about tasks and duties.

NotFound     TaskNotFound
NotPermitted TaskNotYours
Conflict     TaskIdTaken, WorkLogIdTaken
Stale        TaskStale
RuleBroken   TaskStepNotAllowed, TaskNeedsSecondPerson
Invalid      TaskDuePast, TaskHouseholdElsewhere, WorkLogAhead
"""

from shared.errors import Conflict, Invalid, NotFound, NotPermitted, RuleBroken, Stale


class TaskNotFound(NotFound):
    code = "task_not_found"
    message = "没有找到这项任务，或者您无权查看。"


class TaskNotYours(NotPermitted):
    code = "task_step_not_yours"
    message = "办结由承办的干部填报，确认、退回、改派、撤销由交办的村、乡镇或县干部办理。"


class TaskIdTaken(Conflict):
    code = "task_id_taken"
    message = "这个任务编号已被使用，请换一个新编号再提交。"


class TaskStale(Stale):
    code = "task_version_stale"
    message = "这项任务刚被别人办理过，请看最新情况后再办。"


class TaskStepNotAllowed(RuleBroken):
    """`allowed` lists the states to which it may go."""

    code = "task_step_not_allowed"
    message = "这项任务现在不能走到这一步，请按允许的步骤办理。"


class TaskNeedsSecondPerson(TaskStepNotAllowed):
    code = "task_needs_second_person"
    message = "您填报了这项任务的办结，不能自己确认，请村、乡镇或县里的另一名干部确认。"


class TaskDuePast(Invalid):
    code = "task_due_day_past"
    message = "完成期限不能早于今天。"


class TaskHouseholdElsewhere(Invalid):
    code = "task_household_elsewhere"
    message = "这户不在所填的村，请核对农户和村。"


class WorkLogIdTaken(Conflict):
    code = "work_log_id_taken"
    message = "这个日志编号已登记过别的内容，请换一个新编号再提交。"


class WorkLogAhead(Invalid):
    code = "work_log_ahead"
    message = "工作日志不能写今天以后的日子。"
