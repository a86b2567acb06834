"""What wishes (微心愿) refuse. The tree and its kinds stand in `shared.errors`."""

from shared.errors import Conflict, Invalid, NotFound, NotPermitted, RuleBroken


class WishNotFound(NotFound):
    """The same answer whether there is no such wish or the asker may not know of it."""

    code = "wish_not_found"
    message = "没有这个微心愿，或者您无权查看。"


class WishKindUnknown(Invalid):
    code = "wish_kind_unknown"
    message = "没有这一类微心愿，请从规定的小类中选择。"


class WishTextTellsWho(Invalid):
    """The words are shown to everybody; they must not say whose wish it is."""

    code = "words_tell_who"
    message = "内容会公开给爱心人士看，请不要写姓名、电话或证件号码。"


class WishAmountTooLarge(Invalid):
    code = "wish_amount_too_large"
    message = "微心愿的金额超过上限，请改小；需要更多帮助的，请登记到援需信息库。"


class HouseholdNotEligible(RuleBroken):
    code = "household_not_eligible_for_wishes"
    message = "微心愿面向脱贫户、贫困户和监测户，这户不在范围内，请先核对户类型。"


class WishesUsedUp(RuleBroken):
    code = "wishes_used_up"
    message = "这户今年的 {cap} 个微心愿已经用完，请明年再登记。"


class WishStepNotAllowed(RuleBroken):
    """`allowed` lists the states that the asker can bring the wish to now."""

    code = "wish_step_not_allowed"
    message = "这个微心愿现在不能这样办理，请刷新后按列出的步骤办。"


class WishStepNotYours(NotPermitted):
    code = "wish_step_not_yours"
    message = "这一步不由您来办，请由认领人、这户本人或负责的工作人员办理。"


class WishClaimed(Conflict):
    """`free_from` is when the claim runs out, unless the holder delivers or lets go before."""

    code = "wish_claimed"
    message = "这个微心愿已被别人先认领了，请看看其他的微心愿。"


class ClaimsTooMany(RuleBroken):
    code = "wish_claims_too_many"
    message = "您手上已有 {most} 个没有送达的微心愿，请先送达或放弃，再认领新的。"


class ClaimNamesOther(Invalid):
    code = "wish_claim_names_other"
    message = "只有工作人员才能代爱心人士认领，请去掉代谁认领这一项。"


class ConsentNeeded(Invalid):
    """Whoever is not the household says how it agreed, and who was there."""

    code = "consent_evidence_needed"
    message = "公开要经这户同意。代办时请写明这户怎样同意的（签字或口头）和在场的见证人。"


class ProofNeeded(Invalid):
    code = "wish_proof_needed"
    message = "送达要附凭证：请先上传照片或收据，再选上它们一起提交。"


class ReasonNeeded(Invalid):
    code = "wish_reason_needed"
    message = "请写明原因，这户会看到。"


class DelivererCannotConfirm(RuleBroken):
    code = "wish_deliverer_cannot_confirm"
    message = "送达的人不能自己确认，请由这户本人或另一位工作人员确认。"


class WishOverpaid(RuleBroken):
    code = "wish_overpaid"
    message = "出资超过了还缺的金额，请按还缺的金额填写。"


class PayerNotYours(NotPermitted):
    code = "wish_payer_not_yours"
    message = "您不能替这一方登记出资，请由对方或工作人员登记。"


class WishGoneOn(RuleBroken):
    code = "wish_gone_on"
    message = "这个微心愿已经公开或有人认领，走访作废后仍然保留，请在微心愿里撤回。"
