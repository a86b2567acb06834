"""What collective dividends refuse. The tree and its kinds stand in `shared.errors`."""

from shared.errors import Conflict, Invalid, NotFound, RuleBroken, Stale


class DividendNotFound(NotFound):
    code = "dividend_not_found"
    message = "没有找到这次分红，请刷新后再试。"


class DividendIdTaken(Conflict):
    code = "dividend_id_taken"
    message = "这个分红编号已被使用，请换一个新编号再提交。"


class DividendOfYearExists(Conflict):
    code = "dividend_of_year_exists"
    message = "这个村这一年已有分红方案，请先作废原方案，或在原方案上办理。"


class DividendStale(Stale):
    code = "dividend_version_stale"
    message = "这次分红已被别人办理过，请看最新内容后再办。"


class DividendStepNotAllowed(RuleBroken):
    """`allowed` names what can be done with it now."""

    code = "dividend_step_not_allowed"
    message = "这次分红现在不能办这一步，请按允许的步骤办理。"


class DividendListChanged(RuleBroken):
    """The people of the village are not those for whom the draft was worked out."""

    code = "dividend_list_changed"
    message = "测算之后村里的成员或户的状态有变动，名单已不准确，请作废后重新测算。"


class DividendWeightForeign(Invalid):
    code = "dividend_weight_of_stranger"
    message = "有股份填给了不在本村名册上的人，请核对成员后再填。"


class DividendWeightTwice(Invalid):
    code = "dividend_weight_twice"
    message = "同一个人的股份填了两次，请只保留一条。"


class DividendNobodyToPay(RuleBroken):
    code = "dividend_nobody_to_pay"
    message = "本村没有可以分红的成员，请先核对成员名册和股份。"


class ShareUnknown(Invalid):
    """`share_nos` are the numbers that the list does not have."""

    code = "dividend_share_unknown"
    message = "名单上没有序号 {share_nos}，请核对分红名单。"


class ShareAlreadyPaid(RuleBroken):
    """`share_nos` are the numbers that are paid already; none of the others was marked."""

    code = "dividend_share_already_paid"
    message = "名单上序号 {share_nos} 的人已经发放过，不能重复发放，请去掉后再提交。"


class CorrectionAboveShare(RuleBroken):
    """`left_cents` is what this line still holds."""

    code = "dividend_correction_above_share"
    message = "更正金额超过这一行现有的金额，请核对后再填。"


class CorrectionToItself(Invalid):
    code = "dividend_correction_to_itself"
    message = "更正不能从一行转到同一行，请改填转入的人。"


class CorrectionNotFound(NotFound):
    code = "dividend_correction_not_found"
    message = "没有找到这笔更正，请刷新后再试。"


class CorrectionConfirmed(RuleBroken):
    code = "dividend_correction_confirmed"
    message = "这笔更正已经确认，不能重复确认。"
