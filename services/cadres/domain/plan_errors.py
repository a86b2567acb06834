"""What is refused about pairing plans.

NotFound     PairingPlanNotFound
Conflict     PairingPlanStale, AnotherPlanMoves
RuleBroken   PlanStepNotAllowed, PlanNeedsSecondPerson, PlanCannotBeUndone, UnitHelpsNoVillage
"""

from shared.errors import Conflict, NotFound, RuleBroken


class PairingPlanNotFound(NotFound):
    code = "pairing_plan_not_found"
    message = "没有找到这份结对方案，或者您无权查看。"


class PairingPlanStale(Conflict):
    """`changed` counts the households and cadres that are not as the plan saw them."""

    code = "pairing_plan_stale"
    message = "方案生成以后，有 {changed} 处结对或干部有了变动，方案没有执行；请重新生成方案。"


class AnotherPlanMoves(Conflict):
    code = "another_pairing_plan_moves"
    message = "另一份结对方案正在执行，请等它完成后再看本方案是否还适用。"


class PlanStepNotAllowed(RuleBroken):
    """`allowed` names the steps that are open now."""

    code = "pairing_plan_step_not_allowed"
    message = "这份方案现在是“{named}”，不能这样办理；待执行的可以执行，已执行的可以撤销。"


class PlanNeedsSecondPerson(RuleBroken):
    code = "pairing_plan_needs_second_person"
    message = "批量调整结对要由另一名负责人复核，请换一名工作人员来执行或撤销。"


class PlanCannotBeUndone(RuleBroken):
    code = "pairing_plan_cannot_be_undone"
    message = "方案执行以后，有 {changed} 处结对或干部有了变动，不能整体撤销；请逐户调整。"


class UnitHelpsNoVillage(RuleBroken):
    code = "unit_helps_no_village_here"
    message = "这个单位在所选地方没有担任帮扶单位的村，请先登记帮扶单位，或去掉单位按地方生成方案。"
