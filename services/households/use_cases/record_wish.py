"""A household, its helper or an official writes down what the household wishes for; nobody else sees it yet."""

from uuid import UUID

from services.households.domain.wish import RECORDED, Actor, Wish
from services.households.domain.wish_entry import require_entry
from services.households.domain.wish_policy import WishPolicy, policy_on
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.wish_repository import add_event, add_wish, made_in_year
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

    Raises HouseholdNotFound, WishKindUnknown and what `wish_entry` refuses.
    """
    household = await households.get(desk.connection, household_id, lock=True)
    village = household.facts.village_code
    role = await role_towards(desk.connection, who, household_id, village)
    today = day_of(desk.now)
    policy = policy_on(policies, today)
    policy.kind(kind)
    made = await made_in_year(desk.connection, household_id, today.year)
    names = [member.name for member in household.members]
    require_entry(policy, household.facts, names, made_this_year=made, need=need, amount_cents=amount_cents)
    wish = Wish(new_id(), household_id, kind, need, amount_cents, RECORDED, desk.now, who.subject, role, policy.version)
    await add_wish(desk.connection, wish, today.year)
    await add_event(desk.connection, wish, RECORDED, Actor(who.subject, who.name, role), desk.now)
    await desk.tell(household_id, village)
    return wish
