"""What is kept of a scoring run for good: how many households of each township fell into each bin and band.

The scores of a run may go: of who moved, of who took back the consent, of old facts. Its figures are those it had.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Integer, Text, cast, delete, func, insert, literal, select, union_all, update
from sqlalchemy.dialects.postgresql import ARRAY

from services.credit.domain.scorecard import BAND, TOTAL, Card
from services.credit.storage.tables import clocks, runs, scores, taken_over
from shared.db import Connection
from shared.regions import prefix_range

counts = clocks.run_counts
TIDIED = "tidied"
TOWNSHIP_DIGITS = 9


@dataclass(frozen=True, slots=True)
class CountedRun:
    run_id: UUID
    as_of: date


async def uncounted_runs(connection: Connection) -> list[tuple[UUID, str, int]]:
    """Finished runs, each with its card and version, that are not counted yet, oldest first."""
    counted = select(counts.c.run_id).where(counts.c.run_id == runs.c.run_id)
    statement = (
        select(runs.c.run_id, runs.c.card_id, runs.c.card_version)
        .where(runs.c.state.in_(("finished", "in_effect")), ~counted.exists())
        .where(select(scores.c.run_id).where(scores.c.run_id == runs.c.run_id).exists())
        .order_by(runs.c.ordered_at)
    )
    return [(row.run_id, row.card_id, row.card_version) for row in await connection.execute(statement)]


async def count_run(connection: Connection, run_id: UUID, card: Card) -> None:
    """By township, attribute and bin, and by band; of the total only those who are rated.

    Of two who count a run at once one does; a second time changes nothing.
    """
    await connection.execute(select(runs.c.run_id).where(runs.c.run_id == run_id).with_for_update())
    if (await connection.execute(select(counts.c.run_id).where(counts.c.run_id == run_id).limit(1))).first():
        return
    names = literal([attribute.id for attribute in card.attributes], ARRAY(Text))
    bins = func.unnest(names, scores.c.bins).table_valued("attribute", "bin", name="one").render_derived()
    township = func.left(scores.c.village_code, TOWNSHIP_DIGITS)
    by_bin = (
        select(township, cast(bins.c.attribute, Text), cast(bins.c.bin, Text), func.count())
        .select_from(scores.join(bins, onclause=scores.c.run_id.is_not(None)))
        .where(scores.c.run_id == run_id)
        .group_by(township, bins.c.attribute, bins.c.bin)
    )
    by_total = (
        select(township, literal(TOTAL, Text), cast(scores.c.total, Text), func.count())
        .where(scores.c.run_id == run_id, scores.c.total.is_not(None))
        .group_by(township, scores.c.total)
    )
    by_band = (
        select(township, literal(BAND, Text), scores.c.band, func.count())
        .where(scores.c.run_id == run_id)
        .group_by(township, scores.c.band)
    )
    every = union_all(by_bin, by_total, by_band).subquery("every")
    rows = select(literal(run_id), *every.c[:3], cast(every.c[3], Integer))
    into = insert(counts).from_select(["run_id", "township", "attribute", "bin", "households"], rows)
    await connection.execute(into)


async def counts_by_band(connection: Connection, run_id: UUID) -> dict[str, int]:
    """The households of a run by band, as they were scored; of one that is not counted yet, as its scores stand."""
    kept = (
        select(counts.c.bin.label("band"), func.sum(counts.c.households).label("households"))
        .where(counts.c.run_id == run_id, counts.c.attribute == BAND)
        .group_by(counts.c.bin)
    )
    standing = (
        select(scores.c.band, func.count().label("households")).where(scores.c.run_id == run_id).group_by(scores.c.band)
    )
    rows = (await connection.execute(kept)).all() or (await connection.execute(standing)).all()
    return {row.band: int(row.households) for row in rows}


async def old_runs(connection: Connection, before: datetime) -> list[UUID]:
    """Counted runs that were finished before then and gave nobody a grade."""
    counted = select(counts.c.run_id).where(counts.c.run_id == runs.c.run_id)
    gave = select(taken_over.c.run_id).where(taken_over.c.run_id == runs.c.run_id)
    statement = select(runs.c.run_id).where(
        runs.c.state == "finished", runs.c.finished_at < before, counted.exists(), ~gave.exists()
    )
    return list(await connection.scalars(statement))


async def forget_scores(connection: Connection, run_id: UUID, most: int) -> int:
    """Deletes so many scores of a run; how many went. With none left the run reads as tidied."""
    some = select(scores.c.household_id).where(scores.c.run_id == run_id).limit(most)
    gone = await connection.execute(
        delete(scores).where(scores.c.run_id == run_id, scores.c.household_id.in_(some.scalar_subquery()))
    )
    if gone.rowcount < most:
        await connection.execute(
            update(runs).where(runs.c.run_id == run_id, runs.c.state == "finished").values(state=TIDIED)
        )
    return gone.rowcount


async def counted_runs_of(connection: Connection, region: str, card_id: str, version: int) -> list[CountedRun]:
    """Counted runs of a card that scored the place, by day."""
    low, high = _townships(region)
    in_place = select(counts.c.run_id).where(
        counts.c.run_id == runs.c.run_id, counts.c.township >= low, counts.c.township < high
    )
    statement = (
        select(runs.c.run_id, runs.c.as_of)
        .where(runs.c.card_id == card_id, runs.c.card_version == version, in_place.exists())
        .order_by(runs.c.as_of, runs.c.ordered_at)
    )
    return [CountedRun(row.run_id, row.as_of) for row in await connection.execute(statement)]


async def counts_of(connection: Connection, run_id: UUID, region: str) -> dict[str, Counter[str]]:
    """The households of a place by attribute and bin."""
    low, high = _townships(region)
    statement = (
        select(counts.c.attribute, counts.c.bin, func.sum(counts.c.households).label("households"))
        .where(counts.c.run_id == run_id, counts.c.township >= low, counts.c.township < high)
        .group_by(counts.c.attribute, counts.c.bin)
    )
    found: dict[str, Counter[str]] = {}
    for row in await connection.execute(statement):
        found.setdefault(row.attribute, Counter())[row.bin] = int(row.households)
    return found


def totals_of(counted: Mapping[str, Counter[str]]) -> Counter[int]:
    """The rated households by total, out of `counts_of`."""
    return Counter({int(total): households for total, households in counted.get(TOTAL, Counter()).items()})


def _townships(region: str) -> tuple[str, str]:
    return prefix_range(region[:TOWNSHIP_DIGITS])
