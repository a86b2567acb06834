"""How far has a place drifted month by month from its first scoring, by attribute and total? Data for a chart."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.credit.domain.drift import Drift, drift, score_classes
from services.credit.domain.record_errors import NotATownship
from services.credit.storage.card_repository import card_in_force
from services.credit.storage.directory_repository import place
from services.credit.storage.run_counts import CountedRun, counted_runs_of, counts_of, totals_of
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Month:
    """The last scoring of a month, against the first one of all; `attributes` in card order."""

    month: str
    run_id: UUID
    as_of: date
    rated: int
    total: Drift | None
    attributes: tuple[tuple[str, Drift | None], ...]


@dataclass(frozen=True, slots=True)
class DriftByMonth:
    card_id: str
    card_version: int
    months: tuple[Month, ...]


async def watch_drift_by_month(
    connection: Connection, who: Principal, region: str, card_id: str, today: date
) -> DriftByMonth:
    """For the officials of a township or a wider place, on the card in force.

    Raises NotPermitted, OutsideScope, PlaceNotFound, NotATownship for a village, CardNotFound.
    """
    who.require_official(region)
    if (await place(connection, region)).level == "village":
        raise NotATownship
    card = await card_in_force(connection, card_id, today)
    last_of_month: dict[str, CountedRun] = {}
    for run in await counted_runs_of(connection, region, card.id, card.version):
        last_of_month[f"{run.as_of:%Y-%m}"] = run
    months: list[Month] = []
    first: dict[str, Counter[str]] | None = None
    for month, run in last_of_month.items():
        now = await counts_of(connection, run.run_id, region)
        first = first or now
        before, after = totals_of(first), totals_of(now)
        attributes = tuple(
            (one.id, drift(first.get(one.id, Counter()), now.get(one.id, Counter()))) for one in card.attributes
        )
        months.append(
            Month(month, run.run_id, run.as_of, after.total(), drift(*score_classes(before, after)), attributes)
        )
    return DriftByMonth(card.id, card.version, tuple(months))
