"""What comparing runs can refuse."""

from shared.errors import RuleBroken


class RunsNotComparable(RuleBroken):
    code = "runs_not_comparable"
    message = "两次评分用的不是同一张评分卡的同一个版本，不能比较，请另选一次。"


class RunTidied(RuleBroken):
    """Its scores are deleted: nobody had confirmed it for a long time."""

    code = "run_tidied"
    message = "这次评分太久没有确认，分数已经清理，请重新评分。"
