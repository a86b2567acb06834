"""By which scheme is a year appraised, and how many of a place may be outstanding? (report 四.3, 六.5)

Every figure is policy data. Points are whole hundredths (百分之一分): 10,000 is a hundred points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from shared.regions import covers

Grade = Literal["outstanding", "competent", "basically_competent", "unfit"]
GRADES: tuple[Grade, ...] = get_args(Grade)
"""Best first."""
GRADE_TEXTS: Final[Mapping[Grade, str]] = dict(zip(GRADES, ("优秀", "称职", "基本称职", "不称职"), strict=True))
FULL: Final = 10_000
COUNTY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class DeductionKind:
    """What a fact takes from a hundred points. `best` is the best grade that is left beside it (一票否决).

    One `of_talk_notice` rests on a talk-notice in force, every other on evidence of its own.
    """

    name: str
    points: int
    best: Grade | None = None
    of_talk_notice: bool = False


@dataclass(frozen=True, slots=True)
class Scheme:
    """Weights in percent of the province's result, of a hundred points less deductions, and of the people's vote.

    `least`: the points from which a grade is reached; below all of them is unfit. In `poor_areas` the share of the
    outstanding is higher by `poor_area_percent`. `vote_points`: what an answer in a democratic evaluation is worth; an
    answer without points (不了解) is not counted.
    """

    version: str
    title: str
    valid_from: date
    province_percent: int
    local_percent: int
    evaluation_percent: int
    deductions: Mapping[str, DeductionKind]
    least: Mapping[Grade, int]
    outstanding_percent: int
    poor_area_percent: int
    poor_areas: tuple[str, ...]
    vote_points: Mapping[str, int]


def scheme_of_year(schemes: Sequence[Scheme], year: int) -> Scheme | None:
    """The youngest that held on the year's first day: whoever is appraised could know it all year."""
    begun = [scheme for scheme in schemes if scheme.valid_from <= date(year, 1, 1)]
    return max(begun, key=lambda scheme: scheme.valid_from, default=None)


def pool_of(region_code: str) -> str:
    """The place whose cadres share the places of the outstanding: the county, above it the place itself."""
    return region_code[:COUNTY_DIGITS]


def places_of(scheme: Scheme, pool: str, people: int) -> int:
    """How many of so many people may be outstanding; rounded down."""
    poor = any(covers(area, pool) for area in scheme.poor_areas)
    return people * (scheme.outstanding_percent + (scheme.poor_area_percent if poor else 0)) // 100
