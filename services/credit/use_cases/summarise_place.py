"""The figures of a place, and which of its villages and townships hold a title by them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.credit.domain.credit_township import TownshipFigures, TownshipVerdict, credit_township
from services.credit.domain.credit_village import VillageFigures, VillageVerdict, credit_village
from services.credit.domain.legal_dates import add_months
from services.credit.domain.record_errors import NotATownship, NotAVillage
from services.credit.domain.scorecard import NOT_RATED
from services.credit.domain.title_life import Measured
from services.credit.domain.title_policy import TitlePolicy
from services.credit.domain.title_tests import TitleTest
from services.credit.storage.directory_repository import place, villages_of
from services.credit.storage.shipped_policies import title_policy
from services.credit.storage.title_repository import places_without_title
from services.credit.storage.village_counts import VillageCounts, village_counts
from shared.db import Connection

CREDIT_BANDS = ("AAA", "AA", "A")
TOWNSHIP_DIGITS = 9


@dataclass(slots=True)
class Summary:
    """Households, villages, townships, loans and 分 of a place."""

    households: int = 0
    poor_households: int = 0
    rated_households: int = 0
    credit_households: int = 0
    by_band: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CREDIT_BANDS, 0))
    credit_villages: int = 0
    credit_townships: int = 0
    loans: int = 0
    loan_amount_cents: int = 0


async def summarise_place(connection: Connection, region: str, today: date) -> Summary:
    """Counted now. Raises PlaceNotFound."""
    await place(connection, region)
    return (await summarise_places(connection, region, [region], today))[region]


async def summarise_places(
    connection: Connection, within: str, places: Sequence[str], today: date
) -> dict[str, Summary]:
    """The figures of several places under one that holds them all, which is counted once."""
    policy = title_policy(today)
    counted = await _counted(connection, within, today, policy)
    rural = await _rural_villages(connection, within)
    # A community may pass every test and still hold no village's title (credit rules 2.5).
    earned = {code for code in rural if code in counted and verdict_of(counted[code], policy).credit_village}
    titled = earned - await places_without_title(connection, within, today)
    townships = _townships(rural, counted)
    credit_townships = [code for code, one in townships.items() if _judge(one, titled, policy).credit_township]
    summaries = {}
    for region in places:
        summary = _sum_of(counts for code, counts in counted.items() if code.startswith(region))
        summary.credit_villages = sum(code.startswith(region) for code in titled)
        summary.credit_townships = sum(code.startswith(region) for code in credit_townships)
        summaries[region] = summary
    return summaries


def _sum_of(villages: Iterable[VillageCounts]) -> Summary:
    summary = Summary()
    for counts in villages:
        summary.households += counts.households
        summary.poor_households += counts.poor
        summary.rated_households += rated(counts)
        summary.credit_households += credit(counts)
        summary.loans += counts.loans
        summary.loan_amount_cents += counts.loan_amount_cents
        for band in CREDIT_BANDS:
            summary.by_band[band] += counts.bands.get(band, 0)
    return summary


def _townships(rural: Sequence[str], counted: Mapping[str, VillageCounts]) -> dict[str, "_Township"]:
    """Those with rural villages, by code."""
    townships = {code[:TOWNSHIP_DIGITS]: _Township() for code in rural}
    for code in rural:
        townships[code[:TOWNSHIP_DIGITS]].rural.append(code)
    for code, counts in counted.items():
        if code[:TOWNSHIP_DIGITS] in townships:
            townships[code[:TOWNSHIP_DIGITS]].counts.append(counts)
    return townships


async def village_grade(connection: Connection, code: str, today: date) -> VillageVerdict:
    """Raises PlaceNotFound, NotAVillage."""
    if (await place(connection, code)).level != "village":
        raise NotAVillage
    policy = title_policy(today)
    return verdict_of((await _counted(connection, code, today, policy)).get(code, VillageCounts()), policy)


async def township_grade(connection: Connection, code: str, today: date) -> TownshipVerdict:
    """A village whose title is suspended or revoked is no credit village. Raises PlaceNotFound, NotATownship."""
    if (await place(connection, code)).level != "township":
        raise NotATownship
    policy = title_policy(today)
    counted = await _counted(connection, code, today, policy)
    earned = {village for village, counts in counted.items() if verdict_of(counts, policy).credit_village}
    titled = earned - await places_without_title(connection, code, today)
    return _judge(_Township(await _rural_villages(connection, code), list(counted.values())), titled, policy)


@dataclass(frozen=True, slots=True)
class JudgedPlace:
    """A village or township on a day, with what its title hangs on."""

    code: str
    measured: Measured
    tests: tuple[TitleTest, ...]


async def judge_township(connection: Connection, code: str, today: date, policy: TitlePolicy) -> list[JudgedPlace]:
    """Its rural villages by code, then itself; communities and streets without villages hold no title."""
    counted = await _counted(connection, code, today, policy)
    rural = await _rural_villages(connection, code)
    judged: list[JudgedPlace] = []
    for village in rural:
        counts = counted.get(village, VillageCounts())
        verdict = verdict_of(counts, policy)
        measured = Measured(verdict.credit_village, verdict.stars, counts.balance_cents, counts.npl_cents)
        judged.append(JudgedPlace(village, measured, verdict.tests))
    if rural:
        earned = {one.code for one in judged if one.measured.earned}
        titled = earned - await places_without_title(connection, code, today)
        whole = _judge(_Township(rural, list(counted.values())), titled, policy)
        balance = sum(counts.balance_cents for counts in counted.values())
        bad = sum(counts.npl_cents for counts in counted.values())
        judged.append(JudgedPlace(code, Measured(whole.credit_township, 1, balance, bad), whole.tests))
    return judged


def verdict_of(counts: VillageCounts, policy: TitlePolicy) -> VillageVerdict:
    figures = VillageFigures(
        households=counts.households,
        with_file=counts.with_file,
        rated=rated(counts),
        credit=credit(counts),
        borrowers=counts.borrowers,
        borrowers_on_time=counts.borrowers_on_time,
        balance_cents=counts.balance_cents,
        npl_cents=counts.npl_cents,
        new_npl_cents=counts.new_npl_cents,
    )
    return credit_village(figures, policy.village)


def rated(counts: VillageCounts) -> int:
    """Scored with enough reviewers, whatever the band or veto (credit rules 2.2)."""
    return sum(number for band, number in counts.bands.items() if band != NOT_RATED)


def credit(counts: VillageCounts) -> int:
    return sum(counts.bands.get(band, 0) for band in CREDIT_BANDS)


async def _counted(
    connection: Connection, region: str, today: date, policy: TitlePolicy
) -> Mapping[str, VillageCounts]:
    return await village_counts(connection, region, today, add_months(today, -policy.village.new_npl_months))


async def _rural_villages(connection: Connection, region: str) -> list[str]:
    return [village.code for village in await villages_of(connection, region) if village.kind == "village"]


@dataclass(slots=True)
class _Township:
    """Its rural villages' codes, and the counts of all its villages and communities."""

    rural: list[str] = field(default_factory=list)
    counts: list[VillageCounts] = field(default_factory=list)


def _judge(township: _Township, titled: set[str], policy: TitlePolicy) -> TownshipVerdict:
    figures = TownshipFigures(
        rural_villages=len(township.rural),
        credit_villages=sum(village in titled for village in township.rural),
        borrowers=sum(counts.borrowers for counts in township.counts),
        borrowers_on_time=sum(counts.borrowers_on_time for counts in township.counts),
        balance_cents=sum(counts.balance_cents for counts in township.counts),
        npl_cents=sum(counts.npl_cents for counts in township.counts),
    )
    return credit_township(figures, policy.township)
