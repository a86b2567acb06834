"""What the needs pool (援需信息库) refuses. The tree and its kinds stand in `shared.errors`."""

from shared.errors import Invalid, NotFound, NotPermitted, RuleBroken


class NeedNotFound(NotFound):
    """The same answer whether there is no such need, it is not published, or the asker may not know of it."""

    code = "need_not_found"
    message = "没有这条援需信息，或者这户没有同意公开。"


class NeedKindUnknown(Invalid):
    code = "need_kind_unknown"
    message = "没有这一类援需，请从规定的类别中选择。"


class NeedClosed(RuleBroken):
    code = "need_closed"
    message = "这条援需信息已经结束，不能再改或捐助；有新的需求请另外登记。"


class NeedConsentNotYours(NotPermitted):
    code = "need_consent_not_yours"
    message = "是否公开要由这户决定，请由本人、帮扶人或工作人员办理。"


class DonationSaysNothing(Invalid):
    code = "donation_says_nothing"
    message = "捐助请写明金额，或者写明捐的是什么东西，两项至少填一项。"


class DonationTooMuch(RuleBroken):
    """`left_cents` is what is still wanted: more than that goes to another need."""

    code = "donation_too_much"
    message = "捐助超过了还缺的金额，请按还缺的金额填写，多出的可以帮助别的农户。"


class DonorNameNeeded(Invalid):
    code = "donor_name_needed"
    message = "代为登记捐助时，请写明捐助人或企业的名称；捐助人不愿公开的，可选择匿名公示。"


class DonationNotFound(NotFound):
    code = "donation_not_found"
    message = "没有这笔捐助，或者您无权查看。"


class ReceiptAlreadyGiven(RuleBroken):
    code = "donation_already_received"
    message = "这笔捐助已经确认收到，不用再确认。"


class RecorderCannotReceive(RuleBroken):
    code = "donation_recorder_cannot_receive"
    message = "登记捐助的人不能自己确认收到，请由这户本人或另一位工作人员确认。"


class NeedGoneOn(RuleBroken):
    code = "need_gone_on"
    message = "这项需求已经公开或有人捐助，走访作废后仍然保留，请在援需信息里关闭。"
