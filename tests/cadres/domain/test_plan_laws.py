"""Laws of pairing plans, held against every possible assignment of a small world."""

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.cadres.domain.near_places import WORTH, around
from services.cadres.domain.pairing_plan import PlanCadre, PlanHousehold, plan_pairings
from services.cadres.domain.plan_figures import figures_of

VILLAGES = [
    f"5119{county}{township}{village}" for county in ("02", "21") for township in (100, 101) for village in (201, 202)
]
PLACES = sorted({code for village in VILLAGES for code in around(village) if len(code) >= 4})
A, B, C = (UUID(int=n) for n in (1, 2, 3))


def household(
    n: int, village: str = VILLAGES[0], cadre: UUID | None = None, *, monitored: bool = False
) -> PlanHousehold:
    pairing = None if cadre is None else UUID(int=5000 + n)
    return PlanHousehold(UUID(int=1000 + n), village, monitored, cadre, pairing)


@st.composite
def worlds(draw: st.DrawFn, *, cadres: int = 8, households: int = 30) -> tuple[list[PlanHousehold], list[PlanCadre]]:
    """Cadres of every kind of place, some away or of elsewhere; households, some with a cadre, past its bound too.

    There is often more room than households, so that it matters who gets one.
    """
    people = [
        PlanCadre(
            UUID(int=n + 1),
            draw(st.sampled_from(PLACES)),
            draw(st.integers(0, 2)),
            draw(st.integers(0, 6)),
            eligible=draw(st.integers(0, 5)) > 0,
            in_office=draw(st.integers(0, 7)) > 0,
        )
        for n in range(draw(st.integers(0, cadres)))
    ]
    helpers = st.sampled_from([one.cadre_id for one in people]) if people else st.none()
    waiting = [
        household(n, draw(st.sampled_from(VILLAGES)), draw(st.none() | helpers), monitored=draw(st.booleans()))
        for n in range(draw(st.integers(0, households)))
    ]
    inside = Counter(one.cadre_id for one in waiting)
    # `held` counts the households inside the plan and those elsewhere.
    return waiting, [
        PlanCadre(c.cadre_id, c.region_code, c.held + inside[c.cadre_id], c.most, c.eligible, c.in_office)
        for c in people
    ]


@given(worlds())
def test_every_household_is_kept_or_given_or_left_out_and_only_once(
    world: tuple[list[PlanHousehold], list[PlanCadre]],
) -> None:
    households, cadres = world
    plan = plan_pairings(households, cadres)
    parts = [*plan.kept, *(line.household for line in plan.lines), *plan.left_out]
    assert sorted(one.household_id for one in parts) == sorted(one.household_id for one in households)
    figures = figures_of(plan, cadres)
    assert figures.households == figures.kept + figures.new + figures.moved + figures.left_out
    assert figures.new + figures.moved == figures.own_township + figures.own_county + figures.elsewhere


@given(worlds())
def test_nobody_ends_above_the_bound_of_the_rank_nor_gets_anything_while_away(
    world: tuple[list[PlanHousehold], list[PlanCadre]],
) -> None:
    households, cadres = world
    plan = plan_pairings(households, cadres)
    kept, new = Counter(one.cadre_id for one in plan.kept), Counter(line.cadre_id for line in plan.lines)
    inside = Counter(one.cadre_id for one in households)
    for cadre in cadres:
        elsewhere = cadre.held - inside[cadre.cadre_id]
        assert elsewhere + kept[cadre.cadre_id] + new[cadre.cadre_id] <= max(cadre.most, elsewhere)
        if not (cadre.eligible and cadre.in_office):
            assert new[cadre.cadre_id] == 0
        if not cadre.in_office:
            assert kept[cadre.cadre_id] == max(0, inside[cadre.cadre_id] - cadre.held)


@given(worlds())
def test_a_pair_within_the_bound_stays(world: tuple[list[PlanHousehold], list[PlanCadre]]) -> None:
    households, cadres = world
    kept = {one.household_id for one in plan_pairings(households, cadres).kept}
    within = {cadre.cadre_id for cadre in cadres if cadre.in_office and cadre.held <= cadre.most}
    assert {one.household_id for one in households if one.cadre_id in within} <= kept


@given(worlds())
def test_somebody_is_left_out_only_when_nobody_has_room(world: tuple[list[PlanHousehold], list[PlanCadre]]) -> None:
    households, cadres = world
    plan = plan_pairings(households, cadres)
    most = {cadre.cadre_id: cadre.most for cadre in cadres}
    if plan.left_out:
        assert all(load >= most[cadre_id] for cadre_id, load in plan.loads.items())
        assert plan.left_out_reason == ("bounds_reached" if plan.loads else "no_cadre")
        if any(one.monitored for one in plan.left_out):
            assert all(line.household.monitored for line in plan.lines)


