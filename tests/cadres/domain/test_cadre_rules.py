"""The rules of pairings, posts and terms, without a database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cadres.domain.cadre import Cadre, Rank, mask_phone
from services.cadres.domain.errors import (
    CadreFullyLoaded,
    CadreHasDuties,
    CadreLeavesBeforeStart,
    CadreNotInOffice,
    EndBeforeStart,
    EndInFuture,
    TeamNotHere,
    TermEndsBeforeStart,
)
from services.cadres.domain.may_be_paired import may_be_paired
from services.cadres.domain.may_end_pairing import may_end_pairing
from services.cadres.domain.may_end_post import may_end_post
from services.cadres.domain.may_hold_post import may_hold_post
from services.cadres.domain.may_serve_from_to import Duties, may_serve_from_to
from services.cadres.domain.pairing import HelpedHousehold, Pairing
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.post_state import post_state
from services.cadres.domain.posting import Posting, TeamMember
from services.cadres.domain.term_of_post import term_of_post
from services.cadres.storage.policy_file import load_policies
from shared.ids import new_id

TODAY = date(2026, 11, 24)
VILLAGE = "511921122201"
POLICY = load_policies()[0]
RANKS = get_args(Rank)


def a_cadre(rank: Rank = "staff", **more: Any) -> Cadre:
    values: dict[str, Any] = {"unit_id": new_id(), "valid_from": date(2024, 1, 1), "region_code": VILLAGE[:9]} | more
    return Cadre(new_id(), name="王芳", rank=rank, **values)


def a_household() -> HelpedHousehold:
    return HelpedHousehold(new_id(), VILLAGE, "李**", 4, registered_poor=True)


def a_posting(**more: Any) -> Posting:
    values: dict[str, Any] = {"kind": "agri_technician", "started_on": date(2025, 3, 1)} | more
    return Posting(new_id(), VILLAGE, **values)


@pytest.mark.parametrize(
    ("rank", "most"), [("city_leader", 5), ("county_leader", 4), ("section_head", 3), ("staff", 3), ("party_member", 1)]
)
def test_a_rank_answers_for_no_more_households_than_the_policy_says(rank: Rank, most: int) -> None:
    def ask(households_now: int) -> object:
        return may_be_paired(
            a_household(), a_cadre(rank), TODAY, households_now=households_now, policy=POLICY, today=TODAY
        )

    assert ask(most - 1) is None
    assert isinstance(ask(most), CadreFullyLoaded)


def test_a_bound_is_policy_and_not_code() -> None:
    looser = replace(POLICY, most_households={"staff": 9})
    asked = {"households_now": 8, "today": TODAY}
    assert may_be_paired(a_household(), a_cadre(), TODAY, policy=looser, **asked) is None  # type: ignore[arg-type] # mixed values by name
    assert may_be_paired(a_household(), a_cadre(), TODAY, policy=POLICY, **asked) is not None  # type: ignore[arg-type] # likewise


def test_the_day_of_leaving_is_the_first_day_out_of_office() -> None:
    cadre = a_cadre(valid_to=date(2026, 6, 1))
    assert cadre.in_office(date(2026, 5, 31))
    assert not cadre.in_office(date(2026, 6, 1))


def test_a_policy_holds_from_its_day_until_the_next_one() -> None:
    older, younger = replace(POLICY, expiring_days=10), replace(POLICY, valid_from=date(2026, 1, 1), expiring_days=60)
    asked = [date(2010, 1, 1), date(2014, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
    assert [policy_at([younger, older], day).expiring_days for day in asked] == [10, 10, 10, 60]


def test_a_term_that_begins_on_a_leap_day_ends_on_the_first_of_march() -> None:
    assert term_of_post("resident_team", date(2024, 2, 29), POLICY) == date(2027, 3, 1)
    assert term_of_post("liaison_leader", date(2024, 2, 29), POLICY) is None


def test_a_term_may_not_end_before_it_begins_and_only_a_team_has_members() -> None:
    cadre = a_cadre()
    posting = a_posting(cadre_id=cadre.cadre_id)
    people = {cadre.cadre_id: cadre}
    backwards = replace(posting, term_ends_on=posting.started_on)
    with_team = replace(posting, members=(TeamMember(cadre.cadre_id, "leader"),))
    assert may_hold_post(posting, people, POLICY, TODAY) is None
    assert isinstance(may_hold_post(backwards, people, POLICY, TODAY), TermEndsBeforeStart)
    assert isinstance(may_hold_post(with_team, people, POLICY, TODAY), TeamNotHere)


def test_whoever_holds_a_post_is_in_office_at_its_start_and_today() -> None:
    for cadre in (a_cadre(valid_from=date(2025, 3, 2)), a_cadre(valid_to=TODAY)):
        refusal = may_hold_post(a_posting(cadre_id=cadre.cadre_id), {cadre.cadre_id: cadre}, POLICY, TODAY)
        assert isinstance(refusal, CadreNotInOffice)


@given(st.integers(0, 6), st.data())
def test_a_resident_team_is_never_smaller_than_the_policy_says(size: int, data: st.DataObject) -> None:
    unit_id = new_id()
    people = [a_cadre("section_head", unit_id=unit_id) for _ in range(size)]
    roles = data.draw(
        st.lists(st.sampled_from(["leader", "mid_level", "township", "member"]), min_size=size, max_size=size)
    )
    members = tuple(TeamMember(c.cadre_id, role) for c, role in zip(people, roles, strict=True))  # type: ignore[arg-type] # roles are the domain's literals
    posting = a_posting(kind="resident_team", unit_id=unit_id, members=members, term_ends_on=date(2028, 3, 1))
    allowed = may_hold_post(posting, {c.cadre_id: c for c in people}, POLICY, TODAY) is None
    assert allowed == (size >= 3 and roles.count("leader") == 1 and {"mid_level", "township"} <= set(roles))


def test_a_pairing_ends_neither_before_its_start_nor_after_today() -> None:
    pairing = Pairing(new_id(), new_id(), new_id(), date(2026, 5, 1))
    assert may_end_pairing(pairing, date(2026, 5, 1), TODAY) is None
    assert may_end_pairing(pairing, TODAY, TODAY) is None
    assert isinstance(may_end_pairing(pairing, date(2026, 4, 30), TODAY), EndBeforeStart)
    assert isinstance(may_end_pairing(pairing, TODAY + timedelta(days=1), TODAY), EndInFuture)


def test_a_post_without_a_term_ends_for_any_reason_but_not_before_its_start() -> None:
    assert may_end_post(a_posting(), TODAY, "retired", None) is None
    assert may_end_post(a_posting(term_ends_on=TODAY), TODAY, "term_over", None) is None
    assert isinstance(may_end_post(a_posting(), date(2025, 2, 28), "retired", None), EndBeforeStart)


def test_time_in_office_covers_every_duty_that_was_held() -> None:
    first, last = date(2025, 1, 1), date(2026, 1, 1)
    duties = Duties(open_pairings=0, open_posts=0, open_tasks=0, first_start=first, last_end=last)
    assert may_serve_from_to(first, last, duties, TODAY) is None
    assert isinstance(may_serve_from_to(first + timedelta(days=1), None, duties, TODAY), CadreHasDuties)
    assert isinstance(may_serve_from_to(first, last - timedelta(days=1), duties, TODAY), CadreHasDuties)
    assert isinstance(may_serve_from_to(date(2026, 2, 1), date(2026, 1, 1), duties, TODAY), CadreLeavesBeforeStart)
    for busy in (replace(duties, open_posts=1), replace(duties, open_tasks=1), replace(duties, open_pairings=1)):
        assert isinstance(may_serve_from_to(first, last, busy, TODAY), CadreHasDuties)


offsets = st.integers(-40, 2000)


@given(offsets, offsets, st.none() | st.integers(1, 2000), st.none() | st.integers(0, 2000))
def test_a_held_post_goes_from_filled_to_expiring_to_expired_and_never_back(
    some_day: int, another_day: int, term: int | None, end: int | None
) -> None:
    start = date(2025, 3, 1)
    posting = a_posting(
        term_ends_on=None if term is None else start + timedelta(days=term),
        ended_on=None if end is None else start + timedelta(days=end),
    )
    earlier, later = sorted((some_day, another_day))
    first, then = (post_state(posting, start + timedelta(days=day), 30) for day in (earlier, later))
    for day, state in ((earlier, first), (later, then)):
        assert (state == "vacant") == (day < 0 or (end is not None and day >= end))
    if "vacant" not in (first, then):
        order = ["filled", "expiring", "expired"]
        assert order.index(first) <= order.index(then)


def test_a_phone_shows_three_and_four_digits() -> None:
    assert (mask_phone("13812345678"), mask_phone("08271234567")) == ("138****5678", "082****4567")


def test_every_rank_and_every_fixed_term_of_the_shipped_policy_is_known() -> None:
    assert isinstance(POLICY, Policy)
    assert set(POLICY.most_households) == set(RANKS)
    assert POLICY.team_leader_ranks <= set(RANKS)
