"""An official works out a village's dividend, first only to see it, then as a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.households.domain.dividend import Distribution, distribute
from services.households.domain.dividend_course import Dividend, digest_of
from services.households.domain.dividend_errors import (
    DividendNobodyToPay,
    DividendWeightForeign,
    DividendWeightTwice,
)
from services.households.domain.plan_policy import PlanPolicy
from services.households.storage.dividend_repository import add_dividend, shareholders_of
from services.households.storage.region_repository import require_village
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class DividendOrder:
    """What the village decided; `weights` (member, hundredths of a share) only where they are not the usual ones."""

    year: int
    income_cents: int
    poor_also_ordinary: bool
    weights: Sequence[tuple[UUID, int]]


async def preview_dividend(
    connection: Connection, policy: PlanPolicy, who: Principal, village_code: str, order: DividendOrder
) -> Distribution:
    """Stores nothing. Raises OutsideScope, VillageUnknown, DividendWeightTwice, DividendWeightForeign,
    DividendNobodyToPay."""
    who.require_official(village_code)
    await require_village(connection, village_code)
    if len({member_id for member_id, _ in order.weights}) < len(order.weights):
        raise DividendWeightTwice
    return await work_out(connection, policy, village_code, order, _by_member(order))


async def draft_dividend(
    connection: Connection,
    policy: PlanPolicy,
    who: Principal,
    village_code: str,
    dividend_id: UUID,
    order: DividendOrder,
) -> Dividend:
    """Raises what the preview does, DividendOfYearExists, DividendIdTaken."""
    found = await preview_dividend(connection, policy, who, village_code, order)
    drafted = Dividend(
        village_code,
        dividend_id,
        order.year,
        order.income_cents,
        order.poor_also_ordinary,
        found.parts,
        _by_member(order),
        digest_of(found),
        who.subject,
    )
    await add_dividend(connection, drafted, found.lines)
    return drafted


async def work_out(
    connection: Connection,
    policy: PlanPolicy,
    village_code: str,
    order: DividendOrder | Dividend,
    weights: Mapping[str, int],
) -> Distribution:
    """With the village's people as they are now. Raises DividendWeightForeign, DividendNobodyToPay."""
    holding = await shareholders_of(connection, village_code, weights, policy.dividend_weight)
    if set(weights) - {str(one.member_id) for one in holding}:
        raise DividendWeightForeign
    found = distribute(order.income_cents, holding, policy.dividend_parts, poor_also_ordinary=order.poor_also_ordinary)
    if not found.lines:
        raise DividendNobodyToPay
    return found


def _by_member(order: DividendOrder) -> dict[str, int]:
    return {str(member_id): weight for member_id, weight in order.weights}
