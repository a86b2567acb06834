"""What events do to households: nobody is in two places, every household with people has one head."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.households.domain.event_errors import (
    EventBeforeBirth,
    EventBeforeJoining,
    EventBeforeLeaving,
    EventInFuture,
    HasDied,
    MergeWithItself,
    NewHeadNeeded,
    NothingMoves,
    RelationsIncomplete,
    SplitTakesAll,
)
from services.households.domain.household import Household, HouseholdFacts, Member
from services.households.domain.household_errors import HeadWrong, MemberNotFound
from services.households.domain.household_events import (
    Effect,
    EventKind,
    arrive,
    change_head,
    leave,
    merge,
    move,
    require_past,
    split,
    transfer,
)
from shared.errors import Failure

DAY = date(2024, 6, 1)
VILLAGE = "511921122201"
OUT = EventKind.MOVE_OUT


def person(number: int, relation: str = "之子", **more: Any) -> Member:
    return Member(
        UUID(int=number), f"人{number}", str(number), "male", date(1980, 1, 1), relation, relation == "户主", **more
    )


def household(number: int, *people: Member) -> Household:
    return Household(UUID(int=1000 + number), HouseholdFacts(VILLAGE), people)


FAMILY = household(1, person(1, "户主"), person(2, "配偶"), person(3))


def id_of(number: int) -> UUID:
    return UUID(int=number)


def test_a_child_is_born_into_the_household_on_its_day() -> None:
    (after,) = arrive(FAMILY, person(4, "之女", identified_on=None), DAY).after
    assert [m.member_id.int for m in after.members] == [1, 2, 3, 4]
    assert after.members[3].joined_on == DAY
    assert after.version == FAMILY.version + 1


def test_nobody_arrives_as_a_second_head() -> None:
    with pytest.raises(HeadWrong):
        arrive(FAMILY, person(4, "户主"), DAY)


def test_nobody_arrives_before_birth_and_nothing_happens_tomorrow() -> None:
    with pytest.raises(EventBeforeBirth):
        arrive(FAMILY, person(4), date(1979, 12, 31))
    with pytest.raises(EventInFuture):
        require_past(DAY + timedelta(1), DAY)
    require_past(DAY, DAY)


def test_whoever_died_does_not_return() -> None:
    with pytest.raises(HasDied):
        arrive(FAMILY, person(4, left_on=DAY, left_reason="died"), DAY)


def test_nobody_returns_before_they_left() -> None:
    away = person(4, left_on=DAY, left_reason="moved")
    with pytest.raises(EventBeforeLeaving):
        arrive(FAMILY, away, DAY - timedelta(1))
    assert arrive(FAMILY, away, DAY).after[0].members[3].left_on is None


def test_a_member_who_marries_out_leaves_with_day_and_reason() -> None:
    effect = leave(FAMILY, id_of(3), DAY, EventKind.MARRIAGE_OUT, {})
    ((left_id, gone),) = effect.left
    assert (left_id, gone.left_on, gone.left_reason) == (FAMILY.household_id, DAY, "married_out")
    assert [m.member_id.int for m in effect.after[0].members] == [1, 2]


def test_nobody_leaves_before_they_joined_or_who_is_not_there() -> None:
    late = household(2, person(1, "户主"), person(2, joined_on=DAY))
    with pytest.raises(EventBeforeJoining):
        leave(late, id_of(2), DAY - timedelta(1), OUT, {})
    with pytest.raises(MemberNotFound):
        leave(FAMILY, id_of(9), DAY, OUT, {})


def test_when_the_head_dies_the_others_name_a_new_one() -> None:
    with pytest.raises(NewHeadNeeded):
        leave(FAMILY, id_of(1), DAY, EventKind.DEATH, {})
    with pytest.raises(RelationsIncomplete):
        leave(FAMILY, id_of(1), DAY, EventKind.DEATH, {id_of(2): "户主"})
    (after,) = leave(FAMILY, id_of(1), DAY, EventKind.DEATH, {id_of(2): "户主", id_of(3): "之子"}).after
    assert (after.head.member_id.int, after.head.is_head, after.members[1].is_head) == (2, True, False)


def test_the_household_closes_with_its_last_member() -> None:
    (after,) = leave(household(2, person(1, "户主")), id_of(1), DAY, EventKind.DEATH, {}).after
    assert (after.members, after.facts.closed_on, after.facts.closed_reason) == ((), DAY, "died")
    assert not after.is_open


def test_a_closed_household_is_not_counted_as_poor() -> None:
    poor = replace(household(2, person(1, "户主")), facts=HouseholdFacts(VILLAGE, status="poor"))
    assert poor.registered_poor
    assert not leave(poor, id_of(1), DAY, OUT, {}).after[0].registered_poor


def test_a_daughter_marries_into_another_household_of_the_record() -> None:
    other = household(2, person(7, "户主"))
    effect = transfer(FAMILY, other, id_of(3), "之儿媳", DAY, EventKind.MARRIAGE_OUT, {})
    home, there = effect.after
    assert [m.member_id.int for m in home.members] == [1, 2]
    assert [(m.member_id.int, m.relation, m.joined_on) for m in there.members][1] == (3, "之儿媳", DAY)
    with pytest.raises(MergeWithItself):
        transfer(FAMILY, FAMILY, id_of(3), "其他", DAY, OUT, {})


def test_a_new_head_needs_everybodys_relation() -> None:
    everyone = {id_of(1): "之父", id_of(2): "之母", id_of(3): "户主"}
    (after,) = change_head(FAMILY, everyone).after
    assert [(m.member_id.int, m.relation) for m in after.members] == [(3, "户主"), (1, "之父"), (2, "之母")]
    with pytest.raises(RelationsIncomplete):
        change_head(FAMILY, {id_of(3): "户主"})
    with pytest.raises(RelationsIncomplete):
        change_head(FAMILY, everyone | {id_of(1): "户主"})
    with pytest.raises(NothingMoves):
        change_head(FAMILY, {id_of(1): "户主", id_of(2): "配偶", id_of(3): "之子"})


def test_a_household_moves_to_another_village_and_nowhere_else() -> None:
    (after,) = move(FAMILY, "511921122202", "二组", None).after
    assert (after.facts.village_code, after.facts.group_name) == ("511921122202", "二组")
    with pytest.raises(NothingMoves):
        move(FAMILY, VILLAGE, None, None)


def test_a_split_founds_a_household_and_leaves_somebody() -> None:
    effect = split(FAMILY, id_of(2000), FAMILY.facts, {id_of(3): "户主"}, {}, DAY)
    old, new = effect.after
    assert [m.member_id.int for m in old.members] == [1, 2]
    assert (new.household_id.int, new.head.member_id.int, new.head.joined_on, new.version) == (2000, 3, DAY, 1)
    with pytest.raises(SplitTakesAll):
        split(FAMILY, id_of(2000), FAMILY.facts, {id_of(1): "户主", id_of(2): "配偶", id_of(3): "之子"}, {}, DAY)
    with pytest.raises(RelationsIncomplete):
        split(FAMILY, id_of(2000), FAMILY.facts, {id_of(3): "之子"}, {}, DAY)
    with pytest.raises(NewHeadNeeded):
        split(FAMILY, id_of(2000), FAMILY.facts, {id_of(1): "户主"}, {}, DAY)


def test_a_merge_brings_everybody_and_closes_the_other() -> None:
    other = household(2, person(7, "户主"), person(8, "配偶"))
    effect = merge(FAMILY, other, {id_of(7): "之父", id_of(8): "之母"}, DAY)
    here, closed = effect.after
    assert [m.member_id.int for m in here.members] == [1, 2, 3, 7, 8]
    assert sum(m.is_head for m in here.members) == 1
    assert (closed.members, closed.facts.closed_reason) == ((), "merged")
    for wrong, error in (({id_of(7): "之父"}, RelationsIncomplete), ({id_of(7): "户主", id_of(8): "之母"}, HeadWrong)):
        with pytest.raises(error):
            merge(FAMILY, other, wrong, DAY)
    with pytest.raises(MergeWithItself):
        merge(FAMILY, FAMILY, {}, DAY)


class Village(RuleBasedStateMachine):
    """Any course of events, refused or not, over a few households."""

    def __init__(self) -> None:
        super().__init__()
        self.homes = {h.household_id: h for h in (FAMILY, household(2, person(7, "户主"), person(8, "配偶")))}
        self.dead: set[UUID] = set()
        self.fresh = 100

    def take(self, effect: Effect) -> None:
        self.homes |= {one.household_id: one for one in effect.after}
        self.dead |= {gone.member_id for _, gone in effect.left if gone.left_reason == "died"}

    def pick(self, data: Any) -> Household:
        homes = list(self.homes.values())
        index: int = data.draw(st.integers(0, len(homes) - 1))
        return homes[index]

    def related(self, data: Any, people: tuple[Member, ...]) -> dict[UUID, str]:
        return {m.member_id: data.draw(st.sampled_from(["户主", "之子", "其他"])) for m in people}

    @rule(data=st.data(), kind=st.sampled_from([EventKind.DEATH, EventKind.MARRIAGE_OUT]))
    def somebody_leaves(self, data: Any, kind: EventKind) -> None:
        home = self.pick(data)
        if home.members:
            going = data.draw(st.sampled_from(home.members))
            rest = tuple(m for m in home.members if m is not going)
            with suppress(Failure):
                self.take(leave(home, going.member_id, DAY, kind, self.related(data, rest) if going.is_head else {}))

    @rule(data=st.data())
    def somebody_is_born(self, data: Any) -> None:
        self.fresh += 1
        if (home := self.pick(data)).is_open:
            self.take(arrive(home, person(self.fresh), DAY))

    @rule(data=st.data())
    def somebody_goes_next_door(self, data: Any) -> None:
        home, other = self.pick(data), self.pick(data)
        if home.members and other.is_open:
            going = data.draw(st.sampled_from(home.members))
            rest = tuple(m for m in home.members if m is not going)
            with suppress(Failure):
                self.take(transfer(home, other, going.member_id, "其他", DAY, OUT, self.related(data, rest)))

    @rule(data=st.data())
    def a_household_splits(self, data: Any) -> None:
        home = self.pick(data)
        if home.members:
            self.fresh += 1
            going = tuple(data.draw(st.lists(st.sampled_from(home.members), min_size=1, unique=True)))
            rest = tuple(m for m in home.members if m not in going)
            with suppress(Failure):
                self.take(
                    split(
                        home,
                        id_of(self.fresh),
                        home.facts,
                        self.related(data, going),
                        self.related(data, rest) if home.head in going else {},
                        DAY,
                    )
                )

    @rule(data=st.data())
    def two_households_merge(self, data: Any) -> None:
        home, other = self.pick(data), self.pick(data)
        if home.is_open and other.members:
            with suppress(Failure):
                self.take(merge(home, other, {m.member_id: "其他" for m in other.members}, DAY))

    @invariant()
    def one_person_one_household_one_head(self) -> None:
        living = [m.member_id for home in self.homes.values() for m in home.members]
        assert len(set(living)) == len(living)
        assert not self.dead & set(living)
        for home in self.homes.values():
            assert home.is_open == bool(home.members)
            assert [m.is_head for m in home.members] == [True, *[False] * (len(home.members) - 1)][: len(home.members)]


TestVillage = Village.TestCase
TestVillage.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


@given(st.integers(0, 400))
def test_the_day_of_an_event_decides_and_not_the_day_it_was_written_down(days: int) -> None:
    on = DAY - timedelta(days)
    assert leave(FAMILY, id_of(3), on, OUT, {}).left[0][1].left_on == on
