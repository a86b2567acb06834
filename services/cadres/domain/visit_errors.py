"""What is refused about visits.

NotFound     VisitNotFound, VisitNotYours
Conflict     VisitIdTaken
NotPermitted PhotoNotYours, VisitVoidNotYours
RuleBroken   VisitVoidAlready
Invalid      VisitAhead, VisitKindUnknown, VisitFindingsUnclear
"""

from shared.errors import Conflict, Invalid, NotFound, NotPermitted, RuleBroken


class VisitNotFound(NotFound):
    code = "visit_not_found"
    message = "没有找到这次走访，或者您无权查看。"


class VisitNotYours(NotFound):
    code = "visit_household_not_found"
    message = "走访当天这户不由您帮扶，您也不在该村任职，不能登记。请核对农户和走访时间。"


class VisitIdTaken(Conflict):
    code = "visit_id_taken"
    message = "这个走访编号已登记过另一次走访，请换一个新的编号再提交。"


class PhotoNotYours(NotPermitted):
    code = "visit_photo_not_yours"
    message = "走访照片只能由登记这次走访的干部上传。"


class VisitVoidNotYours(NotPermitted):
    code = "visit_void_not_yours"
    message = "走访登记有误的，由登记人本人或村、乡镇、县的工作人员作废。"


class VisitVoidAlready(RuleBroken):
    code = "visit_void_already"
    message = "这次走访已经作废，不用再办；要更正内容，请重新登记一次走访。"


class VisitAhead(Invalid):
    code = "visit_ahead"
    message = "走访时间不能晚于现在，请核对手机时间后再提交。"


class VisitKindUnknown(Invalid):
    code = "visit_kind_unknown"
    message = "没有这种走访类型，请从规定的类型里选一种。"


class VisitFindingsUnclear(Invalid):
    code = "visit_findings_unclear"
    message = "有的走访发现没有填清楚，请按提示补充后再提交。"
