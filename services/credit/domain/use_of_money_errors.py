"""What following up the use of a loan can refuse.

NotFound     FollowUpNotFound
RuleBroken   FollowUpSettled, FollowUpNeedsOtherPerson, HouseholdUntold
Stale        FollowUpStale
"""

from shared.errors import NotFound, RuleBroken, Stale


class FollowUpNotFound(NotFound):
    code = "use_of_money_not_found"
    message = "没有找到这条贷款用途跟踪，或者您无权查看。"


class FollowUpSettled(RuleBroken):
    code = "use_of_money_settled"
    message = "这条贷款用途跟踪不需要处理，或者已经处理完，不能再改。"


class FollowUpNeedsOtherPerson(RuleBroken):
    code = "use_of_money_needs_other_person"
    message = "走访登记的人不能自己核实处理，请换一名工作人员。"


class HouseholdUntold(RuleBroken):
    code = "use_of_money_untold"
    message = "认定没有按约定用款，要先把结果告诉农户，并填写告知方式。"


class FollowUpStale(Stale):
    code = "use_of_money_version_stale"
    message = "这条贷款用途跟踪已被别人处理过，请看最新内容后再办。"
