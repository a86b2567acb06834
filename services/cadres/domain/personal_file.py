"""What holds of a person now: which decisions are in force, what do appraisals come to, until when is a bar?

In force is what was decided and neither lifted on appeal, nor taken away by an exemption (容错纠错), nor left without
the appraisal on which it rests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.cadres.domain.appraisal import Appraisal, Outcome, outcome_of
from services.cadres.domain.appraisal_scheme import Grade
from services.cadres.domain.decision import IN_FORCE, Decision, DecisionKind
from services.cadres.domain.policy import Policy
from services.cadres.domain.term_of_post import years_later

RESTS_ON: Final[Mapping[DecisionKind, Grade]] = {"recall": "unfit", "priority": "outstanding"}
"""The grade without which there is no such decision."""


@dataclass(frozen=True, slots=True)
class PersonalFile:
    """Every decision about one person, oldest first, and the person's appraisals by the case of their decision."""

    decisions: tuple[Decision, ...] = ()
    appraisals: Mapping[UUID, Appraisal] = field(default_factory=dict)


def in_force(file: PersonalFile) -> list[Decision]:
    return [one for one in _not_excused(file) if one.rests_on is None or _still_rests(file, one)]


def outcome_now(file: PersonalFile, appraisal: Appraisal) -> Outcome:
    """Without the deductions that were exempted, or whose talk-notice no longer stands."""
    excused = _excused(file)
    talks = {one.case_id for one in _not_excused(file) if one.kind == "talk_notice"}
    gone = {
        one.deduction_id
        for one in appraisal.deductions
        if one.deduction_id in excused or (one.ground is not None and one.ground not in talks)
    }
    return outcome_of(appraisal, gone)


def barred_until(file: PersonalFile, policy: Policy, on: date) -> date | None:
    """The last day on which the person may be neither promoted nor awarded; None when nothing bars on this day."""
    ends = [
        last_day_of_bar(one.decided_on, policy.bar_years)
        for one in in_force(file)
        if one.kind == "recall" and one.decided_on is not None
    ]
    return max((end for end in ends if on <= end), default=None)


def last_day_of_bar(decided_on: date, years: int) -> date:
    """The same date years later, in a common year the 28th of February for the 29th, and still barred.

    Periods of years count from the day after (Civil Code, articles 201 and 202): the day of the decision bars, and is
    none of the two years.
    """
    same_date = years_later(decided_on, years)
    return same_date if same_date.day == decided_on.day else same_date - timedelta(days=1)


def grade_in_force(file: PersonalFile, case_id: UUID) -> Grade | None:
    """Of an appraisal that was decided and stands."""
    appraisal = file.appraisals.get(case_id)
    stands = any(one.case_id == case_id and one.state in IN_FORCE for one in file.decisions)
    return outcome_now(file, appraisal).grade if appraisal is not None and stands else None


def _excused(file: PersonalFile) -> set[UUID | None]:
    return {one.exempts for one in file.decisions if one.kind == "exemption" and one.state in IN_FORCE}


def _not_excused(file: PersonalFile) -> list[Decision]:
    excused = _excused(file)
    return [one for one in file.decisions if one.state in IN_FORCE and one.case_id not in excused]


def _still_rests(file: PersonalFile, decision: Decision) -> bool:
    return decision.rests_on is not None and grade_in_force(file, decision.rests_on) == RESTS_ON[decision.kind]
