"""Who may vote on a cadre, until when, and when may the result be told (群众民主测评, report 四.8 第六)?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cadres.domain.evaluation_errors import (
    AnswerUnknown,
    EvaluationOver,
    EvaluationPeriodWrong,
    EvaluationStillOpen,
    TallyBroken,
)
from shared.errors import Failure

MOST_DAYS = 90
"""Longer than any evaluation takes: catches a year mistyped."""
ASK_AGAIN_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Each household of the village on the day of opening has one vote, until the end of `last_day`."""

    evaluation_id: UUID
    village_code: str
    cadre_id: UUID
    opened_on: date
    last_day: date
    answers: tuple[str, ...]
    least_ballots: int


@dataclass(frozen=True, slots=True)
class Result:
    """`votes` by answer; None when so few voted that the numbers would tell of persons."""

    entitled: int
    turnout: int
    votes: Mapping[str, int] | None


def may_open(evaluation: Evaluation) -> Failure | None:
    """None when it may, else the reason."""
    days = (evaluation.last_day - evaluation.opened_on).days
    return None if 1 <= days <= MOST_DAYS else EvaluationPeriodWrong(most_days=MOST_DAYS)


def may_vote(evaluation: Evaluation, answer: str, today: date) -> Failure | None:
    if today > evaluation.last_day:
        return EvaluationOver()
    return None if answer in evaluation.answers else AnswerUnknown(allowed=list(evaluation.answers))


def may_tell(evaluation: Evaluation, today: date) -> Failure | None:
    """Neither turnout nor votes while votes still come: two readings around a vote would tell it."""
    return None if today > evaluation.last_day else EvaluationStillOpen(last_day=evaluation.last_day)


def result_of(evaluation: Evaluation, entitled: int, voted: int, counts: Sequence[int]) -> Result:
    """`voted` households are flagged, `counts` are the votes by answer.

    Raises TallyBroken when they differ: somebody put an older tally in the place of the last, which would tell the
    votes between the two.
    """
    turnout = sum(counts)
    if turnout != voted:
        raise TallyBroken(retry_after=ASK_AGAIN_SECONDS)
    told = turnout >= evaluation.least_ballots
    return Result(entitled, turnout, dict(zip(evaluation.answers, counts, strict=True)) if told else None)
