"""A household, its helper or an official writes down what the household wishes for; nobody else sees it yet.

People tell of one through `record_wish`; what a cadre heard on a visit comes through `keep_wish`.
"""

from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.wish import RECORDED, Actor, Wish
from services.households.domain.wish_entry import require_entry
from services.households.domain.wish_policy import WishPolicy, policy_on
from services.households.storage.care_history import add_care_event
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.wish_repository import add_wish, made_in_year
from services.households.use_cases.see_household import role_towards
from services.households.use_cases.write_wish import WishDesk
from shared.auth import Principal
from shared.clock import day_of
from shared.ids import new_id


async def record_wish(
    desk: WishDesk,
    households: HouseholdRepository,
    policies: tuple[WishPolicy, ...],
    who: Principal,
    household_id: UUID,
    *,
    kind: str,
    need: str,
    amount_cents: int,
) -> Wish:
    """The household is locked, so that its last place of the year is given once.

    Raises HouseholdNotFound, HouseholdClosed, WishKindUnknown and what `wish_entry` refuses.
    """
    household = await households.get(desk.connection, household_id, lock=True)
    role = await role_towards(desk.connection, who, household_id, household.facts.village_code)
    household.require_open()
    actor = Actor(who.subject, who.name, role)
    return await keep_wish(desk, policies, household, actor, kind=kind, need=need, amount_cents=amount_cents)


async def keep_wish(
    desk: WishDesk,
    policies: tuple[WishPolicy, ...],
    household: Household,
    actor: Actor,
    *,
    kind: str,
    need: str,
    amount_cents: int,
) -> Wish:
    """The caller holds the household. Raises WishKindUnknown and what `wish_entry` refuses."""
    household_id = household.household_id
    today = day_of(desk.now)
    policy = policy_on(policies, today)
    policy.kind(kind)
    made = await made_in_year(desk.connection, household_id, today.year)
    names = [member.name for member in household.members]
    require_entry(policy, household.facts, names, made_this_year=made, need=need, amount_cents=amount_cents)
    by = (actor.subject, actor.role)
    wish = Wish(new_id(), household_id, kind, need, amount_cents, RECORDED, desk.now, *by, policy.version)
    await add_wish(desk.connection, wish, today.year)
    await add_care_event(desk.connection, wish, RECORDED, actor, desk.now)
    await desk.tell(household_id, household.facts.village_code)
    return wish
