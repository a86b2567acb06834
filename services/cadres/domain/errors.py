"""What the cadres service refuses. The tree and its kinds stand in `shared.errors`.

NotFound     UnitNotFound, CadreNotFound, VillageNotFound, PostNotFound, PairingNotFound, HelpedHouseholdNotFound
Conflict     UnitIdTaken, CadreIdTaken, SubjectBound, HouseholdAlreadyPaired, PostAlreadyHeld,
             FirstSecretaryElsewhere, PairingEnded, PostEnded
RuleBroken   one for each reason of a rule
Stale        UnitStale, CadreStale, PairingStale, PostStale
Invalid      CadreSearchNeedsOneKey, JointKindOnlyForJointBranch
"""

from shared.errors import Conflict, Invalid, NotFound, RuleBroken, Stale


class UnitNotFound(NotFound):
    code = "unit_not_found"
    message = "没有找到这个单位，请核对。"


class CadreNotFound(NotFound):
    """The same answer whether there is no such cadre or the asker may not know of the person."""

    code = "cadre_not_found"
    message = "没有找到这名干部，或者您无权查看。"


class VillageNotFound(NotFound):
    code = "village_not_found"
    message = "没有这个村（社区）的代码；刚登记的地方请稍等几秒再试。"


class PostNotFound(NotFound):
    code = "post_not_found"
    message = "没有找到这项派驻，或者您无权查看。"


class PairingNotFound(NotFound):
    code = "pairing_not_found"
    message = "没有找到这项结对，或者您无权查看。"


class HelpedHouseholdNotFound(NotFound):
    """The same answer for a household that is not there and one that the asker may not know of."""

    code = "helped_household_not_found"
    message = "没有找到这户，或者您无权查看；刚登记的户请稍等几秒再试。"


class UnitIdTaken(Conflict):
    code = "unit_id_taken"
    message = "这个单位编号已被使用，请换一个新编号再提交。"


class CadreIdTaken(Conflict):
    code = "cadre_id_taken"
    message = "这个干部编号已被使用，请换一个新编号再提交。"


class SubjectBound(Conflict):
    code = "cadre_subject_bound"
    message = "这个登录账号已绑定另一名干部，请核对。"


class HouseholdAlreadyPaired(Conflict):
    code = "household_already_paired"
    message = "这户在这段时间已有帮扶责任人，一户同一时间只能有一名责任人；要更换请先结束原来的结对。"


class PostAlreadyHeld(Conflict):
    code = "post_already_held"
    message = "这个岗位在这段时间已有人（单位）担任，请先结束原来的派驻。"


class FirstSecretaryElsewhere(Conflict):
    code = "first_secretary_elsewhere"
    message = "这名干部在这段时间已在另一个村任第一书记，同一时间只能任一个村。"


class PairingEnded(Conflict):
    code = "pairing_already_ended"
    message = "这项结对已经结束，不能再次结束。"


class PostEnded(Conflict):
    code = "post_already_ended"
    message = "这项派驻已经结束，不能再次结束。"


class HouseholdNotRegistered(RuleBroken):
    code = "household_not_registered_poor"
    message = "这户不是建档立卡户，不安排帮扶责任人。"


class PairingInFuture(RuleBroken):
    code = "pairing_starts_in_future"
    message = "结对开始日期不能晚于今天。"


class CadreNotInOffice(RuleBroken):
    code = "cadre_not_in_office"
    message = "这名干部在这个日期不在任，请另选干部或核对任职时间。"


class CadreFullyLoaded(RuleBroken):
    code = "cadre_fully_loaded"
    message = "这名干部结对已满（按职级最多 {most} 户），请另选干部。"


class HolderWrong(RuleBroken):
    code = "post_holder_wrong"
    message = "帮扶单位和驻村工作队填派出单位，联系领导、第一书记和农技员填干部，只填其中一项。"


class TeamNotHere(RuleBroken):
    code = "post_takes_no_team"
    message = "只有驻村工作队才填队员。"


class TermEndsBeforeStart(RuleBroken):
    code = "post_term_ends_before_start"
    message = "任期结束日期必须晚于开始日期。"


class TermFixed(RuleBroken):
    code = "post_term_is_fixed"
    message = "这个岗位的任期按规定到 {term_ends_on}，不能另定。"


class TeamTooSmall(RuleBroken):
    code = "resident_team_too_small"
    message = "驻村工作队不得少于 {least} 人，每人只算一次。"


class TeamLeaderWrong(RuleBroken):
    code = "resident_team_leader_wrong"
    message = "驻村工作队必须有一名队长，并由派出单位的分管领导担任。"


class TeamRolesMissing(RuleBroken):
    code = "resident_team_roles_missing"
    message = "驻村工作队要有一名派出单位的中层干部和一名在村所在乡镇工作的包村干部。"


class EarlyEndNeedsReason(RuleBroken):
    code = "post_ends_before_term"
    message = "任期未满（到 {term_ends_on}），提前结束要选明原因并写说明。"


class EndBeforeStart(RuleBroken):
    code = "ends_before_start"
    message = "结束日期不能早于开始日期。"


class EndInFuture(RuleBroken):
    code = "pairing_ends_in_future"
    message = "结对结束日期不能晚于今天。"


class CadreHasDuties(RuleBroken):
    code = "cadre_has_duties"
    message = (
        "这名干部在任职时间以外还有没交接的事项"
        "（现有结对 {open_pairings} 户、岗位 {open_posts} 个、未办任务和责任 {open_tasks} 项），请先交接，或核对日期。"
    )


class CadreLeavesInFuture(RuleBroken):
    code = "cadre_leaves_in_future"
    message = "离任日期不能晚于今天，请在离任当天登记。"


class CadreLeavesBeforeStart(RuleBroken):
    code = "cadre_leaves_before_start"
    message = "离任日期不能早于任职日期。"


class UnitStale(Stale):
    code = "unit_version_stale"
    message = "这个单位的资料已被别人改过，请看最新内容后再改。"


class CadreStale(Stale):
    code = "cadre_version_stale"
    message = "这名干部的资料已被别人改过，请看最新内容后再改。"


class PairingStale(Stale):
    code = "pairing_version_stale"
    message = "这项结对已被别人改过，请看最新内容后再改。"


class PostStale(Stale):
    code = "post_version_stale"
    message = "这项派驻已被别人改过，请看最新内容后再改。"


class CadreSearchNeedsOneKey(Invalid):
    code = "cadre_search_needs_one_key"
    message = "请只填一种查找条件：姓名或电话。"


class JointKindOnlyForJointBranch(Invalid):
    code = "joint_kind_only_for_joint_branch"
    message = "只有联合党组织才填联建类型（地域相邻、产业相融、村企互补、重点群体）。"
