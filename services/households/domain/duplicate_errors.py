"""What deciding on likely duplicates refuses."""

from shared.errors import Invalid, NotFound, RuleBroken


class DuplicateNotFound(NotFound):
    code = "duplicate_not_found"
    message = "没有找到这条疑似重复，或者您无权处理。"


class DuplicateDecided(RuleBroken):
    code = "duplicate_decided"
    message = "这条疑似重复已处理过，请刷新后查看结果。"


class KeptMemberWrong(Invalid):
    code = "duplicate_kept_member_wrong"
    message = "判定为同一人时，请写明保留两条登记中的哪一条。"
