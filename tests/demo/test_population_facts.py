"""The facts of every rated household score the drawn points by the card's own table, and agree with each other."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bashan.demo.population import DemoFacts
from bashan.demo.population.calendar import add_months, full_months
from bashan.demo.population.card import BANDS, draw_points
from bashan.demo.population.dice import Dice
from bashan.demo.population.income import income_pieces
from bashan.demo.population.reviews import make_reviews
from tests.builders.demo_units import sample, township
from tests.builders.population_rules import TODAY, band_of, count, is_rated, points_of, village_review

SEEDS = st.text(max_size=8)


def test_the_facts_score_exactly_the_points_they_were_built_from() -> None:
    for unit in sample():
        for file in unit.files:
            if file.drawn is not None:
                assert points_of(file.facts, file.reviews) == file.drawn.points
                assert band_of(file.drawn.total) == file.drawn.band


def test_the_township_comes_out_as_the_report_says_when_its_facts_are_scored_by_the_table() -> None:
    counted = [count(unit) for unit in township()]
    assert sum(unit.rated for unit in counted) == 1_424
    assert sum(unit.credit for unit in counted) == 877


def test_every_unit_has_exactly_its_rated_households_and_grades() -> None:
    for unit in sample():
        plan = unit.plan
        counted = count(unit)
        assert counted.rated == plan.row.rated_households
        assert counted.bands == {"AAA": plan.aaa, "AA": plan.aa, "A": plan.a}


def test_an_unrated_household_lacks_reviews_or_a_fact_and_has_no_consent() -> None:
    for unit in sample():
        for file in unit.files:
            assert file.rated == is_rated(file.facts, file.reviews)
            forms = [consent.form for consent in file.consents]
            assert forms == (["ordinary", "written"] if file.rated else [])
            assert all(consent.given_on <= TODAY < consent.valid_to for consent in file.consents)
            assert len(set(file.reviewers)) == len(file.reviewers) == len(file.reviews)


def test_a_missing_fact_is_left_out_while_no_record_and_no_loan_are_null() -> None:
    may_miss = {"net_assets_cents", "income_sources", "insurance_orders"}
    left_out = 0
    for unit in sample():
        for file in unit.files:
            absent = set(DemoFacts.__slots__) - set(file.facts.by_name())
            assert absent <= may_miss
            assert not (absent and file.rated)
            nulls = {name for name, value in file.facts.by_name().items() if value is None}
            assert nulls <= {"worst_days_past_due", "months_since_first_loan"}
            left_out += len(absent)
    assert left_out


def test_some_households_with_the_points_for_a_grade_are_vetoed_outside_the_credit_households() -> None:
    for unit in sample():
        vetoed = [f for f in unit.files if f.vetoes and f.vetoes[0].code != "V2"]
        assert len(vetoed) == unit.plan.vetoed
        assert all(f.drawn is not None and f.drawn.total >= 60 for f in vetoed)
    assert any(unit.plan.vetoed for unit in township())


def test_no_record_means_no_first_loan_no_lender_and_no_debt_service() -> None:
    for unit in sample():
        borrowers = {loan.household_id for loan in unit.loans}
        for file in unit.files:
            facts = file.facts
            never = file.household_id not in borrowers
            assert never == (facts.worst_days_past_due is None) == (facts.months_since_first_loan is None)
            assert not never or (facts.lenders == 0 and facts.debt_service_cents == 0)


def test_the_loan_facts_follow_from_the_loan_events() -> None:
    for unit in sample():
        for file in unit.files:
            loans = [loan for loan in unit.loans if loan.household_id == file.household_id]
            if not loans:
                continue
            events = [event for loan in loans for event in loan.events]
            recent = [e.days_past_due for e in events if e.date >= add_months(TODAY, -24)]
            assert recent, "a record of two years needs an event in them"
            assert file.facts.worst_days_past_due == max(recent)
            first = min(loan.disbursed_on for loan in loans)
            assert file.facts.months_since_first_loan == full_months(first, TODAY)
            still = [loan for loan in loans if loan.events[-1].balance_cents]
            assert file.facts.lenders == len({loan.bank for loan in still})
            service = [
                round(loan.amount_cents * 12 / loan.term_months) + round(loan.amount_cents * loan.rate_bp / 10_000)
                for loan in still
            ]
            assert file.facts.debt_service_cents == pytest.approx(sum(service), abs=1)


def test_credit_households_bear_their_debts_with_half_of_their_income() -> None:
    for unit in sample():
        for file in unit.files:
            if file.drawn is not None and file.drawn.band != "none" and not file.vetoes:
                assert 2 * file.facts.debt_service_cents <= file.facts.net_income_cents


def test_the_population_reaches_every_level_of_every_attribute_but_those_of_no_income() -> None:
    seen = [Counter(f.drawn.points[i] for unit in sample() for f in unit.files if f.drawn) for i in range(12)]
    levels = [{0, 3, 7, 8}, {0, 4, 7}, {1, 4, 7, 9, 10}, {0, 3, 5}, {0, 2, 5, 9, 12}, {0, 3, 5, 7, 8}]
    levels += [{0, 3, 5, 6}, {0, 2, 4}, {0, 2, 7, 12, 14, 20}, {2, 3, 4, 5}, {0, 2, 4, 5}]
    for found, expected in zip(seen, levels, strict=False):
        assert set(found) <= expected
    assert all(set(seen[i]) == levels[i] for i in (0, 1, 2, 3, 5, 6, 7, 9))


@settings(deadline=None)
@given(SEEDS, st.integers(0, 10))
def test_any_mean_from_0_to_10_has_reviews_that_give_it(seed: str, mean: int) -> None:
    reviews = make_reviews(Dice(seed), mean)
    assert 5 <= len(reviews) <= 9
    assert all(0 <= review <= 10 for review in reviews)
    assert village_review(reviews) == mean


@settings(deadline=None)
@given(
    SEEDS,
    st.sampled_from(sorted(BANDS)),
    st.integers(1, 9),
    st.integers(0, 60_000_00),
    st.sampled_from([20, 14, 7, 2, 0]),
    st.booleans(),
)
def test_drawn_points_always_fall_into_the_band_that_was_asked_for(
    seed: str, band: str, people: int, service: int, d1: int, poor: bool
) -> None:
    pieces = income_pieces(people, 1_800_000, service, poor=poor, within_room=False)
    drawn = draw_points(Dice(seed), band, people, pieces, (d1, 4, 5), needs_worker=True)
    if drawn is not None:
        points, piece = drawn
        low, high = BANDS[band]
        assert low <= points.total <= high
        assert points.points[8:11] == (d1, 4, 5)
        assert piece.low <= piece.high
        assert points.points[0] > 0
        assert people > 1 or points.points[0] <= 3


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(0, 60_000_00), st.booleans())
def test_the_pieces_of_income_cover_it_once_and_score_as_they_say(people: int, service: int, poor: bool) -> None:
    pieces = income_pieces(people, 1_800_000, service, poor=poor, within_room=False)
    spans = sorted((piece.low, piece.high) for piece in pieces)
    assert all(after[0] == before[1] + 1 for before, after in pairwise(spans))
    for piece in pieces:
        for income in (100 * piece.low, 100 * piece.high):
            share = income / (people * 1_800_000)
            assert piece.b1 == [1, 4, 7, 9, 10][sum(share >= bound for bound in (0.5, 0.8, 1.2, 2.0))]
            burden = [100 * service <= percent * income for percent in (70, 50, 35, 20)]
            assert piece.c1 == ([0, 2, 5, 9, 12][sum(burden)])


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 80))
def test_whole_months_count_back_what_was_added(start: date, months: int) -> None:
    assert full_months(start, add_months(start, months)) == months
