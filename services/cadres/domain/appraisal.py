"""What does the appraisal of a cadre's year come to, line by line? (report 六.5: 省级考核结果占 70%, 倒扣分制)

It rests on outcomes: no visit, check-in or time online is among what it reads, and people are not ranked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.cadres.domain.appraisal_scheme import FULL, GRADES, DeductionKind, Grade, Scheme


@dataclass(frozen=True, slots=True)
class Figure:
    """A result that others found, in hundredths of a point, and where it stands written."""

    points: int
    reference: str


@dataclass(frozen=True, slots=True)
class Deduction:
    """`ground`: the talk-notice on which it rests, where its kind wants one."""

    deduction_id: UUID
    code: str
    evidence: str
    ground: UUID | None = None


@dataclass(frozen=True, slots=True)
class Appraisal:
    """Of one cadre and year, by a scheme as it stood when it was proposed. `case_id` is that of its decision.

    `outstanding`: proposed as one of the places of the year in `pool`.
    """

    cadre_id: UUID
    case_id: UUID
    year: int
    pool: str
    scheme: Scheme
    province: Figure
    evaluation: Figure
    deductions: tuple[Deduction, ...]
    outstanding: bool


@dataclass(frozen=True, slots=True)
class Line:
    """`counts` is false for a deduction that an exemption took away or whose talk-notice no longer stands."""

    deduction: Deduction
    kind: DeductionKind
    counts: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """`local` and `total` in hundredths of a point."""

    lines: tuple[Line, ...]
    local: int
    total: int
    grade: Grade


def outcome_of(appraisal: Appraisal, gone: Collection[UUID] = ()) -> Outcome:
    """The weighted sum is rounded once, half up to a hundredth. `gone`: ids of deductions that do not count."""
    scheme = appraisal.scheme
    lines = tuple(Line(one, scheme.deductions[one.code], one.deduction_id not in gone) for one in appraisal.deductions)
    counted = [line.kind for line in lines if line.counts]
    local = max(0, FULL - sum(kind.points for kind in counted))
    weighted = (
        appraisal.province.points * scheme.province_percent
        + local * scheme.local_percent
        + appraisal.evaluation.points * scheme.evaluation_percent
    )
    total = (weighted + 50) // 100
    bounds: list[Grade] = [kind.best for kind in counted if kind.best is not None]
    if not appraisal.outstanding:
        bounds.append("competent")
    return Outcome(lines, local, total, max([_reached(total, scheme), *bounds], key=GRADES.index))


def _reached(total: int, scheme: Scheme) -> Grade:
    return next(grade for grade in GRADES if total >= scheme.least.get(grade, 0))
