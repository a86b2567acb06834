"""How are the prefecture's totals shared among its units, so that each can be generated alone?

Everything that looks beyond one unit is decided here, once, from the allocation (credit rules 2.9):
grades, loans, their money, non-performing borrowers, vetoed households and the mutual-aid societies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bashan.demo.population.allocation import AllocationRow, largest_remainder, read_allocation, spread

AAA_HOUSEHOLDS = 3_385
AA_HOUSEHOLDS = 12_270
LOANS = 79_000
LOAN_TOTAL_THOUSANDS = 1_972_000
NON_PERFORMING_BORROWERS = 285
VETOED_WITH_PASSING_POINTS = 2_000
SOCIETIES = 186
SOCIETY_BALANCE_YUAN = 37_480_000
DEFAULT_SEED = "bashan-demonstration-1"


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What one unit must hold; money of loans in thousands of yuan, the society's balance in cents.

    `vetoed` households have the points for a grade and another veto than arrears; `bad` borrowers are
    more than 90 days past due. Both are rated and outside the credit households.
    """

    row: AllocationRow
    aaa: int
    aa: int
    loans: int
    loan_total_thousands: int
    bad: int
    vetoed: int
    society_balance_cents: int

    @property
    def a(self) -> int:
        return self.row.credit_households - self.aaa - self.aa

    @property
    def none(self) -> int:
        """Rated households without a grade and without a veto."""
        return self.row.rated_households - self.row.credit_households - self.bad - self.vetoed


@dataclass(frozen=True)
class DemoPlan:
    """The whole prefecture's plan: one `UnitPlan` per unit code, in the order of the codes."""

    units: dict[str, UnitPlan]

    @cached_property
    def townships(self) -> dict[str, tuple[UnitPlan, ...]]:
        """The units of each township code."""
        found: dict[str, list[UnitPlan]] = {}
        for unit in self.units.values():
            found.setdefault(unit.row.town_code, []).append(unit)
        return {code: tuple(units) for code, units in found.items()}

    def codes(self, region: str) -> list[str]:
        """The unit codes of a place (prefecture, county, township or unit); empty for an unknown one."""
        return [code for code in self.units if code.startswith(region)]


def make_plan(rows: Sequence[AllocationRow] | None = None) -> DemoPlan:
    """Share the prefecture's totals among the units; needs no seed, so every seed keeps the totals."""
    rows = read_allocation() if rows is None else rows
    credit = [row.credit_households for row in rows]
    aaa = largest_remainder(AAA_HOUSEHOLDS, credit)
    aa = largest_remainder(AA_HOUSEHOLDS, credit)
    loans = largest_remainder(LOANS, credit)
    money = largest_remainder(LOAN_TOTAL_THOUSANDS, loans)
    bad = spread(NON_PERFORMING_BORROWERS, [_bad_weight(row, n) for row, n in zip(rows, loans, strict=True)])
    vetoed = spread(VETOED_WITH_PASSING_POINTS, [row.rated_households - row.credit_households for row in rows])
    society = _society_balances(rows, loans)
    units = {
        row.code: UnitPlan(row, aaa[i], aa[i], loans[i], money[i], bad[i], vetoed[i], society.get(i, 0))
        for i, row in enumerate(rows)
    }
    return DemoPlan(units)


def _bad_weight(row: AllocationRow, loans: int) -> int:
    """Bad loans are rare in a credit village, and communities have too few loans to bear one."""
    if row.kind != "village":
        return 0
    return loans if row.credit_village else 4 * loans


def _society_balances(rows: Sequence[AllocationRow], loans: Sequence[int]) -> dict[int, int]:
    """Balance in cents per row index: the societies stand in the poor villages that borrow most."""
    candidates = [i for i, row in enumerate(rows) if row.poor_village and row.credit_village]
    chosen = sorted(sorted(candidates, key=lambda i: (-loans[i], i))[:SOCIETIES])
    balances = largest_remainder(SOCIETY_BALANCE_YUAN, [loans[i] for i in chosen])
    return {i: 100 * yuan for i, yuan in zip(chosen, balances, strict=True)}
