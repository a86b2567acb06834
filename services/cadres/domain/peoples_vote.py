"""What do the democratic evaluations (群众民主测评) of a cadre's year come to? (report 四.8 第六)

Only results that everybody may read are taken: those that are over and of enough ballots.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cadres.domain.appraisal import Figure
from services.cadres.domain.appraisal_errors import VoteDiffers, VoteMissing
from services.cadres.domain.appraisal_scheme import Scheme


@dataclass(frozen=True, slots=True)
class ToldVote:
    """The votes by answer of one evaluation, None where too few voted to be told."""

    evaluation_id: UUID
    votes: Mapping[str, int] | None


def vote_of_year(told: Sequence[ToldVote], scheme: Scheme, given: Figure | None) -> Figure:
    """The mean worth of all votes whose answer the scheme gives points, half up to a hundredth.

    Where there is none, the figure that was `given` with its reference. Raises VoteMissing, and VoteDiffers for a
    given figure that is not the one of the votes held here.
    """
    counted = [(one, _worth(one.votes, scheme)) for one in told if one.votes is not None]
    ballots = sum(number for _, (number, _) in counted)
    if not ballots:
        if given is None:
            raise VoteMissing
        return given
    points = (2 * sum(worth for _, (_, worth) in counted) + ballots) // (2 * ballots)
    if given is not None and given.points != points:
        raise VoteDiffers(points=points)
    named = "、".join(str(one.evaluation_id) for one, (number, _) in counted if number)
    return Figure(points, f"群众民主测评计入 {ballots} 票（{named}）")


def _worth(votes: Mapping[str, int], scheme: Scheme) -> tuple[int, int]:
    """How many votes count, and what they are worth together."""
    worth = {answer: number for answer, number in votes.items() if answer in scheme.vote_points}
    return sum(worth.values()), sum(number * scheme.vote_points[answer] for answer, number in worth.items())
