"""What comparing runs can refuse."""

from shared.errors import RuleBroken


class RunsNotComparable(RuleBroken):
    code = "runs_not_comparable"
    message = "两次评分用的不是同一张评分卡的同一个版本，不能比较，请另选一次。"
