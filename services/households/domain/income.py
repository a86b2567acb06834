"""What did a household earn in a year, and what is its net income per head (人均纯收入)?

Four kinds of income (工资性, 经营性, 财产性, 转移性) less what the business cost to run (生产经营性支出), over the
people who shared it. What the household spent on living (生活消费支出) is kept beside and takes nothing off. All in
cents (分).
"""

from dataclasses import dataclass
from datetime import date

from services.households.domain.income_errors import IncomeYearAhead


@dataclass(frozen=True, slots=True)
class YearIncome:
    """`people` shared it, at least one."""

    year: int
    people: int
    wage_cents: int
    business_cents: int
    property_cents: int
    transfer_cents: int
    business_costs_cents: int
    living_spending_cents: int | None = None

    @property
    def net_cents(self) -> int:
        """May be negative: a business can cost more than it brought."""
        earned = self.wage_cents + self.business_cents + self.property_cents + self.transfer_cents
        return earned - self.business_costs_cents

    @property
    def net_per_head_cents(self) -> int:
        """Half a cent rounds away from zero.

        >>> YearIncome(2026, 2, 1, 0, 0, 0, 0).net_per_head_cents, YearIncome(2026, 2, 0, 0, 0, 0, 1).net_per_head_cents
        (1, -1)
        """
        size = (2 * abs(self.net_cents) + self.people) // (2 * self.people)
        return size if self.net_cents >= 0 else -size


def require_begun(year: int, this_year: int) -> None:
    """Raises IncomeYearAhead for a year that has not begun."""
    if year > this_year:
        raise IncomeYearAhead


def is_newest(year: int, known_years: tuple[int, ...]) -> bool:
    """Is this the year by which the household's present income is told?"""
    return year >= max(known_years, default=year)


def last_closed_year(today: date) -> int:
    """The last year whose income can be known whole.

    >>> last_closed_year(date(2026, 12, 31)), last_closed_year(date(2027, 1, 1))
    (2025, 2026)
    """
    return today.year - 1
