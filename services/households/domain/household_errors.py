"""What the record of a household refuses. The tree and its kinds stand in `shared.errors`."""

from shared.errors import Conflict, Invalid, NotFound, RuleBroken, Stale


class HouseholdNotFound(NotFound):
    """The same answer whether there is no such household or the asker may not know of it."""

    code = "household_not_found"
    message = "没有找到这户，或者您无权查看。"


class RegionNotFound(NotFound):
    code = "region_not_found"
    message = "没有这个地区代码，请核对。"


class VillageUnknown(Invalid):
    code = "village_unknown"
    message = "没有这个村（社区）的代码，请先查地区再填写。"


class MemberNotFound(NotFound):
    code = "member_not_found"
    message = "这户没有这个成员，请刷新后再试。"


class PersonRegisteredElsewhere(Conflict):
    """One living person is in one household. Names the first household only to those who may see it."""

    code = "person_already_registered"
    message = "这个人已在别的户登记，一个人只能登记在一户。请先核对；确需转户的，请走迁移手续。"


class PersonRegisteredHere(Conflict):
    code = "person_already_in_household"
    message = "这个人已经是这户的成员，不用再登记；要改资料请修改原来的成员。"


class RegisterNumberTaken(Conflict):
    code = "register_number_taken"
    message = "这个户编号已被另一户使用，请核对。"


class HouseholdIdTaken(Conflict):
    code = "household_id_taken"
    message = "这个编号已被使用，请换一个新编号再提交。"


class HouseholdStale(Stale):
    code = "household_version_stale"
    message = "这户的资料已被别人改过，请看最新内容后再改。"


class HeadWrong(Invalid):
    code = "household_head_wrong"
    message = "一户必须有且只有一个户主，请检查成员与户主关系。"


class HouseholdClosed(RuleBroken):
    code = "household_closed"
    message = "这户已销户或并户，只能查看，不能再改。"


class MemberLeavesByEvent(RuleBroken):
    code = "member_leaves_by_event"
    message = "成员去世、婚出、迁出要写明日期，请在“户内变动”里登记，不能在成员资料里直接改。"


class MonitoringByCourse(RuleBroken):
    """Who may write what is said of danger otherwise stands in domain/may_change_by_form.py."""

    code = "monitoring_by_course"
    message = "监测对象的认定和风险消除要走监测流程，不能直接修改；承接上级名单的，请由县级以部门来源办理。"


class MonitoringOnCase(RuleBroken):
    code = "monitoring_on_case"
    message = "这户的监测事项正在办理，请在监测事项里办理，不能另外修改。"


class VillageByEvent(RuleBroken):
    code = "household_village_by_event"
    message = "换村要按迁移办理并写明日期，请在“户内变动”里登记迁移，不能直接改村名。"


class SearchNeedsOneKey(Invalid):
    code = "search_needs_one_key"
    message = "请只填一种查找条件：姓名、证件号码或电话。"


class UnmaskReasonNeeded(Invalid):
    code = "unmask_reason_needed"
    message = "查看完整号码要写明原因，这户会看到您的查看记录。"
