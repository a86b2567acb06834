"""A household's reserved fund in tranches: asked for by one, paid or refused by another, returned when it can.

The household's row is the guard of its ceiling, the pot's row that of the village's balance, always in this order.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.households.domain.plan_policy import PlanPolicy
from services.households.domain.reserve_errors import TrancheStale
from services.households.domain.reserve_fund import Tranche, may_decide, may_pay, may_request, may_return
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.reserve_repository import (
    Posting,
    add_tranche,
    book,
    save_tranche,
    tranche_among,
    tranches_of,
)
from services.households.use_cases.see_household import role_towards, showing
from shared.auth import OFFICIALS, Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


class ReserveTranches:
    """The steps share how they begin (see, lock, compare versions) and how they end (ledger, audit).

    `show` says how a tranche is shown: whoever decides on an older version is shown what stands now.
    """

    def __init__(
        self,
        connection: Connection,
        households: HouseholdRepository,
        policy: PlanPolicy,
        who: Principal,
        audit: AuditTrail,
        clock: Clock,
        show: Callable[[Tranche], Mapping[str, Any]],
    ) -> None:
        self._connection = connection
        self._households = households
        self._policy = policy
        self._who = who
        self._audit = audit
        self._clock = clock
        self._show = show

    async def request(
        self, household_id: UUID, tranche_id: UUID, amount_cents: int, purpose: str, measure_id: UUID | None
    ) -> Tranche:
        """Raises HouseholdNotFound, ReserveNeedsPoor, ReserveCeilingReached, TrancheIdTaken."""
        self._who.require_role(*OFFICIALS, "cadre")
        household = await self._households.get(self._connection, household_id, lock=True)
        village = household.facts.village_code
        await role_towards(self._connection, self._who, household_id, village)
        standing = await tranches_of(self._connection, household_id)
        if (refusal := may_request(household, amount_cents, standing, self._policy)) is not None:
            raise refusal
        tranche = Tranche(household_id, tranche_id, village, amount_cents, purpose, self._who.subject, measure_id)
        await add_tranche(self._connection, tranche)
        return tranche

    async def pay(self, household_id: UUID, tranche_id: UUID, version: int, on: date, note: str) -> Tranche:
        """Raises what `_begin` and `may_pay` do, ReservePotShort."""
        tranche, others = await self._begin(household_id, tranche_id, version)
        today = self._clock.today()
        if (refusal := may_pay(tranche, others, self._policy, self._who.subject, on, today)) is not None:
            raise refusal
        paid = replace(tranche, state="paid", decided_by=self._who.subject, note=note, version=version + 1)
        await save_tranche(self._connection, paid)
        await self._book(paid, Posting("payment", -paid.amount_cents, on, note, household_id, tranche_id))
        return paid

    async def refuse(self, household_id: UUID, tranche_id: UUID, version: int, reason: str) -> Tranche:
        """Raises what `_begin` and `may_decide` do."""
        tranche, _ = await self._begin(household_id, tranche_id, version)
        if (refusal := may_decide(tranche, "refusal", self._who.subject)) is not None:
            raise refusal
        refused = replace(tranche, state="refused", decided_by=self._who.subject, note=reason, version=version + 1)
        await save_tranche(self._connection, refused)
        return refused

    async def take_back(
        self, household_id: UUID, tranche_id: UUID, version: int, amount_cents: int, on: date, note: str
    ) -> Tranche:
        """Raises what `_begin` and `may_return` do."""
        tranche, _ = await self._begin(household_id, tranche_id, version)
        if (refusal := may_return(tranche, amount_cents, on, self._clock.today())) is not None:
            raise refusal
        left = replace(tranche, returned_cents=tranche.returned_cents + amount_cents, version=version + 1)
        await save_tranche(self._connection, left)
        await self._book(left, Posting("return", amount_cents, on, note, household_id, tranche_id))
        return left

    async def _begin(self, household_id: UUID, tranche_id: UUID, version: int) -> tuple[Tranche, list[Tranche]]:
        """The tranche and the household's others, locked. Raises HouseholdNotFound, OutsideScope, TrancheNotFound,
        TrancheStale."""
        household = await self._households.get(self._connection, household_id, lock=True)
        role = await role_towards(self._connection, self._who, household_id, household.facts.village_code)
        self._who.require_official(household.facts.village_code)
        standing = await tranches_of(self._connection, household_id)
        tranche = tranche_among(standing, tranche_id)
        # A household that has moved: the pot is still the old village's.
        self._who.require_official(tranche.village_code)
        if tranche.version != version:
            raise showing(TrancheStale(current=self._show(tranche)), self._who, household_id, role, "reserve_tranches")
        return tranche, [one for one in standing if one.tranche_id != tranche_id]

    async def _book(self, tranche: Tranche, posting: Posting) -> None:
        entry = await book(self._connection, tranche.village_code, posting, self._who)
        await self._audit.append(
            self._connection,
            at=self._clock.now(),
            event=f"reserve_{posting.kind}",
            actor=self._who.subject,
            subject=str(tranche.household_id),
            facts={
                "village_code": tranche.village_code,
                "entry_no": entry.entry_no,
                "amount_cents": entry.amount_cents,
                "requested_by": tranche.requested_by,
            },
        )
