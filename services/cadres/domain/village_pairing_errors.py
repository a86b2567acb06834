"""What is refused about pairings between organisations and villages.

NotFound     VillagePairingNotFound
Conflict     VillagePairingExists
RuleBroken   UnitOfWrongKind, VillagePairingEnded, VillagePairingEndsBeforeStart, ActivityInFuture,
             ActivityOutsidePairing
Stale        VillagePairingStale
"""

from shared.errors import Conflict, NotFound, RuleBroken, Stale


class VillagePairingNotFound(NotFound):
    code = "village_pairing_not_found"
    message = "没有找到这项村级结对，或者您无权查看。"


class VillagePairingExists(Conflict):
    code = "village_pairing_exists"
    message = "这个单位和这个村在这段时间已有同类结对。"


class UnitOfWrongKind(RuleBroken):
    code = "village_pairing_unit_of_wrong_kind"
    message = "两新联村填企业、合作社或社会组织，支部结对填党支部，联建填联合党组织，请核对单位类别。"


class VillagePairingEnded(RuleBroken):
    code = "village_pairing_already_ended"
    message = "这项村级结对已经结束，不能再次结束。"


class VillagePairingEndsBeforeStart(RuleBroken):
    code = "village_pairing_ends_before_start"
    message = "结束日期不能早于结对开始日期。"


class ActivityInFuture(RuleBroken):
    code = "activity_in_future"
    message = "活动日期不能晚于今天，请在开展之后登记。"


class ActivityOutsidePairing(RuleBroken):
    code = "activity_outside_pairing"
    message = "活动日期不在结对期间内，请核对。"


class VillagePairingStale(Stale):
    code = "village_pairing_version_stale"
    message = "这项村级结对已被别人改过，请看最新内容后再改。"
