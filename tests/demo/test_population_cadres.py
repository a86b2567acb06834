"""Every poor household of a township has one responsible cadre, every poor village its five posts."""

from collections import Counter
from functools import cache

from bashan.demo.population import DemoCadres, DemoHelpingUnit, generate_cadres
from bashan.demo.population.cadres import POST_KINDS, RANK_BOUNDS
from tests.builders.demo_units import plan, township
from tests.builders.population_rules import TODAY, TOWNSHIP


@cache
def poor() -> dict[str, list[str]]:
    return {unit.plan.row.code: [h.household_id for h in unit.households if h.on_poverty_list] for unit in township()}


@cache
def helpers() -> DemoCadres:
    return generate_cadres(plan(), TOWNSHIP, poor(), TODAY)


def test_each_poor_household_has_exactly_one_responsible_cadre() -> None:
    assert len(helpers().pairings) == 934
    paired = {(pairing.village_code, pairing.household_id) for pairing in helpers().pairings}
    assert paired == {(code, household) for code, households in poor().items() for household in households}


def test_nobody_helps_more_households_than_the_bound_of_the_rank() -> None:
    load = Counter(pairing.cadre_id for pairing in helpers().pairings)
    ranks = {cadre.cadre_id: cadre.rank for cadre in helpers().cadres}
    assert all(load[cadre] <= RANK_BOUNDS[ranks[cadre]] for cadre in load)
    assert set(ranks.values()) == set(RANK_BOUNDS)


def test_each_poor_village_has_its_five_posts_filled_in_their_term() -> None:
    villages = [unit.plan.row.code for unit in township() if unit.plan.row.poor_village]
    posts = [(post.village_code, post.kind) for post in helpers().posts]
    assert posts == [(code, kind) for code in villages for kind in POST_KINDS]
    assert all(post.start <= TODAY < post.end for post in helpers().posts)
    assert all(post.letter.startswith("示范") for post in helpers().posts)


def test_a_resident_team_has_three_members_led_by_a_deputy_head_of_the_sending_unit() -> None:
    cadres = {cadre.cadre_id: cadre for cadre in helpers().cadres}
    for post in helpers().posts:
        if post.kind == "resident_team":
            assert len(post.holders) == 3
            leader = cadres[post.holders[0]]
            assert leader.rank == "section_head"
            assert leader.unit_id == post.unit_id


def test_no_cadre_holds_two_posts() -> None:
    holders = Counter(holder for post in helpers().posts for holder in post.holders)
    assert set(holders.values()) == {1}


def test_units_and_cadres_are_marked_and_have_phones_of_their_own() -> None:
    assert all("示范" in unit.name for unit in helpers().units)
    phones = [cadre.phone for cadre in helpers().cadres]
    assert len(set(phones)) == len(phones)
    households = {member.phone for unit in township() for h in unit.households for member in h.members}
    assert not households & set(phones)
    units = {unit.unit_id for unit in helpers().units}
    assert {cadre.unit_id for cadre in helpers().cadres} <= units


def test_a_county_bureau_is_the_same_unit_in_every_township_that_it_helps() -> None:
    towns = [code for code in plan().townships if code.startswith("511921")]
    found: dict[str, DemoHelpingUnit] = {}
    for town in towns:
        for unit in generate_cadres(plan(), town, {}, TODAY).units:
            assert found.setdefault(unit.unit_id, unit) == unit
    names = Counter(unit.name for unit in found.values())
    assert set(names.values()) == {1}


def test_ids_of_two_townships_never_meet() -> None:
    other = generate_cadres(plan(), "511921121", {}, TODAY)
    ours = {cadre.cadre_id for cadre in helpers().cadres}
    assert not ours & {cadre.cadre_id for cadre in other.cadres}
