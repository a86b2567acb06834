"""What giving and withdrawing a consent can refuse."""

from shared.errors import Invalid, Unavailable


class PartnerUnknown(Invalid):
    """A consent names a bank that may not ask here: nobody would ever answer to it."""

    code = "consent_partner_unknown"
    message = "没有这家合作银行，请从合作银行名单里选。"


class PartnersUnknown(Unavailable):
    code = "partners_not_known_yet"
    message = "系统刚启动，还在读取合作银行名单，请过几秒再试。"


class WithdrawnBySomebodyElse(Invalid):
    """Only the household takes its consent back; who does it for the household needs a witness who was there."""

    code = "withdrawal_witness_needed"
    message = "撤回授权要由户主本人在手机上办；工作人员代办的，要有在场的见证人。"
