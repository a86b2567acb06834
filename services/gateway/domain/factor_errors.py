"""What the second factor and invitations refuse. The tree and its kinds stand in `shared.errors`.

NotIdentified   SecondFactorNeeded, SecondFactorWrong
NotFound        InvitationNotFound
RuleBroken      NoSecondFactor, NothingToConfirm
"""

from shared.errors import NotFound, NotIdentified, RuleBroken


class SecondFactorNeeded(NotIdentified):
    """The password is right; the same login again, with the code."""

    code = "second_factor_required"
    message = "请再输入动态验证码（手机验证器上的六位数字），或一个备用码。"


class SecondFactorWrong(NotIdentified):
    """Also a code that was used before."""

    code = "second_factor_wrong"
    message = "动态验证码不对或已用过，请等验证器换出新的六位数字后再试。"


class InvitationNotFound(NotFound):
    """Unknown, used, or past its time: all the same."""

    code = "invitation_not_found"
    message = "邀请无效、已用过或已过期，请向管理员再要一份。"


class NoSecondFactor(RuleBroken):
    code = "second_factor_not_enrolled"
    message = "还没有绑定验证器，请先绑定。"


class NothingToConfirm(RuleBroken):
    code = "second_factor_not_begun"
    message = "没有待确认的验证器，请重新开始绑定。"
