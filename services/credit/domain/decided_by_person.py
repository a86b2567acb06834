"""Did a person set this grade, and what is the household told of it? (credit rules 2.4; PIPL 24)

The engine's band and the bank's are both kept. Where they lie far apart, or somebody answers for an override, a person
decides; then the grade is not the one that the points alone would give, and the household reads so.
"""

from services.credit.domain.scorecard import NO_BAND, Card


def decided_by_person(card: Card, total: int | None, band: str) -> str | None:
    """The sentence; None for a grade that follows from its points, and for one that is vetoed or not rated."""
    if total is None or band not in {NO_BAND, *(one.id for one in card.bands)}:
        return None
    scored = card.band_of(total)
    if scored == band:
        return None
    by_points = "还评不上等级" if scored == NO_BAND else f"是{scored}级"
    decided = "先不给等级" if band == NO_BAND else f"定为{band}级"
    return f"按{total}分算{by_points}；工作人员看了银行的推荐意见，{decided}，理由写在这次评级的记录里。"
