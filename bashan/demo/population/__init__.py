"""The demonstration's invented population: pure, repeatable, one unit at a time (credit rules 2.9)."""

from bashan.demo.population.allocation import AllocationRow, read_allocation
from bashan.demo.population.cadres import (
    DemoCadre,
    DemoCadres,
    DemoHelpingUnit,
    DemoPairing,
    DemoPost,
    generate_cadres,
)
from bashan.demo.population.credit_file import (
    DemoConsent,
    DemoCreditFile,
    DemoFacts,
    DemoLoan,
    DemoLoanEvent,
    DemoVeto,
)
from bashan.demo.population.loans import BANKS
from bashan.demo.population.people import DemoHousehold, DemoMember
from bashan.demo.population.plan import DEFAULT_SEED, DemoPlan, UnitPlan, make_plan
from bashan.demo.population.register import REGISTER_COLUMNS, register_rows
from bashan.demo.population.unit import DemoUnit, generate, generate_unit

__all__ = [
    "BANKS",
    "DEFAULT_SEED",
    "REGISTER_COLUMNS",
    "AllocationRow",
    "DemoCadre",
    "DemoCadres",
    "DemoConsent",
    "DemoCreditFile",
    "DemoFacts",
    "DemoHelpingUnit",
    "DemoHousehold",
    "DemoLoan",
    "DemoLoanEvent",
    "DemoMember",
    "DemoPairing",
    "DemoPlan",
    "DemoPost",
    "DemoUnit",
    "DemoVeto",
    "UnitPlan",
    "generate",
    "generate_cadres",
    "generate_unit",
    "make_plan",
    "read_allocation",
    "register_rows",
]
