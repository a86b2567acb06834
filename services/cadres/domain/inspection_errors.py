"""What is refused about inspections and their findings.

NotFound     InspectionNotFound, FindingNotFound, CycleUnknown, BulletinNotFound
Conflict     InspectionExists, BulletinNumberTaken
RuleBroken   SampleLargerThanPopulation, FindingNotOfSample, DeadlineOutside, DeadlineNotHere,
             FindingStepOutOfOrder, RecheckBySame, FindingClosed,
             BulletinPeriodOpen, BulletinNeedsReason, BulletinCorrectsNothing
Stale        FindingStale
Unavailable  BulletinChanged
"""

from shared.errors import Conflict, NotFound, RuleBroken, Stale, Unavailable


class InspectionNotFound(NotFound):
    code = "inspection_not_found"
    message = "没有找到这次督查，或者您无权查看。"


class FindingNotFound(NotFound):
    code = "finding_not_found"
    message = "没有找到这个督查问题，或者您无权查看。"


class CycleUnknown(NotFound):
    code = "inspection_cycle_unknown"
    message = "没有这种督查周期，请从督查周期表中选择。"


class InspectionExists(Conflict):
    code = "inspection_exists"
    message = "这个地方本期的这项督查已经抽过样，一期只抽一次，请使用已有的样本。"


class SampleLargerThanPopulation(RuleBroken):
    code = "sample_larger_than_population"
    message = "抽样数超过了可抽的总数，请改小抽样数或换更大的地方。"


class FindingNotOfSample(RuleBroken):
    code = "finding_not_of_sample"
    message = "问题要记在抽中的对象上，请从样本中选择。"


class DeadlineOutside(RuleBroken):
    code = "finding_deadline_outside"
    message = "整改期限不能早于当天，也不能超过 {most_days} 天，请改期限。"


class DeadlineNotHere(RuleBroken):
    code = "finding_deadline_not_here"
    message = "只有回头看没有通过、退回重新整改时才定新的整改期限，请把期限去掉再提交。"


class FindingStepOutOfOrder(RuleBroken):
    code = "finding_step_out_of_order"
    message = "这个问题现在不能走这一步，请按“整改、回头看”的顺序办理。"


class RecheckBySame(RuleBroken):
    code = "finding_recheck_by_same_person"
    message = "回头看要由整改人以外的另一人办理，请换人。"


class FindingClosed(RuleBroken):
    code = "finding_closed"
    message = "这个问题已经办结，不能再加照片；又有问题请另记一条。"


class FindingStale(Stale):
    code = "finding_version_stale"
    message = "这个督查问题已被别人改过，请看最新内容后再改。"


class BulletinNotFound(NotFound):
    code = "bulletin_not_found"
    message = "没有找到这份通报，或者您无权查看。"


class BulletinNumberTaken(Conflict):
    code = "bulletin_just_published"
    message = "这一期通报刚被别人发布，请先看已发布的通报；要更正请写明原因再发布。"


class BulletinPeriodOpen(RuleBroken):
    code = "bulletin_period_open"
    message = "这一期到 {ends} 才结束，结束后再发布通报；现在可以先查看。"


class BulletinNeedsReason(RuleBroken):
    code = "bulletin_needs_reason"
    message = "这一期通报已发布（第 {number} 号），发布后不能改；要更正请写明原因，另发一号。"


class BulletinCorrectsNothing(RuleBroken):
    code = "bulletin_corrects_nothing"
    message = "这一期还没有发布过通报，不用填更正原因。"


class BulletinChanged(Unavailable):
    code = "bulletin_changed"
    retryable = False
    message = "这份通报与发布时的内容对不上，不能采信，请联系系统管理员核查。"
