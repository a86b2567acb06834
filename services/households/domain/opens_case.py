"""Does what was found open a monitoring case (纳入监测)?

A guarantee that is newly missing, an income under the year's line, a department's list, the household's own call, a
finding of a helper or an official: which of these open one is policy data. Each finding has a key of its own, so that
the same news told twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.households.domain.guarantees import GuaranteeSheet, newly_missing
from services.households.domain.monitoring_policy import MonitoringPolicy

WATCH = "watch"
ORIGINS = ("missing_guarantee", "income_under_line", "department_list", "own_call", "finding", "register", WATCH)

_GUARANTEE_NAMES = {
    "food": "吃饭",
    "clothing": "穿衣",
    "schooling": "义务教育",
    "medical_insurance": "基本医疗",
    "housing": "住房安全",
    "water": "饮水安全",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`origin` is one of ORIGINS; `key` is the same for the same news about one household."""

    origin: str
    key: str
    detail: str


def missing_guarantees(before: GuaranteeSheet, after: GuaranteeSheet, policy: MonitoringPolicy) -> tuple[Finding, ...]:
    """One finding for each guarantee that is missing now and was not known to be."""
    if "missing_guarantee" not in policy.opening_rules:
        return ()
    return tuple(
        Finding("missing_guarantee", f"guarantee/{name}/{after.version}", f"{_GUARANTEE_NAMES[name]}没有保障")
        for name in newly_missing(before, after)
    )


def income_under_line(income_per_head_cents: int | None, today: date, policy: MonitoringPolicy) -> Finding | None:
    """An unknown income opens nothing. The same income is news once a year."""
    if "income_under_line" not in policy.opening_rules or income_per_head_cents is None:
        return None
    line = policy.watch_income_cents
    if income_per_head_cents >= line:
        return None
    detail = f"人均纯收入 {_yuan(income_per_head_cents)} 元，低于 {today.year} 年监测线 {_yuan(line)} 元"
    return Finding("income_under_line", f"income/{today.year}/{income_per_head_cents}", detail)


def yearly_watch(today: date) -> Finding:
    """A household that has left poverty keeps being looked after (四个不摘): once a year somebody goes there."""
    return Finding(WATCH, f"watch/{today.year}", f"{today.year} 年脱贫户回访（摘帽不摘监管）")


def merged_danger(standing: Sequence[tuple[UUID, str, str]]) -> tuple[Finding, ...]:
    """The open cases (id, origin, danger) of a household that was merged into this one; its yearly watch is over."""
    return tuple(
        Finding(origin, f"merged/{case_id}", "并入本户的原监测户风险尚未消除")
        for case_id, origin, danger in standing
        if danger != WATCH
    )


def named_by_register(monitoring_type: str, found_on: date | None, policy: MonitoringPolicy) -> Finding | None:
    """The imported register names the household as monitored, its risk not removed; the same entry is news once."""
    if "register" not in policy.opening_rules:
        return None
    return Finding("register", f"register/{monitoring_type}/{found_on or ''}", "全国信息系统登记为监测对象，风险未消除")


def _yuan(cents: int) -> str:
    return f"{cents / 100:,.2f}"
