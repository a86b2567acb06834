"""A clerk records what happened in a household: birth, death, marriage, split, merge, move, new head, return."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.households.domain.household import Household, HouseholdFacts, Member
from services.households.domain.household_errors import MemberNotFound
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
from services.households.storage.change_repository import Author, add_changes, change_row
from services.households.storage.duplicate_repository import flag_likely_duplicates
from services.households.storage.event_repository import add_events
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.region_repository import require_village
from services.households.use_cases.carry_cases import carry_cases
from services.households.use_cases.change_household import ChangeHousehold
from services.households.use_cases.monitoring_desk import Desk
from services.households.use_cases.register_household import refuse_second_registration
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Event:
    """What is said to have happened; each kind needs some of the fields. `relations` are of those who go or stay with
    the household that was asked for, `others` of those who come from or found another one."""

    kind: EventKind
    on: date
    source: str
    member: Member | None = None
    member_id: UUID | None = None
    relation: str = ""
    relations: Mapping[UUID, str] = field(default_factory=dict)
    others: Mapping[UUID, str] = field(default_factory=dict)
    household_id: UUID | None = None
    facts: HouseholdFacts | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """`households`: as they stand after it, the one that was asked for first."""

    event_id: UUID
    event: Event
    households: tuple[Household, ...]


class RecordEvent:
    """Runs in the caller's transaction; households are locked in the order of their ids, so that two events that touch
    the same two households wait for each other and never both for ever."""

    def __init__(
        self,
        connection: Connection,
        households: HouseholdRepository,
        change_log: ChangeLog,
        who: Principal,
        change: ChangeHousehold,
        desk: Desk,
    ) -> None:
        self._connection = connection
        self._households = households
        self._change_log = change_log
        self._who = who
        self._change = change
        self._desk = desk

    async def record(self, household_id: UUID, event: Event, version: int, today: date) -> Recorded:
        """Raises HouseholdNotFound, HouseholdClosed, HouseholdStale, OutsideScope, PersonRegisteredElsewhere, and the
        leaves of `event_errors`."""
        require_past(event.on, today)
        other_id = event.household_id if event.kind is not EventKind.SPLIT else None
        for locked in sorted({household_id, other_id or household_id}):
            await self._households.get(self._connection, locked, lock=True)
        before = await self._change.begin(household_id, version)
        other = await self._other(other_id) if other_id else None
        effect = await self._effect(before, other, event)
        await self._write(tuple(one for one in (before, other) if one), effect, event)
        event_id = new_id()
        author = Author(self._who.subject, self._who.name, event.source)
        touched = [one.household_id for one in effect.after]
        await add_events(self._connection, event_id, event.kind, event.on, effect.about, touched, author)
        await self._change_log.append(self._connection, [self._households.feed_change(one) for one in effect.after])
        await flag_likely_duplicates(self._connection, touched)
        for one in effect.after:
            if not one.is_open:
                merged = event.kind is EventKind.MERGE
                await carry_cases(self._desk, self._who, one.household_id, household_id if merged else None)
        return Recorded(event_id, event, effect.after)

    async def _other(self, household_id: UUID) -> Household:
        """The second household; the official must be one for it too. Raises HouseholdNotFound, HouseholdClosed."""
        other = await self._households.get(self._connection, household_id)
        return await self._change.begin(household_id, other.version)

    async def _effect(self, before: Household, other: Household | None, event: Event) -> Effect:
        match event.kind:
            case EventKind.BIRTH | EventKind.MARRIAGE_IN | EventKind.MOVE_IN | EventKind.RETURN:
                return arrive(before, await self._arriving(before, event), event.on)
            case EventKind.MOVE if event.facts:
                await self._require_place(event.facts.village_code)
                return move(before, event.facts.village_code, event.facts.group_name, event.facts.address)
            case EventKind.SPLIT:
                facts = await self._founded(before, event)
                return split(before, event.household_id or new_id(), facts, event.others, event.relations, event.on)
            case _:
                return _among_members(before, other, event)

    async def _arriving(self, household: Household, event: Event) -> Member:
        """Someone new to the record, or someone who lived here before."""
        member = event.member
        if member is None:
            if event.member_id is None:
                raise MemberNotFound
            known = await self._households.former_member(self._connection, household.household_id, event.member_id)
            if known is None:
                raise MemberNotFound
            member = replace(known, relation=event.relation)
        await refuse_second_registration(
            self._connection, self._households, self._who, member.id_number, household.household_id
        )
        return member

    async def _founded(self, before: Household, event: Event) -> HouseholdFacts:
        """A new household has the place, standing and house of the old one, and numbers of its own."""
        given = event.facts or HouseholdFacts("")
        here = given.village_code in {"", before.facts.village_code}
        if not here:
            await self._require_place(given.village_code)
        return replace(
            before.facts,
            village_code=given.village_code or before.facts.village_code,
            group_name=given.group_name or (before.facts.group_name if here else None),
            address=given.address or (before.facts.address if here else None),
            phone=given.phone,
            register_number=given.register_number,
            handbook_number=None,
        )

    async def _require_place(self, village_code: str) -> None:
        await require_village(self._connection, village_code)
        self._who.require_official(village_code)

    async def _write(self, before: tuple[Household, ...], effect: Effect, event: Event) -> None:
        """Whoever leaves is free before anyone arrives: the database holds a living person in one household."""
        stood = {one.household_id: one for one in before}
        for household_id, member in effect.left:
            await self._households.save_member(self._connection, stood[household_id], member)
        author = Author(self._who.subject, self._who.name, event.source)
        for after in effect.after:
            old = stood.get(after.household_id)
            if old is None:
                await self._households.add(self._connection, after)
            else:
                await self._save(old, after)
            await add_changes(self._connection, [change_row(after, author, event.kind, ("members",))])

    async def _save(self, old: Household, after: Household) -> None:
        known = set(old.members)
        for member in after.members:
            if member not in known:
                await self._households.hold_member(self._connection, after, member)
        await self._households.save_facts(self._connection, old, after)
        if not after.is_open:
            await self._households.release_register_number(self._connection, after.household_id)


def _among_members(before: Household, other: Household | None, event: Event) -> Effect:
    """What needs nothing but the households themselves."""
    if event.kind is EventKind.NEW_HEAD:
        return change_head(before, event.relations)
    if event.kind is EventKind.MERGE and other:
        return merge(before, other, event.others, event.on)
    if event.member_id is None:
        raise MemberNotFound
    if other:
        return transfer(before, other, event.member_id, event.relation, event.on, event.kind, event.relations)
    return leave(before, event.member_id, event.on, event.kind, event.relations)
