"""May this appraisal of a cadre's year be proposed?"""

from datetime import date
from uuid import UUID

from services.cadres.domain.appraisal import Appraisal
from services.cadres.domain.appraisal_errors import (
    AppraisalAlready,
    AppraisalYearAhead,
    AppraisedNotInOffice,
    BarredFromAward,
    BelowOutstanding,
    DeductionGroundWrong,
    DeductionUnknown,
)
from services.cadres.domain.cadre import Cadre
from services.cadres.domain.decision import ENDED_WITHOUT
from services.cadres.domain.personal_file import PersonalFile, barred_until, in_force, outcome_now
from services.cadres.domain.policy import Policy
from shared.errors import Failure


def may_appraise(appraisal: Appraisal, cadre: Cadre, file: PersonalFile, policy: Policy, today: date) -> Failure | None:
    """None when it may, else the reason."""
    if appraisal.year > today.year:
        return AppraisalYearAhead()
    first, after = date(appraisal.year, 1, 1), date(appraisal.year + 1, 1, 1)
    if cadre.valid_from >= after or (cadre.valid_to is not None and cadre.valid_to <= first):
        return AppraisedNotInOffice()
    of_year = (one for one in file.decisions if one.kind == "appraisal" and one.year == appraisal.year)
    if any(one.state not in ENDED_WITHOUT for one in of_year):
        return AppraisalAlready()
    return _wrong_deduction(appraisal, file) or may_be_outstanding(appraisal, file, policy, today)


def may_be_outstanding(appraisal: Appraisal, file: PersonalFile, policy: Policy, today: date) -> Failure | None:
    """One proposed as outstanding reaches the points and is not barred from awards; asked again when it is decided."""
    if not appraisal.outstanding:
        return None
    if (until := barred_until(file, policy, today)) is not None:
        return BarredFromAward(until=str(until))
    outcome = outcome_now(file, appraisal)
    return None if outcome.grade == "outstanding" else BelowOutstanding(total=points_text(outcome.total))


def points_text(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _wrong_deduction(appraisal: Appraisal, file: PersonalFile) -> Failure | None:
    talks: set[UUID | None] = {one.case_id for one in in_force(file) if one.kind == "talk_notice"}
    for line, one in enumerate(appraisal.deductions, start=1):
        kind = appraisal.scheme.deductions.get(one.code)
        if kind is None:
            return DeductionUnknown(line=line)
        if kind.of_talk_notice != (one.ground is not None) or (one.ground is not None and one.ground not in talks):
            return DeductionGroundWrong()
        talks.discard(one.ground)
    return None
