"""What monitoring refuses. The tree and its kinds stand in `shared.errors`."""

from collections.abc import Iterable

from shared.errors import Conflict, Invalid, NotFound, NotPermitted, RuleBroken, Stale


class GuaranteesUnproven(Invalid):
    """`errors` names each guarantee whose day or evidence does not hold."""

    code = "guarantees_unproven"
    message = "六项保障里有的缺核实日期或依据，请按提示补齐。"


class GuaranteesStale(Stale):
    code = "guarantees_version_stale"
    message = "这户的保障情况已被别人更新，请看最新内容后再改。"


class GuaranteeCheckedSince(RuleBroken):
    """Told late: what somebody saw on a later day stands."""

    code = "guarantee_checked_since"
    message = "走访之后又有人核实过这项保障，以后来的核实为准，这条发现没有改动保障情况。"


class CaseNotFound(NotFound):
    """The same answer whether there is no such case or the asker may not know of it."""

    code = "monitoring_case_not_found"
    message = "没有找到这个监测对象，或者您无权查看。"


class CaseAlreadyOpen(Conflict):
    """`case_id` names the open case."""

    code = "monitoring_case_already_open"
    message = "这户已有一个同类的监测正在办理，不用再报；请在原来的监测上补充情况。"


class CaseIdTaken(Conflict):
    code = "monitoring_case_id_taken"
    message = "这个监测编号已被使用，请换一个新编号再提交。"


class CaseStale(Stale):
    code = "monitoring_case_version_stale"
    message = "这个监测对象刚被别人办理过，请看最新情况后再办。"


class CaseStepRefused(RuleBroken):
    """`allowed` lists the states to which the case may go."""

    code = "monitoring_step_not_allowed"
    message = "现在不能走到这一步，请按允许的步骤办理。"


class DangerMissing(Invalid):
    code = "monitoring_class_missing"
    message = "入户核实认为有风险的，要选定类型：脱贫不稳定户、边缘易致贫户或突发严重困难户。"


class RemovalNotForYou(NotPermitted):
    code = "risk_removal_needs_official"
    message = "确认风险消除要由村、乡镇或县里的干部办理，帮扶人和农户本人不能自己确认。"


class RiskNotRemoved(RuleBroken):
    """`errors` lists each reason with its sentence."""

    code = "risk_not_removed"
    message = "现在还不能消除风险，请先办好所列的各项。"


class MeasureNotFound(NotFound):
    code = "monitoring_measure_not_found"
    message = "没有找到这项帮扶措施，请刷新后再试。"


class MeasureDone(RuleBroken):
    code = "monitoring_measure_done"
    message = "这项帮扶措施已经登记完成，不用再登记。"


class MeasureDayToCome(Invalid):
    code = "monitoring_measure_day_to_come"
    message = "完成日期不能晚于今天。"


class RuleClosed(RuleBroken):
    code = "monitoring_rule_closed"
    message = "按现行政策，这种情况不纳入监测；请先核对政策设置。"


class ListNeedsPlaceOrPerson(Invalid):
    code = "list_needs_region_or_person"
    message = "请指明地区、农户或帮扶人中的一项。"


WHY_NOT_REMOVED = {
    "own_proposal": "提出消除的人不能自己确认，请换另一人确认。",
    "check_outstanding": "还有新的情况没有入户核实，请先核实。",
    "guarantee_missing": "“两不愁三保障”或饮水安全还有没有保障的，请先解决并更新保障情况。",
    "income_under_line": "登记的人均纯收入还在监测线以下，请先核实并更新收入。",
    "measure_needed": "还没有登记帮扶措施，请先登记做了什么。",
    "measure_not_done": "还有帮扶措施没有完成，请先完成或登记完成。",
}


def not_removed(reasons: Iterable[str]) -> RiskNotRemoved:
    return RiskNotRemoved(errors=[{"pointer": "", "code": code, "message": WHY_NOT_REMOVED[code]} for code in reasons])


class FindingStaysUntilChecked(RuleBroken):
    code = "finding_stays_until_checked"
    message = "走访作废后，监测线索和保障核查结果不会自动撤销，请重新入户核查后更正。"
