"""Between the shapes of dividends and the domain's."""

from collections.abc import Mapping
from dataclasses import asdict

from services.households.api.schemas_dividends import (
    DividendOrderIn,
    DividendOut,
    OwnShareOut,
    PartsOut,
    PoolOut,
    PreviewOut,
    ShareOut,
)
from services.households.domain.dividend import PARTS, POOLS, Distribution
from services.households.domain.dividend_course import STEPS, Dividend
from services.households.storage.dividend_repository import OwnShare, Share
from services.households.use_cases.draft_dividend import DividendOrder


def order_of(body: DividendOrderIn) -> DividendOrder:
    weights = [(one.member_id, one.weight) for one in body.weights]
    return DividendOrder(body.year, body.income_cents, body.poor_also_ordinary, weights)


def preview_out(income_cents: int, found: Distribution) -> PreviewOut:
    pools = []
    for pool in POOLS:
        cents = [line.amount_cents for line in found.lines if line.pool == pool]
        if cents:
            sums = {"amount_cents": sum(cents), "least_cents": min(cents), "most_cents": max(cents)}
            pools.append(PoolOut(pool=pool, members=len(cents), **sums))
    return PreviewOut(income_cents=income_cents, parts=_parts(found.parts), pools=pools)


def dividend_out(standing: Dividend) -> DividendOut:
    names = ("village_code", "dividend_id", "year", "income_cents", "poor_also_ordinary", "digest", "state", "version")
    values = {name: getattr(standing, name) for name in names}
    return DividendOut(**values, parts=_parts(standing.parts), allowed=list(STEPS[standing.state]))


def share_out(share: Share) -> ShareOut:
    return ShareOut.model_validate(_share_values(share))


def own_share_out(own: OwnShare) -> OwnShareOut:
    return OwnShareOut.model_validate({**_share_values(own.share), "village_code": own.village_code, "year": own.year})


def _share_values(share: Share) -> dict[str, object]:
    return {**asdict(share.line), **asdict(share.state), "open_cents": share.state.open_cents}


def _parts(parts: Mapping[str, int]) -> PartsOut:
    return PartsOut(**{f"{part}_cents": parts[part] for part in PARTS})
