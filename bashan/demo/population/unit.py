"""What does one village or community of the demonstration look like? Its households, credit files and loans.

A unit is generated from the plan, the seed, its code and today's date alone, so it comes out the same by
itself, within its township and within the whole prefecture.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bashan.demo.population.credit_file import DemoCreditFile, DemoFacts, DemoLoan
from bashan.demo.population.dice import Dice
from bashan.demo.population.family import compose
from bashan.demo.population.filing import draw_file, make_file
from bashan.demo.population.identity import Registrar, household_moment, household_phone, make_id
from bashan.demo.population.loans import make_loans
from bashan.demo.population.members import make_members
from bashan.demo.population.people import DemoHousehold
from bashan.demo.population.plan import DEFAULT_SEED, DemoPlan, UnitPlan
from bashan.demo.population.registration import (
    group_and_address,
    handbook_number,
    list_state,
    register_number,
)
from bashan.demo.population.seats import Seat, assign_seats


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit's population; `files[i]` belongs to `households[i]`, loans stand in order of households."""

    plan: UnitPlan
    households: tuple[DemoHousehold, ...]
    files: tuple[DemoCreditFile, ...]
    loans: tuple[DemoLoan, ...]


def generate(plan: DemoPlan, codes: Iterable[str], today: date, seed: str = DEFAULT_SEED) -> Iterator[DemoUnit]:
    """One unit after another; nothing of a unit is kept once it has been handed out."""
    for code in codes:
        yield generate_unit(plan, code, today, seed)


def generate_unit(plan: DemoPlan, code: str, today: date, seed: str = DEFAULT_SEED) -> DemoUnit:
    """The population of the unit with this 12-digit code; KeyError if the plan has none such."""
    unit = plan.units[code]
    row = unit.row
    seats = assign_seats(Dice(seed, code, "seats"), unit)
    loans = make_loans(Dice(seed, code, "loans"), seed, unit, seats, today)
    credit, people = Dice(seed, code, "credit"), Dice(seed, code, "people")
    registrar = Registrar(row.index, row.county_code, people, today)
    households, files = [], []
    for seat in seats:
        own = loans.get(seat.number, ())
        drawn, facts = draw_file(credit, unit, seat, own, today)
        households.append(_household(people, registrar, seed, unit, seat, facts, today))
        files.append(make_file(credit, seed, unit, seat, drawn, facts, own, today))
    in_order = (loan for seat in seats for loan in loans.get(seat.number, ()))
    return DemoUnit(unit, tuple(households), tuple(files), tuple(in_order))


def _household(
    dice: Dice, registrar: Registrar, seed: str, unit: UnitPlan, seat: Seat, facts: DemoFacts, today: date
) -> DemoHousehold:
    row, number = unit.row, seat.number
    family = compose(dice, facts.people, facts.workers)
    state = list_state(dice, seat.poor, family, facts.skill, today)
    group, address = group_and_address(row, number)
    return DemoHousehold(
        household_id=make_id(seed, household_moment(row.index, number), 0),
        village_code=row.code,
        group=group,
        address=address,
        phone=household_phone(row.index, number, 0),
        register_number=register_number(row.code, number),
        handbook_number=handbook_number(row.code, number) if seat.poor else None,
        status=state.status,
        poverty_type=state.poverty_type,
        causes=state.causes,
        first_identified=state.first_identified,
        exited_on=state.exited_on,
        monitoring_class=state.monitoring_class,
        risk_identified=state.risk_identified,
        risk_removed=state.risk_removed,
        dangerous_housing=seat.poor and dice.chance(3),
        safe_water=dice.chance(98),
        income_per_head_cents=facts.net_income_cents // facts.people,
        members=make_members(dice, registrar, seed, row.index, number, family, facts.skill),
    )
