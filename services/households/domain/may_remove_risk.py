"""May a household's danger be removed (风险消除)?

Only when a second person confirms it, no home check is outstanding, what was done about it is done, no guarantee is
missing, and a known income has reached the year's line.
"""

from dataclasses import dataclass

from services.households.domain.guarantees import GuaranteeSheet
from services.households.domain.monitoring_case import FOUND, MonitoringCase


@dataclass(frozen=True, slots=True)
class Bearing:
    """What bears upon a case today. `measures` of it were recorded, `measures_open` are not done; incomes in 分."""

    sheet: GuaranteeSheet
    income_per_head_cents: int | None
    watch_income_cents: int
    measures: int
    measures_open: int


def reasons_against_proposing(case: MonitoringCase, bearing: Bearing) -> tuple[str, ...]:
    """Empty when nothing stands against it. Reasons are codes of `monitoring_errors.WHY_NOT_REMOVED`.

    The home check of a case that was only found is the proposal itself; of any other, new findings are checked first.
    """
    outstanding = case.check_due_on is not None and case.state != FOUND
    income = bearing.income_per_head_cents
    findings = {
        "check_outstanding": outstanding,
        "guarantee_missing": bool(bearing.sheet.with_state("no")),
        "income_under_line": income is not None and income < bearing.watch_income_cents,
        "measure_needed": case.classified and bearing.measures == 0,
        "measure_not_done": bearing.measures_open > 0,
    }
    return tuple(code for code, found in findings.items() if found)


def reasons_against_confirming(case: MonitoringCase, bearing: Bearing, confirmer: str) -> tuple[str, ...]:
    """The same, and that whoever proposed it does not confirm it."""
    own = ("own_proposal",) if confirmer == case.proposed_by else ()
    return (*own, *reasons_against_proposing(case, bearing))
