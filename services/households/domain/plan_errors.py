"""What plans, measures and income plans refuse. The tree and its kinds stand in `shared.errors`."""

from shared.errors import Conflict, Invalid, NotFound, RuleBroken, Stale


class SecondPersonNeeded(RuleBroken):
    code = "other_person_needed"
    message = "这一步要由另一个人来办，不能由经办上一步的人自己确认。"


class CauseUnknown(Invalid):
    """`causes` lists what may be chosen."""

    code = "poverty_cause_unknown"
    message = "致贫原因不在目录里，请从这些原因中选择：{causes}。"


class PovertyTypeUnknown(Invalid):
    code = "poverty_type_unknown"
    message = "贫困类型不在目录里，请从这些类型中选择一种：{types}。"


class PlanNeedsRegister(RuleBroken):
    code = "plan_needs_registered_household"
    message = "只有建档立卡户或监测户才制定帮扶措施，请先完成识别或监测认定。"


class MeasureKindUnknown(Invalid):
    code = "measure_kind_unknown"
    message = "没有这种帮扶措施，请从措施目录中选择。"


class MeasureNotForType(RuleBroken):
    """`kinds` lists what this household may have."""

    code = "measure_not_for_poverty_type"
    message = "这种措施不适用于这户的贫困类型，请先核对贫困类型，或另选措施。"


class MeasuresOfKindEnough(RuleBroken):
    code = "measures_of_kind_enough"
    message = "这户同类措施已有 {most} 项，不能再增加，请先办结或取消原来的一项。"


class MeasureCauseForeign(RuleBroken):
    code = "measure_cause_not_of_household"
    message = "这户没有登记这个致贫原因，请先核对致贫原因再填写。"


class MeasureDatesWrong(Invalid):
    code = "measure_dates_wrong"
    message = "完成期限不能早于开始日期，请改正日期。"


class MeasureNotFound(NotFound):
    code = "measure_not_found"
    message = "没有找到这项措施，请刷新后再试。"


class MeasureIdTaken(Conflict):
    code = "measure_id_taken"
    message = "这个措施编号已被使用，请换一个新编号再提交。"


class MeasureStale(Stale):
    code = "measure_version_stale"
    message = "这项措施已被别人改过，请看最新内容后再改。"


class MeasureStepNotAllowed(RuleBroken):
    """`allowed` names the states that it may go to."""

    code = "measure_step_not_allowed"
    message = "这项措施现在不能办这一步，请按允许的步骤办理。"


class MeasureSettled(RuleBroken):
    code = "measure_settled"
    message = "这项措施已办结或取消，不能再修改。"


class MeasureSpentAbovePlan(RuleBroken):
    code = "measure_spent_above_plan"
    message = "实际使用金额超过计划金额，请先修改计划金额再报完成。"


class MeasureNoteNeeded(Invalid):
    code = "measure_note_needed"
    message = "退回或取消措施要写明原因。"


class IncomePlanExists(Conflict):
    code = "income_plan_exists"
    message = "这户这一年已有增收计划，请修改原计划，不要重复新建。"


class IncomePlanNotFound(NotFound):
    code = "income_plan_not_found"
    message = "这户这一年没有增收计划，请先制定。"


class IncomePlanStale(Stale):
    code = "income_plan_version_stale"
    message = "这份增收计划已被别人改过，请看最新内容后再改。"


class IncomePlanNeedsPoor(RuleBroken):
    code = "income_plan_needs_poor_household"
    message = "“万元增收”计划只为建档立卡贫困户制定，请核对这户的状态。"


class VillagePlanOverlaps(Conflict):
    code = "village_plan_overlaps"
    message = "这个村这几年已有规划，年份不能重叠，请修改原规划或换起始年份。"


class VillagePlanNotFound(NotFound):
    code = "village_plan_not_found"
    message = "没有找到这份村规划，请刷新后再试。"


class VillagePlanIdTaken(Conflict):
    code = "village_plan_id_taken"
    message = "这个规划编号已被使用，请换一个新编号再提交。"


class VillagePlanStale(Stale):
    code = "village_plan_version_stale"
    message = "这份村规划已被别人改过，请看最新内容后再改。"


class VillagePlanAdopted(RuleBroken):
    code = "village_plan_adopted"
    message = "这份村规划已经通过，不能再修改或重复通过。"


class VillagePlanYearOutside(Invalid):
    code = "village_plan_year_outside"
    message = "项目年份不在规划的年份（{first_year}—{last_year}）之内，请改正。"
