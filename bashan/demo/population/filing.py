"""What lies in a household's credit file? Facts that score the seat's band, reviews, vetoes, consents."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from bashan.demo.population.calendar import add_months
from bashan.demo.population.card import draw_points
from bashan.demo.population.credit_file import (
    DemoConsent,
    DemoCreditFile,
    DemoFacts,
    DemoLoan,
    DemoVeto,
    DrawnPoints,
)
from bashan.demo.population.dice import Dice
from bashan.demo.population.facts import make_facts, record_points
from bashan.demo.population.identity import household_moment, make_id
from bashan.demo.population.income import COUNTY_MEDIAN_CENTS, income_pieces
from bashan.demo.population.loans import BANKS
from bashan.demo.population.plan import UnitPlan
from bashan.demo.population.reviews import make_reviews, reviewer_names
from bashan.demo.population.seats import BAD, CREDIT, VETOED, Seat

CONSENT_BANK = "demo-bank-1"
CONSENT_PURPOSE = "loan_review"
ORDINARY_FIELDS = ("grade", "valid_until", "reasons")
WRITTEN_FIELDS = ("income", "assets", "loans")
# Households of one to seven people in a hundred, added up.
_PEOPLE = (9, 31, 55, 79, 92, 98, 100)
_MAY_MISS = ("net_assets_cents", "income_sources", "insurance_orders")
_VETOES = (
    ("V1", "人民法院失信被执行人名单（示范）", "示范执行案件，名单现行有效"),
    ("V3", "乡镇信用评定小组听证（示范）", "示范听证认定提供重大虚假材料"),
    ("V5", "人民法院生效判决（示范）", "示范骗取贷款案生效判决"),
)


def draw_file(
    dice: Dice, plan: UnitPlan, seat: Seat, loans: Sequence[DemoLoan], today: date
) -> tuple[DrawnPoints, DemoFacts]:
    """Points in the seat's band and facts that give them; the family grows until its debts are bearable."""
    median = COUNTY_MEDIAN_CENTS[plan.row.county_code]
    service = sum(loan.yearly_service_cents for loan in loans)
    record = record_points(loans, today)
    people = 1 + dice.weighted(_PEOPLE)
    while True:
        pieces = income_pieces(people, median, service, poor=seat.poor, within_room=seat.role == CREDIT)
        drawn = draw_points(dice, seat.band, people, pieces, record, needs_worker=bool(loans))
        if drawn is not None:
            points, piece = drawn
            facts = make_facts(dice, points, piece, people=people, median_cents=median, loans=loans, today=today)
            return points, facts
        people += 1


def make_file(
    dice: Dice,
    seed: str,
    plan: UnitPlan,
    seat: Seat,
    drawn: DrawnPoints,
    facts: DemoFacts,
    loans: Sequence[DemoLoan],
    today: date,
) -> DemoCreditFile:
    """The whole file; an unrated household lacks reviews or a fact, and consents."""
    unit = plan.row.code
    reviews = make_reviews(dice, drawn.points[-1])
    if not seat.rated:
        if dice.chance(60):
            reviews = reviews[: dice.below(5)]
        else:
            facts = _without_one(facts, dice.pick(_MAY_MISS))
            reviews = reviews if dice.chance(30) else ()
    return DemoCreditFile(
        household_id=make_id(seed, household_moment(plan.row.index, seat.number), 0),
        village_code=unit,
        rated=seat.rated,
        facts=facts,
        reviews=reviews,
        reviewers=reviewer_names(dice, unit, len(reviews)),
        vetoes=_vetoes(dice, seat, loans, today),
        consents=_consents(dice, today) if seat.rated else (),
        drawn=drawn if seat.rated else None,
    )


def _without_one(facts: DemoFacts, name: str) -> DemoFacts:
    if name == "net_assets_cents":
        return replace(facts, net_assets_cents=None)
    if name == "income_sources":
        return replace(facts, income_sources=None)
    return replace(facts, insurance_orders=None)


def _vetoes(dice: Dice, seat: Seat, loans: Sequence[DemoLoan], today: date) -> tuple[DemoVeto, ...]:
    if seat.role == BAD:
        latest = loans[0].events[-1]
        evidence = f"贷款{latest.loan_number}逾期{latest.days_past_due}天"
        since = next(event.date for event in loans[0].events if event.days_past_due > 90)
        return (DemoVeto("V2", BANKS[loans[0].bank], evidence, since, None),)
    if seat.role == VETOED:
        code, source, evidence = _VETOES[dice.weighted((75, 90, 100))]
        since = today - timedelta(dice.between(60, 500))
        return (DemoVeto(code, source, evidence, since, add_months(since, 60) if code == "V5" else None),)
    return ()


def _consents(dice: Dice, today: date) -> tuple[DemoConsent, ...]:
    given = today - timedelta(dice.between(5, 180))
    return _consent_pair(given, dice.chance(70))


@lru_cache(maxsize=1024)
def _consent_pair(given: date, by_phone: bool) -> tuple[DemoConsent, ...]:
    manner, witness = ("phone", None) if by_phone else ("assisted", "示范村干部（见证人）")
    until = add_months(given, 24)
    return tuple(
        DemoConsent(form, CONSENT_BANK, CONSENT_PURPOSE, fields, given, until, manner, witness)
        for form, fields in (("ordinary", ORDINARY_FIELDS), ("written", WRITTEN_FIELDS))
    )
