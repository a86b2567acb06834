"""What is refused about inspections and their findings.

NotFound     InspectionNotFound, FindingNotFound, CycleUnknown
Conflict     InspectionExists
RuleBroken   SampleLargerThanPopulation, FindingNotOfSample, DeadlineOutside, DeadlineNotHere,
             FindingStepOutOfOrder, RecheckBySame, FindingClosed
Stale        FindingStale
"""

from shared.errors import Conflict, NotFound, RuleBroken, Stale


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
