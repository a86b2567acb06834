"""How far have the households of a place drifted from one scoring run to another, by attribute and total?"""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from services.credit.domain.drift import Drift, drift, score_classes
from services.credit.domain.record_errors import RunNotFinished
from services.credit.domain.run_errors import RunsNotComparable
from services.credit.domain.scorecard import Card
from services.credit.storage.card_repository import card_version
from services.credit.storage.drift_repository import bin_counts, total_counts
from services.credit.storage.run_counts import TOWNSHIP_DIGITS, counts_of, totals_of
from services.credit.storage.run_repository import Run, get_run
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class DriftOfPlace:
    """Rated households before and after; a drift is None where one of the runs scored nobody of the place."""

    before: Run
    after: Run
    rated_before: int
    rated_after: int
    total: Drift | None
    attributes: tuple[tuple[str, str, Drift | None], ...]


async def watch_drift(
    connection: Connection, who: Principal, region: str, from_run: UUID, to_run: UUID
) -> DriftOfPlace:
    """For the officials of the place.

    Raises NotPermitted, OutsideScope, RunNotFound, RunNotFinished, RunsNotComparable (not of one card and version).
    """
    who.require_official(region)
    before, after = await get_run(connection, from_run), await get_run(connection, to_run)
    if "scoring" in (before.state, after.state):
        raise RunNotFinished
    if (before.card_id, before.card_version) != (after.card_id, after.card_version):
        raise RunsNotComparable
    card = await card_version(connection, before.card_id, before.card_version)
    then, now = [await _spread(connection, run, card, region) for run in (before, after)]
    return DriftOfPlace(
        before,
        after,
        then.totals.total(),
        now.totals.total(),
        drift(*score_classes(then.totals, now.totals)),
        tuple(
            (attribute.id, attribute.title, drift(was, become))
            for attribute, was, become in zip(card.attributes, then.bins, now.bins, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Spread:
    """The households of a run by bin, for every attribute in card order, and the rated ones by total."""

    bins: list[Counter[str]]
    totals: Counter[int]


async def _spread(connection: Connection, run: Run, card: Card, region: str) -> _Spread:
    """As they were counted, which knows of scores that went since; a village is not counted by itself."""
    counted = {} if len(region) > TOWNSHIP_DIGITS else await counts_of(connection, run.run_id, region)
    if counted:
        return _Spread([counted.get(one.id, Counter()) for one in card.attributes], totals_of(counted))
    bins = await bin_counts(connection, run.run_id, region, len(card.attributes))
    return _Spread(bins, await total_counts(connection, run.run_id, region))
