"""What is refused about departures and hand-overs.

NotFound     DepartureNotFound, HandoverNotFound
Conflict     DepartureAnnounced, HandoverOpen
RuleBroken   DepartureOver, HandoverAnswered, HandoverToSelf, HouseholdWithoutHelper, CadreLeaving, DepartureAhead,
             DepartureOfOther, HandoverOutdated
"""

from shared.errors import Conflict, NotFound, RuleBroken


class DepartureBeforeOffice(RuleBroken):
    code = "departure_before_office"
    message = "离任日期要晚于任职开始的日期（{since}），请核对。"


class DepartureNotFound(NotFound):
    code = "departure_not_found"
    message = "没有找到这项离任登记，或者您无权查看。"


class HandoverNotFound(NotFound):
    code = "handover_not_found"
    message = "没有找到这项交接，或者您无权查看。"


class DepartureAnnounced(Conflict):
    code = "departure_already_announced"
    message = "这名干部已有一项离任登记，请在原登记上办理。"


class HandoverOpen(Conflict):
    code = "handover_already_proposed"
    message = "这户已有一项交接在等对方答复，请等答复或先撤回。"


class DepartureOver(RuleBroken):
    code = "departure_already_over"
    message = "这项离任登记已经办结或取消。"


class DepartureAhead(RuleBroken):
    code = "departure_day_not_reached"
    message = "离任日期是 {leaves_on}，还没有到，到了当天再办结。"


class DepartureOfOther(RuleBroken):
    code = "departure_of_another_cadre"
    message = "这户现在的责任人不是这项离任登记的干部，请核对。"


class HandoverAnswered(RuleBroken):
    code = "handover_already_answered"
    message = "这项交接已经答复或撤回，不能再改。"


class HandoverToSelf(RuleBroken):
    code = "handover_to_same_cadre"
    message = "交接要交给另一名干部。"


class HouseholdWithoutHelper(RuleBroken):
    code = "household_without_helper"
    message = "这户现在没有帮扶责任人，不用交接，请直接结对。"


class HandoverOutdated(RuleBroken):
    code = "handover_outdated"
    message = "交接提出以后，这户的责任人已经变了，请重新提出交接。"


class CadreLeaving(RuleBroken):
    code = "cadre_is_leaving"
    message = "这名干部已登记离任，不能再接新的户，请另选干部。"
