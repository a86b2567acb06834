"""What the reserved fund refuses. The tree and its kinds stand in `shared.errors`."""

from shared.errors import Conflict, Invalid, NotFound, RuleBroken, Stale


class ReserveNeedsPoor(RuleBroken):
    code = "reserve_needs_poor_household"
    message = "预留扶贫资金只用于建档立卡贫困户，请核对这户的状态。"


class ReserveCeilingReached(RuleBroken):
    """`left_cents` is what the household may still have."""

    code = "reserve_ceiling_reached"
    message = "超过这户预留资金的上限，请减少金额，或等在用的资金归还后再申请。"


class ReservePotShort(RuleBroken):
    """Nothing was booked: a village's pot is never overdrawn."""

    code = "reserve_pot_short"
    message = "本村预留资金余额不足，这笔没有入账，请先申请拨款或减少金额。"


class ReserveDayAhead(Invalid):
    code = "reserve_day_ahead"
    message = "办理日期不能晚于今天，请改正日期。"


class ReserveOrderNotFound(NotFound):
    code = "reserve_order_not_found"
    message = "没有找到这份拨款或收回单，请刷新后再试。"


class ReserveOrderIdTaken(Conflict):
    code = "reserve_order_id_taken"
    message = "这个单号已被使用，请换一个新单号再提交。"


class ReserveOrderStale(Stale):
    code = "reserve_order_version_stale"
    message = "这份拨款或收回单已被别人办理过，请看最新内容后再办。"


class ReserveOrderStepNotAllowed(RuleBroken):
    """`allowed` names what can be done with it now."""

    code = "reserve_order_step_not_allowed"
    message = "这份拨款或收回单已经办结，不能再办这一步；要更正请另开一份。"


class TrancheNotFound(NotFound):
    code = "reserve_tranche_not_found"
    message = "没有找到这笔资金申请，请刷新后再试。"


class TrancheIdTaken(Conflict):
    code = "reserve_tranche_id_taken"
    message = "这个申请编号已被使用，请换一个新编号再提交。"


class TrancheStale(Stale):
    code = "reserve_tranche_version_stale"
    message = "这笔资金申请已被别人办理过，请看最新内容后再办。"


class TrancheStepNotAllowed(RuleBroken):
    """`allowed` names what can be done with it now."""

    code = "reserve_tranche_step_not_allowed"
    message = "这笔资金申请现在不能办这一步，请按允许的步骤办理。"


class ReturnAboveTranche(RuleBroken):
    """`left_cents` is what of this tranche has not come back."""

    code = "reserve_return_above_tranche"
    message = "归还金额超过这一笔还没有归还的金额，请核对后再填。"
