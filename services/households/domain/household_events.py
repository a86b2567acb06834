"""What does an event (出生、死亡、婚入、婚出、分户、并户、迁移、换户主、回户) do to the households that it touches?

Each function takes the households as they stand and answers an `Effect`: how they stand after it, and who left where.
A person keeps the member id from household to household, so that the path through them can be read. Everywhere: a
household with people in it has exactly one head; one without people has closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

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

HEAD = "户主"
DIED = "died"


class EventKind(StrEnum):
    BIRTH = "birth"
    DEATH = "death"
    MARRIAGE_IN = "marriage_in"
    MARRIAGE_OUT = "marriage_out"
    MOVE_IN = "move_in"
    MOVE_OUT = "move_out"
    RETURN = "return"
    NEW_HEAD = "new_head"
    MOVE = "move"
    SPLIT = "split"
    MERGE = "merge"
    DUPLICATE = "duplicate"


Relations = Mapping[UUID, str]
LEFT_REASON = {
    EventKind.DEATH: DIED,
    EventKind.MARRIAGE_OUT: "married_out",
    EventKind.MOVE_OUT: "moved",
    EventKind.SPLIT: "split",
    EventKind.MERGE: "merged",
    EventKind.DUPLICATE: "duplicate",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """`after`: the households, the one that was asked for first; `left`: who left which household, with the day;
    `about`: whom the event is about."""

    after: tuple[Household, ...]
    left: tuple[tuple[UUID, Member], ...] = ()
    about: tuple[UUID, ...] = ()


def require_past(on: date, today: date) -> None:
    """Raises EventInFuture."""
    if on > today:
        raise EventInFuture


def arrive(household: Household, member: Member, on: date) -> Effect:
    """Born, married or moved into the household, or back in it.

    Raises HeadWrong, EventBeforeBirth, EventBeforeLeaving, HasDied.
    """
    if member.relation == HEAD:
        raise HeadWrong
    if member.left_reason == DIED:
        raise HasDied
    _require_after(on, member.birth_date, EventBeforeBirth)
    if member.left_on is not None:
        _require_after(on, member.left_on, EventBeforeLeaving)
    arrived = replace(member, is_head=False, joined_on=on, left_on=None, left_reason=None)
    return Effect((_next(household, (*household.members, arrived)),), about=(member.member_id,))


def leave(household: Household, member_id: UUID, on: date, kind: EventKind, relations: Relations) -> Effect:
    """Died, married or moved out. The last one closes the household; after its head, `relations` name the new one.

    Raises MemberNotFound, EventBeforeBirth, EventBeforeJoining, NewHeadNeeded, RelationsIncomplete."""
    going = _member(household, member_id)
    staying = tuple(m for m in household.members if m.member_id != member_id)
    after = _without(household, going.is_head, staying, on, kind, relations)
    return Effect((after,), ((household.household_id, _gone(going, on, kind)),), (member_id,))


def transfer(
    household: Household, to: Household, member_id: UUID, relation: str, on: date, kind: EventKind, relations: Relations
) -> Effect:
    """Out of one household of the record and into another, on one day. Raises as `leave` and `arrive`."""
    if household.household_id == to.household_id:
        raise MergeWithItself
    out = leave(household, member_id, on, kind, relations)
    joined = arrive(to, replace(_member(household, member_id), relation=relation), on)
    return Effect((*out.after, *joined.after), out.left, out.about)


def change_head(household: Household, relations: Relations) -> Effect:
    """Another member is the head, and everyone's relation is to that one. Raises RelationsIncomplete, NothingMoves."""
    members = _related(household.members, relations, everyone=True)
    if members[0].member_id == household.head.member_id:
        raise NothingMoves
    return Effect((_next(household, members),), about=(members[0].member_id, household.head.member_id))


def move(household: Household, village_code: str, group_name: str | None, address: str | None) -> Effect:
    """The whole household lives in another village from now on. Raises NothingMoves."""
    if village_code == household.facts.village_code:
        raise NothingMoves
    facts = replace(household.facts, village_code=village_code, group_name=group_name, address=address)
    after = replace(household, facts=facts, version=household.version + 1)
    return Effect((after,), about=tuple(m.member_id for m in household.members))


