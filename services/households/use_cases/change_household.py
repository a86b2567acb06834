"""A clerk changes what the record says of a household, of a member or of a year's income."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.households.domain.household import Household, HouseholdFacts, Member, changed_fields
from services.households.domain.household_errors import (
    HeadWrong,
    HouseholdStale,
    MemberLeavesByEvent,
    MemberNotFound,
)
from services.households.domain.income import YearIncome, is_newest
from services.households.domain.known_causes import unknown_causes
from services.households.domain.plan_policy import PlanPolicy
from services.households.storage.change_repository import Author, add_changes, change_row
from services.households.storage.duplicate_repository import flag_likely_duplicates
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.income_repository import add_income, incomes_of
from services.households.use_cases.guard_record import guard_changed
from services.households.use_cases.monitoring_desk import Desk
from services.households.use_cases.register_household import refuse_second_registration
from services.households.use_cases.see_household import role_towards, showing
from services.households.use_cases.watch_rules import notice_income
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection


class ChangeHousehold:
    """The changes share how they begin (see, lock, compare versions) and how they end (record, feed).

    `show` says how the record is shown to its readers: whoever changed an older version is shown what stands now.
    """

    def __init__(
        self,
        connection: Connection,
        households: HouseholdRepository,
        change_log: ChangeLog,
        who: Principal,
        show: Callable[[Household], Mapping[str, Any]],
        desk: Desk,
        policy: PlanPolicy,
    ) -> None:
        self._connection = connection
        self._households = households
        self._change_log = change_log
        self._who = who
        self._show = show
        self._desk = desk
        self._policy = policy
        self._begun: Household | None = None

    async def facts(self, household_id: UUID, facts: HouseholdFacts, version: int, source: str) -> Household:
        """Replaces the own fields.

        Raises HouseholdNotFound, HouseholdStale, CauseUnknown and what `guard_changed` raises.
        """
        before = await self.begin(household_id, version)
        standing = before.facts
        if (refusal := unknown_causes(facts.causes, standing.causes, self._policy)) is not None:
            raise refusal
        await guard_changed(self._connection, self._who, before, facts, source)
        facts = replace(facts, demonstration=before.facts.demonstration)
        after = replace(before, facts=facts, version=before.version + 1)
        changed = changed_fields(before.facts, facts)
        return await self._end(before, after, changed, "changed", source)

    async def add_member(self, household_id: UUID, member: Member, version: int, source: str) -> Household:
        """Raises HeadWrong, PersonRegisteredElsewhere, HouseholdStale."""
        before = await self.begin(household_id, version)
        if member.is_head:
            raise HeadWrong
        await refuse_second_registration(self._connection, self._households, self._who, member.id_number, household_id)
        after = replace(before, members=(*before.members, member), version=before.version + 1)
        await self._households.add_member(self._connection, after, member)
        return await self._end(before, after, ("members",), "member_added", source)

    async def save_member(self, household_id: UUID, member: Member, version: int, source: str) -> Household:
        """Replaces what is said of a member; who leaves, leaves by an event.

        Raises MemberNotFound, MemberLeavesByEvent, HeadWrong.
        """
        before = await self.begin(household_id, version)
        old = next((m for m in before.members if m.member_id == member.member_id), None)
        if old is None:
            raise MemberNotFound
        if member.left_on is not None or member.left_reason is not None:
            raise MemberLeavesByEvent
        if old.is_head != member.is_head:
            raise HeadWrong
        if old.id_number != member.id_number:
            await refuse_second_registration(
                self._connection, self._households, self._who, member.id_number, household_id
            )
        member = replace(member, joined_on=old.joined_on)
        members = tuple(member if m.member_id == member.member_id else m for m in before.members)
        after = replace(before, members=members, version=before.version + 1)
        await self._households.save_member(self._connection, after, member)
        return await self._end(before, after, ("members",), "member_changed", source)

    async def income(self, household_id: UUID, income: YearIncome, version: int, source: str) -> Household:
        """Writes down a year's income; the newest year's tells the household's present one.

        Raises HouseholdNotFound, HouseholdStale."""
        before = await self.begin(household_id, version)
        years = tuple(known.income.year for known in await incomes_of(self._connection, household_id))
        facts = before.facts
        changed: tuple[str, ...] = ("incomes",)
        if is_newest(income.year, years):
            facts = replace(facts, net_income_per_head_cents=income.net_per_head_cents)
            changed = (*changed, *changed_fields(before.facts, facts))
        after = replace(before, facts=facts, version=before.version + 1)
        await add_income(self._connection, household_id, after.version, income, self._author(source))
        return await self._end(before, after, changed, "income_recorded", source)

    async def begin(self, household_id: UUID, version: int) -> Household:
        """The household as it stands, locked: read once, though route and change both begin with it.

        Raises HouseholdNotFound, HouseholdClosed, HouseholdStale."""
        if self._begun and (self._begun.household_id, self._begun.version) == (household_id, version):
            return self._begun
        before = await self._households.get(self._connection, household_id, lock=True)
        role = await role_towards(self._connection, self._who, household_id, before.facts.village_code)
        self._who.require_official(before.facts.village_code)
        before.require_open()
        if before.version != version:
            raise showing(HouseholdStale(current=self._show(before)), self._who, household_id, role, "record")
        self._begun = before
        return before

    async def _end(
        self, before: Household, after: Household, changed: tuple[str, ...], kind: str, source: str
    ) -> Household:
        await self._households.save_facts(self._connection, before, after)
        self._begun = None
        await add_changes(self._connection, [change_row(after, self._author(source), kind, changed)])
        await self._change_log.append(self._connection, [self._households.feed_change(after)])
        if "members" in changed or "village_code" in changed:
            await flag_likely_duplicates(self._connection, [after.household_id])
        if "net_income_per_head_cents" in changed:
            await notice_income(self._desk, self._who, after)
        return after

    def _author(self, source: str) -> Author:
        return Author(self._who.subject, self._who.name, source)
