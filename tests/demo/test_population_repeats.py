"""The same seed gives the same population, in whatever order, process or company it is made."""

import os
import subprocess
import sys
from hashlib import sha256

from bashan.demo.population import generate, generate_unit
from tests.builders.demo_units import plan, township
from tests.builders.population_rules import TODAY, TOWNSHIP

PROGRAM = """
from datetime import date
from hashlib import sha256
from bashan.demo.population import generate_unit, make_plan
print(sha256(repr(generate_unit(make_plan(), "511921122001", date(2026, 11, 24))).encode()).hexdigest())
"""


def digest_in_a_new_process(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True, text=True)
    return done.stdout.strip()


def test_a_unit_alone_is_the_same_as_within_its_township() -> None:
    for unit in township()[::3]:
        assert generate_unit(plan(), unit.plan.row.code, TODAY) == unit


def test_the_order_of_the_units_changes_nothing() -> None:
    backwards = list(generate(plan(), reversed(plan().codes(TOWNSHIP)[:3]), TODAY))
    assert tuple(reversed(backwards)) == township()[:3]


def test_two_processes_with_different_hash_seeds_give_the_same_bytes() -> None:
    here = sha256(repr(township()[0]).encode()).hexdigest()
    assert digest_in_a_new_process("1") == digest_in_a_new_process("2") == here


def test_another_seed_gives_other_people_and_the_same_numbers() -> None:
    first = township()[0]
    other = generate_unit(plan(), first.plan.row.code, TODAY, seed="another")
    names = [[member.name for household in unit.households for member in household.members] for unit in (first, other)]
    assert names[0] != names[1]
    assert [file.facts for file in other.files] != [file.facts for file in first.files]
    assert len(other.loans) == len(first.loans)
    ids = {household.household_id for household in first.households}
    assert not ids & {household.household_id for household in other.households}