def split(
    household: Household, new_id: UUID, facts: HouseholdFacts, going: Relations, staying: Relations, on: date
) -> Effect:
    """Those of `going` found a household of their own, with the relations given; `staying` relates those left behind
    to their new head, if the old one goes. Raises MemberNotFound, SplitTakesAll, RelationsIncomplete, NewHeadNeeded."""
    leaving = tuple(_member(household, member_id) for member_id in going)
    behind = tuple(m for m in household.members if m.member_id not in going)
    if not behind:
        raise SplitTakesAll
    old = _without(household, any(m.is_head for m in leaving), behind, on, EventKind.SPLIT, staying)
    founded = _joined(_related(leaving, going, everyone=True), on)
    gone = tuple((household.household_id, _gone(m, on, EventKind.SPLIT)) for m in leaving)
    return Effect((old, Household(new_id, facts, founded)), gone, tuple(going))


def merge(household: Household, other: Household, coming: Relations, on: date) -> Effect:
    """All of the other household live in this one from now on, and it closes. Raises MergeWithItself,
    RelationsIncomplete, HeadWrong."""
    if household.household_id == other.household_id:
        raise MergeWithItself
    if HEAD in coming.values():
        raise HeadWrong
    if set(coming) != {m.member_id for m in other.members}:
        raise RelationsIncomplete
    joined = _joined(tuple(replace(m, relation=coming[m.member_id], is_head=False) for m in other.members), on)
    gone = tuple((other.household_id, _gone(m, on, EventKind.MERGE)) for m in other.members)
    return Effect(
        (_next(household, (*household.members, *joined)), _closed(other, on, EventKind.MERGE)), gone, tuple(coming)
    )


def _without(
    household: Household, head_goes: bool, staying: Sequence[Member], on: date, kind: EventKind, relations: Relations
) -> Household:
    if not staying:
        return _closed(household, on, kind)
    if not head_goes:
        return _next(household, _related(staying, relations, everyone=False))
    if not relations:
        raise NewHeadNeeded
    return _next(household, _related(staying, relations, everyone=True))


def _related(members: Sequence[Member], relations: Relations, *, everyone: bool) -> tuple[Member, ...]:
    """The members with their relations to the one head among them, who stands first."""
    known = {m.member_id for m in members}
    if set(relations) - known or (everyone and set(relations) != known):
        raise RelationsIncomplete
    related = [replace(m, relation=relations.get(m.member_id, m.relation)) for m in members]
    in_order = sorted(related, key=lambda m: (m.relation != HEAD, m.birth_date, m.member_id))
    if [m.relation for m in in_order].count(HEAD) != 1:
        raise RelationsIncomplete
    return tuple(replace(m, is_head=m.relation == HEAD) for m in in_order)


def _joined(members: Sequence[Member], on: date) -> tuple[Member, ...]:
    return tuple(replace(m, joined_on=on, left_on=None, left_reason=None) for m in members)


def _gone(member: Member, on: date, kind: EventKind) -> Member:
    _require_after(on, member.birth_date, EventBeforeBirth)
    if member.joined_on is not None:
        _require_after(on, member.joined_on, EventBeforeJoining)
    return replace(member, is_head=False, left_on=on, left_reason=LEFT_REASON[kind])


def _closed(household: Household, on: date, kind: EventKind) -> Household:
    facts = replace(household.facts, closed_on=on, closed_reason=LEFT_REASON[kind])
    return Household(household.household_id, facts, (), household.version + 1)


def _next(household: Household, members: Sequence[Member]) -> Household:
    return replace(household, members=tuple(members), version=household.version + 1)


def _member(household: Household, member_id: UUID) -> Member:
    found = next((m for m in household.members if m.member_id == member_id), None)
    if found is None:
        raise MemberNotFound
    return found


def _require_after(
    on: date, earliest: date, error: type[EventBeforeBirth | EventBeforeJoining | EventBeforeLeaving]
) -> None:
    if on < earliest:
        raise error
