"""What is refused about selecting people for posts, and about care for those who are posted.

NotFound     SelectionNotFound
Conflict     SelectionOpen
RuleBroken   SelectionStepNotAllowed, SelectionNeedsSecondPerson, SelectionNotPassed, SelectionOfOther,
             SelectionMissing, CareNotOfPost, CareOutsidePosting
"""

from shared.errors import Conflict, NotFound, RuleBroken


class SelectionNotFound(NotFound):
    code = "selection_not_found"
    message = "没有找到这项选派申请，或者您无权查看。"


class SelectionOpen(Conflict):
    code = "selection_already_open"
    message = "这名干部对这个村的这个岗位已有一项选派申请在办理。"


class SelectionStepNotAllowed(RuleBroken):
    code = "selection_step_not_allowed"
    message = "选派按个人申请、单位推荐、组织考察的顺序办理，现在是“{named}”，不能这样办理。"


class SelectionNeedsSecondPerson(RuleBroken):
    code = "selection_needs_second_person"
    message = "推荐和考察不能由同一个人办理，请换一名工作人员考察。"


class SelectionStepOfApplicant(RuleBroken):
    code = "selection_step_of_applicant"
    message = "本人只能申请或撤回，不能给自己推荐、考察，请由其他工作人员办理。"


class SelectionNotPassed(RuleBroken):
    code = "selection_not_passed"
    message = "只能按“考察通过”的选派申请派驻一次，这项申请现在是“{named}”，请核对。"


class SelectionOfOther(RuleBroken):
    code = "selection_of_another_post"
    message = "这项选派申请不是为这个村、这个岗位、这名干部办理的，请核对。"


class SelectionMissing(RuleBroken):
    code = "post_needs_selection"
    message = "这个岗位的人选要先经过个人申请、单位推荐、组织考察，请填写通过考察的选派申请。"


class CareNotOfPost(RuleBroken):
    code = "care_not_of_post"
    message = "这名干部不在这项派驻里，关爱记录只能记给派驻的人；请核对干部和岗位。"


class CareOutsidePosting(RuleBroken):
    code = "care_in_future"
    message = "关爱日期要在派驻期间、今天或以前（{first} 至 {last}），请核对日期。"
