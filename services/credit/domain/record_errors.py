"""What the credit records refuse. The tree and its kinds stand in `shared.errors`."""

from shared.errors import Conflict, Invalid, NotFound, RuleBroken, Stale


class HouseholdNotFound(NotFound):
    """The same answer whether there is no such household or the asker may not know of it."""

    code = "household_not_found"
    message = "没有找到这户，或者您无权查看。"


class PlaceNotFound(NotFound):
    code = "region_not_found"
    message = "没有这个地区代码，请核对。"


class NotAVillage(Invalid):
    code = "village_code_needed"
    message = "这里要填村（社区）的 12 位代码。"


class NotATownship(Invalid):
    code = "township_code_needed"
    message = "这里要填乡镇（街道）的 9 位代码。"


class GradeNotFound(NotFound):
    code = "grade_not_found"
    message = "这户还没有信用等级。"


class FactsStale(Stale):
    code = "facts_version_stale"
    message = "这户的信用档案已被别人改过，请看最新内容后再改。"


class FactsNotThere(NotFound):
    code = "facts_not_found"
    message = "这户还没有信用档案，请先登记。"


class CardNotFound(NotFound):
    code = "card_not_found"
    message = "没有这张评分卡，或者它在这一天还没有生效。"


class CardExists(Conflict):
    code = "card_exists"
    message = "这张评分卡的这个版本已经有了，请换一个版本号。"


class SecondPersonNeeded(RuleBroken):
    code = "second_person_needed"
    message = "这一步要由另一位工作人员来办，不能和提出的人是同一人。"


class CardNotDraft(RuleBroken):
    code = "card_not_draft"
    message = "只有草稿状态的评分卡可以批准。"


class CardNotRehearsed(RuleBroken):
    code = "card_not_rehearsed"
    message = "新版评分卡要先和现行的那一版一起试算，试算完成后才能批准。"


class CardBeginsTooEarly(RuleBroken):
    code = "card_begins_too_early"
    message = "新版评分卡要从明天或更晚的日期开始生效，请改好生效日期，换一个版本号重新提交。"


class RunNotFound(NotFound):
    code = "run_not_found"
    message = "没有找到这次评分。"


class RunNotFinished(RuleBroken):
    code = "run_not_finished"
    message = "这次评分还没有完成，完成后才能确认。"


class RunExists(Conflict):
    code = "run_exists"
    message = "这个编号的评分已经有了，请换一个编号。"


class CityOrderNeeded(RuleBroken):
    code = "city_order_needed"
    message = "首次评级要由市级工作人员下达、另一位市级工作人员确认；这次评分只能作参考。"


class AlreadyTakenOver(RuleBroken):
    """Grades of a place are set by a run once, at first installation; afterwards only by the full course."""

    code = "already_taken_over"
    message = "这个地方已经做过首次评级，以后的等级要走完整的评定程序。"


class ConsentNotFound(NotFound):
    code = "consent_not_found"
    message = "没有找到这份授权，或者您无权查看。"


class ConsentExists(Conflict):
    code = "consent_exists"
    message = "这个编号的授权已经有了，请换一个编号。"


class VetoExists(Conflict):
    code = "veto_exists"
    message = "这个编号的否决事项已经登记过了，请换一个编号。"


class VetoDatesWrong(Invalid):
    code = "veto_dates_wrong"
    message = "否决事项的起始日期不能晚于今天，截止日期不能早于起始日期。"


class VetoTooLong(Invalid):
    code = "veto_too_long"
    message = "贴息贷款挪用（V4）从查实之日起只算规定的月数，截止日期请不要填得更晚。"


class VetoEndNeeded(Invalid):
    code = "veto_end_needed"
    message = "骗贷判刑（V5）要填截止日期：刑满之日起满五年的那一天。"


class ConsentDatesWrong(Invalid):
    code = "consent_dates_wrong"
    message = "授权的截止日期不能早于起始日期或今天，也不能超过规定的最长期限，请改短以后再交。"


class WitnessNeeded(Invalid):
    code = "witness_needed"
    message = "由干部协助办理的授权，要填写见证人。"


class QueryNeedsOneKey(Invalid):
    code = "query_needs_one_key"
    message = "每条查询只能填农户编号或证件号码中的一个。"


class LoanEventRefused(Invalid):
    code = "loan_event_refused"
    message = "这条贷款信息不能接收，请按提示核对。"


class LoanEventDiffers(Conflict):
    code = "loan_event_differs"
    message = "同一笔贷款的同一序号已收到过不同内容，请核对后用新序号更正。"


class BorrowerUnknown(NotFound):
    code = "borrower_unknown"
    message = "没有找到这位借款人，或者这户没有给贵行有效的授权，请核对编号和授权。"


class LoanOfAnotherHousehold(Conflict):
    code = "loan_of_another_household"
    message = "贵行的这个借款编号已经登记在另一户名下，请核对借款编号和借款人。"