@given(worlds())
def test_loads_differ_by_one_at_most_where_bounds_and_kept_pairs_allow(
    world: tuple[list[PlanHousehold], list[PlanCadre]],
) -> None:
    households, cadres = world
    plan = plan_pairings(households, cadres)
    most = {cadre.cadre_id: cadre.most for cadre in cadres}
    for giver, receiver in itertools.permutations(plan.loads, 2):
        if plan.given[giver] > 0 and plan.loads[receiver] < most[receiver]:
            assert plan.loads[giver] <= plan.loads[receiver] + 1


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_given_does_not_matter(
    world: tuple[list[PlanHousehold], list[PlanCadre]], shuffler: random.Random
) -> None:
    households, cadres = world
    plan = plan_pairings(households, cadres)
    other = plan_pairings(shuffler.sample(households, len(households)), shuffler.sample(cadres, len(cadres)))
    assert plan == other


@settings(max_examples=200)
@given(worlds(cadres=5, households=4))
def test_no_other_assignment_is_as_even_and_nearer(world: tuple[list[PlanHousehold], list[PlanCadre]]) -> None:
    """Every assignment of the same households within the bounds is tried."""
    households, cadres = world
    plan = plan_pairings(households, cadres)
    open_ = [one for one in cadres if one.cadre_id in plan.loads]
    before = {cadre_id: load - plan.given[cadre_id] for cadre_id, load in plan.loads.items()}
    chosen = [line.cadre_id for line in plan.lines]
    wanted = [line.household for line in plan.lines]
    best = max(
        (
            _merit(wanted, chosen, open_, before)
            for chosen in itertools.product(plan.loads, repeat=len(wanted))
            if _within(chosen, open_, before)
        ),
        default=None,
    )
    assert best is None or _merit(wanted, chosen, open_, before) == best


def _within(chosen: Iterable[UUID], cadres: Sequence[PlanCadre], before: dict[UUID, int]) -> bool:
    new = Counter(chosen)
    return all(new[one.cadre_id] == 0 or before[one.cadre_id] + new[one.cadre_id] <= one.most for one in cadres)


def _merit(
    wanted: Sequence[PlanHousehold], chosen: Sequence[UUID], cadres: Sequence[PlanCadre], before: dict[UUID, int]
) -> tuple[int, int]:
    """Evenness first (least sum of squares of the loads), then nearness."""
    new, place = Counter(chosen), {one.cadre_id: one.region_code for one in cadres}
    uneven = sum((before[one.cadre_id] + new[one.cadre_id]) ** 2 for one in cadres)
    near = 0
    for one, cadre_id in zip(wanted, chosen, strict=True):
        both = set(around(one.village_code)) & set(around(place[cadre_id]))
        near += sum(WORTH[len(code)] for code in both)
    return -uneven, near


def test_the_last_household_of_a_level_goes_to_the_township_that_lacks_helpers() -> None:
    near, far = "511902101", "511902100"
    cadres = [PlanCadre(A, far, 0, 3), PlanCadre(B, far, 0, 3), PlanCadre(C, near, 0, 3)]
    waiting = [
        household(1, f"{far}201"),
        household(2, f"{far}201"),
        household(3, f"{near}201"),
        household(4, f"{near}201"),
    ]
    plan = plan_pairings(waiting, cadres)
    assert plan.loads == {A: 1, B: 1, C: 2}
    assert figures_of(plan, cadres).own_township == 4


def test_a_village_helper_is_not_bought_with_a_township_helper() -> None:
    """One more for C (of that village, its township has helpers enough) or for B (of the township that lacks one)?"""
    crowded, lacking = "511902100", "511902101"
    cadres = [PlanCadre(A, crowded, 0, 1), PlanCadre(B, lacking, 1, 2), PlanCadre(C, f"{crowded}201", 1, 2)]
    waiting = [household(1, f"{crowded}201"), household(2, f"{lacking}201")]
    plan = plan_pairings(waiting, cadres)
    assert plan.given == {A: 1, B: 1, C: 0}


def test_whoever_passes_the_bound_gives_up_the_youngest_households() -> None:
    plan = plan_pairings(
        [household(n, cadre=A) for n in range(5)], [PlanCadre(A, VILLAGES[0], 5, 3), PlanCadre(B, VILLAGES[0], 0, 3)]
    )
    assert [(line.household.household_id.int, line.cadre_id) for line in plan.lines] == [(1003, B), (1004, B)]
    assert all(line.before is not None for line in plan.lines)


def test_monitored_households_are_covered_before_others() -> None:
    plan = plan_pairings([household(1), household(2, monitored=True)], [PlanCadre(A, "511902100", 0, 1)])
    assert [line.household.household_id.int for line in plan.lines] == [1002]
    assert [one.household_id.int for one in plan.left_out] == [1001]


def test_bazhou_as_reported_is_covered_whole_with_two_or_three_households_a_cadre() -> None:
    """The report, four.4: 11,249 cadres and 25,169 households, 全覆盖; 28 townships, cadres where they work."""
    townships = [f"511902{100 + n}" for n in range(28)]
    cadres = [PlanCadre(UUID(int=n + 1), townships[n % 28] if n % 3 else "511902", 0, 3) for n in range(11_249)]
    households = [household(n, f"{townships[n * n % 28]}{201 + n % 9}") for n in range(25_169)]
    plan = plan_pairings(households, cadres)
    assert not plan.left_out
    assert Counter(plan.loads.values()) == {2: 3 * 11_249 - 25_169, 3: 25_169 - 2 * 11_249}
