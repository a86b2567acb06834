"""A household's moral points are proposed with evidence, confirmed by a second person, and exchanged for goods."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.households.domain.moral_bank import (
    Claim,
    ClaimState,
    Goods,
    MoralPolicy,
    may_be_goods,
    may_claim,
    may_decide_claim,
)
from services.households.domain.moral_bank_errors import MoralClaimStale, MoralGoodsStale
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.moral_bank_repository import (
    Booking,
    MoralEntry,
    add_claim,
    add_goods,
    book_points,
    claims_of,
    entries_of_household,
    get_claim,
    get_goods,
    goods_of,
    points_of,
    save_claim,
    save_goods,
    take_goods,
)
from services.households.storage.region_repository import require_village
from services.households.use_cases.read_household import read_household
from services.households.use_cases.see_household import role_towards, showing
from shared.auth import OFFICIALS, Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class MoralAccount:
    points: int
    claims: list[Claim]
    entries: list[MoralEntry]


class MoralBank:
    """One person's dealings with the bank, in one transaction."""

    def __init__(
        self, connection: Connection, households: HouseholdRepository, policy: MoralPolicy, who: Principal, today: date
    ) -> None:
        self._connection = connection
        self._households = households
        self._policy = policy
        self._who = who
        self._today = today

    async def account(self, household_id: UUID) -> MoralAccount:
        """Raises HouseholdNotFound."""
        await read_household(self._connection, self._households, self._who, household_id, "moral_bank")
        return MoralAccount(
            await points_of(self._connection, household_id),
            await claims_of(self._connection, household_id),
            await entries_of_household(self._connection, household_id),
        )

    async def propose(self, household_id: UUID, claim_id: UUID, rule: str, happened_on: date, evidence: str) -> Claim:
        """Raises HouseholdNotFound, MoralClaimIdTaken and the reasons of `may_claim`."""
        self._who.require_role(*OFFICIALS, "cadre")
        await self._seen(household_id)
        others = await claims_of(self._connection, household_id)
        if (refusal := may_claim(rule, happened_on, others, self._policy, self._today)) is not None:
            raise refusal
        points = self._policy.rules[rule].points
        claim = Claim(household_id, claim_id, rule, points, happened_on, evidence, self._who.subject)
        await add_claim(self._connection, claim)
        return claim

    async def decide(
        self,
        household_id: UUID,
        claim_id: UUID,
        to: ClaimState,
        note: str | None,
        *,
        version: int,
        show: Callable[[Claim], Mapping[str, Any]],
    ) -> Claim:
        """Raises HouseholdNotFound, OutsideScope, MoralClaimNotFound, MoralClaimStale, MoralPointsShort and the
        reasons of `may_decide_claim`."""
        village_code, role = await self._seen(household_id)
        self._who.require_official(village_code)
        claim = await get_claim(self._connection, household_id, claim_id)
        if claim.version != version:
            raise showing(MoralClaimStale(current=show(claim)), self._who, household_id, role, "moral_bank")
        if (refusal := may_decide_claim(claim, to, self._who.subject)) is not None:
            raise refusal
        decided = replace(claim, state=to, decided_by=self._who.subject, note=note, version=version + 1)
        await save_claim(self._connection, decided)
        if to == "confirmed":
            booking = Booking("earned", claim.points, claim.rule, claim_id=claim_id)
            await book_points(self._connection, household_id, booking, self._who.subject)
        elif to == "withdrawn":
            booking = Booking("withdrawn", -claim.points, claim.rule, claim_id=claim_id)
            await book_points(self._connection, household_id, booking, self._who.subject)
        return decided

    async def redeem(self, household_id: UUID, goods_id: UUID, quantity: int) -> int:
        """Goods of the household's own village for points; the points left.

        Raises HouseholdNotFound, OutsideScope, MoralGoodsNotFound, MoralGoodsShort, MoralPointsShort.
        """
        village_code, _ = await self._seen(household_id)
        self._who.require_official(village_code)
        goods = await take_goods(self._connection, village_code, goods_id, quantity)
        what = f"{goods.name} × {quantity}"
        booking = Booking("redeemed", -goods.points * quantity, what, goods_id=goods_id)
        return await book_points(self._connection, household_id, booking, self._who.subject)

    async def goods(self, village_code: str) -> list[Goods]:
        """Raises OutsideScope, VillageUnknown."""
        self._who.require_official(village_code)
        await require_village(self._connection, village_code)
        return await goods_of(self._connection, village_code)

    async def add_goods(self, goods: Goods) -> Goods:
        """Raises OutsideScope, VillageUnknown, MoralGoodsNotMoney, MoralGoodsIdTaken."""
        self._who.require_official(goods.village_code)
        await require_village(self._connection, goods.village_code)
        if (refusal := may_be_goods(goods.name, self._policy)) is not None:
            raise refusal
        await add_goods(self._connection, goods)
        return goods

    async def change_goods(self, goods: Goods, show: Callable[[Goods], Mapping[str, Any]]) -> Goods:
        """`goods.version` is the one that is changed. Raises what adding does, MoralGoodsNotFound, MoralGoodsStale."""
        self._who.require_official(goods.village_code)
        before = await get_goods(self._connection, goods.village_code, goods.goods_id)
        if before.version != goods.version:
            raise MoralGoodsStale(current=show(before))
        if (refusal := may_be_goods(goods.name, self._policy)) is not None:
            raise refusal
        after = replace(goods, version=goods.version + 1)
        await save_goods(self._connection, after)
        return after

    async def _seen(self, household_id: UUID) -> tuple[str, str]:
        """The household's village and the asker's role towards it; its row is the guard of how often a rule counts.

        Raises HouseholdNotFound."""
        household = await self._households.get(self._connection, household_id, lock=True)
        village_code = household.facts.village_code
        return village_code, await role_towards(self._connection, self._who, household_id, village_code)
