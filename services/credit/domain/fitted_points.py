"""How many points does a row of a fitted table give? Only whole ones become a card's (credit rules 2.1)."""


def whole_points(points: str) -> int:
    """`12` and `12.0`; ValueError for anything else."""
    whole, _, fraction = points.partition(".")
    if fraction.strip("0"):
        raise ValueError(f"points are not whole: {points}")
    return int(whole)
