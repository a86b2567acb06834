"""May a household leave the poverty list? (report 四.8: 达到或接近全市平均水平的，确定为已脱贫人口; 两不愁三保障)

Its net income per head of the last year that has ended reaches that year's line, and each of the six guarantees is a
plain yes: an unknown is not one.
"""

from dataclasses import dataclass

from services.households.domain.guarantees import GuaranteeSheet


@dataclass(frozen=True, slots=True)
class ExitVerdict:
    """`reasons` is empty when the household may leave: `income_unknown`, `income_below_line`, `<guarantee>_no`,
    `<guarantee>_unknown`. `income_year`: the year whose income was asked for."""

    income_year: int
    reasons: tuple[str, ...] = ()

    @property
    def may_leave(self) -> bool:
        return not self.reasons


def may_exit(income_year: int, income_cents: int | None, line_cents: int, sheet: GuaranteeSheet) -> ExitVerdict:
    """That year's income (None when it is not on record) and line, in 分 a head."""
    reasons = []
    if income_cents is None:
        reasons.append("income_unknown")
    elif income_cents < line_cents:
        reasons.append("income_below_line")
    reasons.extend(f"{name}_{state}" for state in ("no", "unknown") for name in sheet.with_state(state))
    return ExitVerdict(income_year, tuple(reasons))
