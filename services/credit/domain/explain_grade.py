"""Why is the grade what it is?

All vetoes, then at most four attributes by points lost, most first, ties in card order, none that lost nothing
(credit rules 2.3). An attribute that could not be rated has lost all its points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.credit.domain.scorecard import Card
from services.credit.domain.vetoes import VETOES

MOST_ATTRIBUTES = 4
ASK_FOR_REVIEW = "对结果有不同意见，可以要求工作人员重新核查；只凭分数不会直接定下等级。"


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code such as `rural-household@1/A2/none` or `veto/V1`, and its sentence in plain Chinese."""

    code: str
    text: str


def explain_grade(card: Card, bins: Mapping[str, str], vetoes: Sequence[str] = ()) -> tuple[Reason, ...]:
    """The reasons for the bins by attribute id that a score found on this card."""
    lost = []
    for attribute in card.attributes:
        found = attribute.bin(bins[attribute.id])
        loss = attribute.maximum - (found.points or 0)
        if loss > 0:
            code = f"{card.id}@{card.version}/{attribute.id}/{found.id}"
            lost.append((loss, Reason(code, found.reason)))
    # Sorting is stable, so equal losses stay in card order.
    lost.sort(key=lambda row: -row[0])
    return (
        *(Reason(f"veto/{code}", VETOES[code]) for code in vetoes),
        *(reason for _, reason in lost[:MOST_ATTRIBUTES]),
    )
