"""The product's own engine and register reader, which the generator does not know, judge what it made."""

from collections import Counter
from collections.abc import Iterator

import pytest

from bashan.demo.population import REGISTER_COLUMNS, DemoHousehold, register_rows
from services.credit.domain.fact_fields import check_facts
from services.credit.domain.score_household import score
from services.credit.domain.scorecard import Card
from services.credit.storage.shipped_cards import shipped_cards
from services.households.domain.place_name import PlaceIndex
from services.households.domain.register_household import RegisterHousehold
from services.households.domain.register_reading import RegisterReading
from services.households.domain.register_values import HouseholdKind
from tests.builders.demo_units import sample, township
from tests.builders.places import read_places
from tests.builders.population_rules import TODAY


@pytest.fixture(scope="module")
def card() -> Card:
    return next(card for card in shipped_cards() if (card.id, card.version) == ("rural-household", 1))


def test_the_engine_finds_the_grades_of_the_plan_in_every_unit(card: Card) -> None:
    for unit in sample():
        found: Counter[str] = Counter()
        for file in unit.files:
            preview = file.preview()
            vetoes = preview.pop("vetoes")
            found[score(card, preview, vetoes).band] += 1
        plan = unit.plan
        row = plan.row
        assert (found["AAA"], found["AA"], found["A"]) == (plan.aaa, plan.aa, plan.a)
        assert found["vetoed"] == plan.vetoed + plan.bad
        assert found["not_rated"] == row.households - row.rated_households


def test_the_engine_gives_every_attribute_the_points_that_were_drawn(card: Card) -> None:
    for unit in township():
        for file in unit.files:
            if file.drawn is not None:
                points = score(card, file.preview(), ()).points
                assert tuple(points.values()) == file.drawn.points


def test_all_facts_are_such_as_the_credit_service_may_keep() -> None:
    for unit in sample():
        for file in unit.files:
            check_facts(file.preview())


def test_the_register_reader_takes_every_household_of_a_village_without_a_warning() -> None:
    unit = township()[2]
    rows = list(register_rows(unit.plan.row, unit.households, TODAY))

    def opened() -> Iterator[tuple[int, list[str | int]]]:
        yield 1, list(REGISTER_COLUMNS)
        yield from enumerate(rows, start=2)

    outcomes = list(RegisterReading(opened, PlaceIndex(read_places()), TODAY))
    taken = {outcome.number: outcome for outcome in outcomes if isinstance(outcome, RegisterHousehold)}
    poor = [household for household in unit.households if household.on_poverty_list]
    assert len(outcomes) == len(taken) == len(poor)
    for household in poor:
        read = taken[household.register_number]
        assert not read.warnings
        assert len(read.members) == len(household.members)
        assert read.facts.village_code == household.village_code
        assert read.facts.net_income_per_head_cents == household.income_per_head_cents
        assert read.facts.kind == kind_of(household)
        assert read.facts.phone == household.phone


def kind_of(household: DemoHousehold) -> HouseholdKind:
    return HouseholdKind.POOR if household.status == "poor" else HouseholdKind.OUT_OF_POVERTY
