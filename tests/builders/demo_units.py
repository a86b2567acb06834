"""Units of the demonstration, generated once per test process."""

from functools import cache

from bashan.demo.population import DemoPlan, DemoUnit, generate_unit, make_plan
from tests.builders.population_rules import TODAY, TOWNSHIP

OTHER_UNITS_STEP = 300


@cache
def plan() -> DemoPlan:
    return make_plan()


@cache
def township() -> tuple[DemoUnit, ...]:
    """龙凤场镇, the demonstration's first township."""
    return tuple(generate_unit(plan(), code, TODAY) for code in plan().codes(TOWNSHIP))


@cache
def sample() -> tuple[DemoUnit, ...]:
    """The township, and units from all over the prefecture, the smallest and one with a society among them."""
    units = list(plan().units.values())
    smallest = min(units, key=lambda unit: unit.row.households)
    society = max(units, key=lambda unit: unit.society_balance_cents)
    bad = next(unit for unit in units if unit.bad and not unit.row.credit_village)
    chosen = {unit.row.code for unit in (smallest, society, bad, *units[::OTHER_UNITS_STEP])}
    return township() + tuple(generate_unit(plan(), code, TODAY) for code in sorted(chosen))
