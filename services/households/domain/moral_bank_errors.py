"""What the moral bank refuses. The tree and its kinds stand in `shared.errors`."""

from shared.errors import Conflict, Invalid, NotFound, RuleBroken, Stale


class MoralRuleUnknown(Invalid):
    """`allowed` lists the rules of the day."""

    code = "moral_rule_unknown"
    message = "没有这条积分规则，请从当日规则中选择。"


class MoralRuleEnough(RuleBroken):
    code = "moral_rule_enough_this_year"
    message = "这户这条规则今年最多记 {most} 次，不能再记。"


class MoralDayAhead(Invalid):
    code = "moral_day_ahead"
    message = "事情发生的日期不能晚于今天，请改正日期。"


class MoralClaimNotFound(NotFound):
    code = "moral_claim_not_found"
    message = "没有找到这条积分申报，请刷新后再试。"


class MoralClaimIdTaken(Conflict):
    code = "moral_claim_id_taken"
    message = "这个申报编号已被使用，请换一个新编号再提交。"


class MoralClaimStale(Stale):
    code = "moral_claim_version_stale"
    message = "这条积分申报已被别人办理过，请看最新内容后再办。"


class MoralStepNotAllowed(RuleBroken):
    """`allowed` names what can be done with it now."""

    code = "moral_step_not_allowed"
    message = "这条积分申报现在不能办这一步，请按允许的步骤办理。"


class MoralOtherPersonNeeded(RuleBroken):
    code = "moral_other_person_needed"
    message = "积分要由另一个人来审定，不能由经办上一步的人自己审定。"


class MoralPointsShort(RuleBroken):
    """`points` is what the household has."""

    code = "moral_points_short"
    message = "积分不够，这次没有扣分，请换别的物品或减少数量。"


class MoralGoodsShort(RuleBroken):
    """`stock` is what is there."""

    code = "moral_goods_short"
    message = "物品库存不够，这次没有扣分，请换别的物品或减少数量。"


class MoralGoodsNotFound(NotFound):
    code = "moral_goods_not_found"
    message = "这户所在的村没有这种兑换物品，请刷新后再试。"


class MoralGoodsIdTaken(Conflict):
    code = "moral_goods_id_taken"
    message = "这个物品编号已被使用，请换一个新编号再提交。"


class MoralGoodsStale(Stale):
    code = "moral_goods_version_stale"
    message = "这种物品已被别人改过，请看最新内容后再改。"


class MoralGoodsNotMoney(RuleBroken):
    code = "moral_goods_not_money"
    message = "道德积分只能兑换物品，不能兑换钱款，也不与贷款、信用、补贴、分红挂钩，请改填物品名称。"
