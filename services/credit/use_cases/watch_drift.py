"""How far have the households of a place drifted from one scoring run to another, by attribute and total?"""

from dataclasses import dataclass
from uuid import UUID

from services.credit.domain.drift import Drift, drift, score_classes
from services.credit.domain.record_errors import RunNotFinished
from services.credit.domain.run_errors import RunsNotComparable
from services.credit.storage.card_repository import card_version
from services.credit.storage.drift_repository import bin_counts, total_counts
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
    many = len(card.attributes)
    bins = [await bin_counts(connection, run.run_id, region, many) for run in (before, after)]
    totals = [await total_counts(connection, run.run_id, region) for run in (before, after)]
    return DriftOfPlace(
        before,
        after,
        totals[0].total(),
        totals[1].total(),
        drift(*score_classes(totals[0], totals[1])),
        tuple(
            (attribute.id, attribute.title, drift(then, now))
            for attribute, then, now in zip(card.attributes, *bins, strict=True)
        ),
    )
