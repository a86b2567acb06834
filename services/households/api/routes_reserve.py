"""The reserved fund (预留扶贫资金): a household's tranches, a village's pot and ledger."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, Response

from services.households.api.deps import PolicyToday, Repositories
from services.households.api.schemas_reserve import (
    BookedEntryOut,
    EntriesOut,
    PotOut,
    TrancheIn,
    TrancheOut,
    TranchePayment,
    TrancheRefusal,
    TrancheReturn,
    TranchesOut,
)
from services.households.domain.reserve_fund import STEPS, Tranche, left_for
from services.households.storage.reserve_repository import BookedEntry, tranches_of
from services.households.use_cases.fund_village import read_ledger, read_pot
from services.households.use_cases.read_household import read_household
from services.households.use_cases.reserve_tranches import ReserveTranches
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, VillageCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["reserved fund"])


async def steps_of_tranche(
    who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, policy: PolicyToday
) -> ReserveTranches:
    return ReserveTranches(connection, rooms.households, policy, who, with_.audit, with_.clock, _shown)


Steps = Annotated[ReserveTranches, Depends(steps_of_tranche, scope="function")]


@router.get("/v1/households/{household_id}/reserve-tranches")
async def list_reserve_tranches(
    household_id: Id, who: Who, connection: Connection, rooms: Repositories, policy: PolicyToday
) -> TranchesOut:
    await read_household(connection, rooms.households, who, household_id, "reserve_tranches")
    found = await tranches_of(connection, household_id)
    return TranchesOut(
        items=[tranche_out(tranche) for tranche in found],
        ceiling_cents=policy.reserve_cents_per_household,
        out_cents=sum(tranche.out_cents for tranche in found),
        left_cents=max(left_for(found, policy), 0),
    )


@router.post("/v1/households/{household_id}/reserve-tranches", status_code=201)
async def request_reserve_tranche(household_id: Id, body: TrancheIn, steps: Steps, response: Response) -> TrancheOut:
    tranche_id = body.tranche_id or new_id()
    tranche = await steps.request(household_id, tranche_id, body.amount_cents, body.purpose, body.measure_id)
    return _with_version(tranche, response)


@router.post("/v1/households/{household_id}/reserve-tranches/{tranche_id}/payment")
async def pay_reserve_tranche(
    household_id: Id, tranche_id: Id, body: TranchePayment, version: ExpectedVersion, steps: Steps, response: Response
) -> TrancheOut:
    return _with_version(await steps.pay(household_id, tranche_id, version, body.on, body.note), response)


@router.post("/v1/households/{household_id}/reserve-tranches/{tranche_id}/refusal")
async def refuse_reserve_tranche(
    household_id: Id, tranche_id: Id, body: TrancheRefusal, version: ExpectedVersion, steps: Steps, response: Response
) -> TrancheOut:
    return _with_version(await steps.refuse(household_id, tranche_id, version, body.reason), response)


@router.post("/v1/households/{household_id}/reserve-tranches/{tranche_id}/returns")
async def return_reserve_tranche(
    household_id: Id, tranche_id: Id, body: TrancheReturn, version: ExpectedVersion, steps: Steps, response: Response
) -> TrancheOut:
    tranche = await steps.take_back(household_id, tranche_id, version, body.amount_cents, body.on, body.note)
    return _with_version(tranche, response)


@router.get("/v1/villages/{code}/reserve-fund")
async def read_reserve_fund(code: VillageCode, who: Who, connection: Connection) -> PotOut:
    pot, wrong = await read_pot(connection, who, code)
    return PotOut(
        village_code=code,
        balance_cents=pot.balance_cents,
        ledger_cents=sum(pot.sums.values()),
        allocated_cents=pot.sums.get("allocation", 0),
        recalled_cents=-pot.sums.get("recall", 0),
        paid_cents=-pot.sums.get("payment", 0),
        returned_cents=pot.sums.get("return", 0),
        entries=pot.entries,
        first_wrong_entry=wrong,
    )


@router.get("/v1/villages/{code}/reserve-fund/entries")
async def list_reserve_entries(
    code: VillageCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> EntriesOut:
    scope = f"reserve-entries:{code}"
    before = int(with_.cursors.read(scope, cursor)[0]) if cursor else None
    found = await read_ledger(connection, who, code, before, limit + 1)
    items, next_cursor = page_of(found, limit, lambda line: with_.cursors.write(scope, [str(line.entry.entry_no)]))
    return EntriesOut(
        items=[_booked(line) for line in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


def tranche_out(tranche: Tranche) -> TrancheOut:
    more = {"out_cents": tranche.out_cents, "allowed": list(STEPS[tranche.state])}
    return TrancheOut.model_validate({**asdict(tranche), **more})


def _booked(line: BookedEntry) -> BookedEntryOut:
    return BookedEntryOut.model_validate({**asdict(line), **asdict(line.entry)})


def _with_version(tranche: Tranche, response: Response) -> TrancheOut:
    response.headers["ETag"] = etag(tranche.version)
    return tranche_out(tranche)


def _shown(tranche: Tranche) -> dict[str, Any]:
    return tranche_out(tranche).model_dump(mode="json")
