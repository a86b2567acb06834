"""A card is rehearsed before it takes effect: both cards on one snapshot of the files, nobody affected."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.credit.clients.households import Heads
from services.credit.domain.four_fifths import Share
from services.credit.domain.rehearsal import Cell, GroupRate, Migration, Rehearsal, rates_of_groups, rehearse
from services.credit.domain.scorecard import Card
from services.credit.storage.card_repository import card_in_force, card_version
from services.credit.storage.directory_repository import place
from services.credit.storage.rehearsal_repository import (
    compared_in,
    comparison,
    hold_one_snapshot,
    townships_with_files,
)
from services.credit.use_cases.hold_office import require_office
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection, Database
from shared.hash_chain import AuditTrail
from shared.jobs import Job, Jobs, Progress

JOB = "card_rehearsal"
LEFT_OUT = "农户服务没有应答，没有按户主的性别和年龄分组；要看的话请再试算一次。"
CountHeads = Callable[[Mapping[str, Sequence[UUID]], date], Awaitable[dict[str, Heads] | None]]


@dataclass(frozen=True, slots=True)
class RehearsalOrder:
    """`version` of the card is set beside the version in force."""

    job_id: UUID
    card_id: str
    version: int
    region: str


async def order_rehearsal(
    connection: Connection,
    jobs: Jobs,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    asked: RehearsalOrder,
) -> None:
    """Queues it, for a county or city official of the place; the result stands in the job.

    Raises NotPermitted, OutsideScope, PlaceNotFound, CardNotFound (also when no version is in force to compare with).
    """
    card_id, version, region = asked.card_id, asked.version, asked.region
    require_office(who, region, "county_official", "city_official")
    await place(connection, region)
    today = clock.today()
    champion = await card_in_force(connection, card_id, today)
    await card_version(connection, card_id, version)
    given = {"card": card_id, "champion": champion.version, "challenger": version, "as_of": today.isoformat()}
    await jobs.order(connection, job_id=asked.job_id, kind=JOB, region=region, ordered_by=who.subject, given=given)
    await audit.append(
        connection,
        at=clock.now(),
        event="card_rehearsal_ordered",
        actor=who.subject,
        subject=f"{card_id}@{version}",
        facts={"region": region, "job_id": str(asked.job_id)},
    )


async def run_rehearsal(database: Database, job: Job, progress: Progress, count_heads: CountHeads) -> None:
    """Township by township in one reading transaction; run again, it begins anew.

    Sex and age of the heads stay where they are: the households service is handed groups of households and counts.
    """
    given = job.input
    as_of = date.fromisoformat(given["as_of"])
    cells: Counter[Cell] = Counter()
    heads = HeadCounts()
    progress.done = 0
    async with database.transaction() as connection:
        await hold_one_snapshot(connection)
        champion = await card_version(connection, given["card"], given["champion"])
        challenger = await card_version(connection, given["card"], given["challenger"])
        townships = await townships_with_files(connection, job.region)
        progress.total = len(townships)
        statement = comparison(champion, challenger, as_of)
        for township in townships:
            compared = await compared_in(connection, statement, township)
            cells.update(cell for _, cell in compared)
            await heads.add(compared, as_of, count_heads)
            progress.done += 1
    progress.accepted = progress.done
    progress.result = {
        "as_of": as_of.isoformat(),
        "region": job.region,
        "champion": _card(champion),
        "challenger": _card(challenger),
        **_told(
            rehearse(champion, challenger, cells),
            rates_of_groups(champion, challenger, heads.by_sex),
            rates_of_groups(champion, challenger, heads.by_age),
        ),
        "left_out": None if heads.complete else LEFT_OUT,
    }


@dataclass(slots=True)
class HeadCounts:
    """Households by sex or age band of the head, band before and band after; none at all once a count is missing."""

    by_sex: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    by_age: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    complete: bool = True

    async def add(self, compared: Sequence[tuple[UUID, Cell]], day: date, count_heads: CountHeads) -> None:
        pairs: dict[str, list[UUID]] = {}
        for household_id, cell in compared:
            pairs.setdefault(f"{cell.before}/{cell.after}", []).append(household_id)
        found = await count_heads(pairs, day) if self.complete and pairs else {}
        if found is None:
            self.complete = False
            self.by_sex.clear()
            self.by_age.clear()
            return
        for pair, counted in found.items():
            before, after = pair.split("/")
            self.by_sex.update({(sex, before, after): number for sex, number in counted.by_sex.items()})
            self.by_age.update({(band, before, after): number for band, number in counted.by_age.items()})


def _card(card: Card) -> dict[str, Any]:
    return {"id": card.id, "version": card.version, "sha256": card.sha256}


def _told(found: Rehearsal, by_sex: Sequence[GroupRate], by_age: Sequence[GroupRate]) -> dict[str, Any]:
    return {
        "households": found.households,
        "moved": dict(found.moved),
        "townships": [_township(one) for one in found.townships],
        "approval": {
            "by_county": [_group(one) for one in found.by_county],
            "by_poverty": [_group(one) for one in found.by_poverty],
            "by_sex_of_head": [_group(one) for one in by_sex],
            "by_age_of_head": [_group(one) for one in by_age],
        },
    }


def _township(one: Migration) -> dict[str, Any]:
    return {
        "code": one.township,
        "households": one.households,
        "moved": dict(one.moved),
        "matrix": [
            {"from": before, "to": after, "households": households}
            for (before, after), households in sorted(one.matrix.items())
        ],
    }


def _group(one: GroupRate) -> dict[str, Any]:
    return {
        "group": one.group,
        "before": _share(one.before),
        "after": _share(one.after),
        "below_four_fifths_before": one.flagged_before,
        "below_four_fifths_after": one.flagged_after,
    }


def _share(share: Share | None) -> dict[str, Any] | None:
    """The rate in percent with two decimals, half up."""
    if share is None:
        return None
    hundredths = (2 * 10_000 * share.approved + share.rated) // (2 * share.rated)
    percent = f"{hundredths // 100}.{hundredths % 100:02d}"
    return {"approved": share.approved, "rated": share.rated, "percent": percent}
