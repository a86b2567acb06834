"""Which village reviews have this trimmed mean? At least five of 0–10, one highest and one lowest dropped."""

from bashan.demo.population.dice import Dice

REVIEWERS = 15
LOWEST, HIGHEST = 0, 10


def make_reviews(dice: Dice, mean: int) -> tuple[int, ...]:
    """Five to nine reviews whose trimmed mean, rounded half up, is `mean` (0 to 10)."""
    kept_count = 3 + dice.below(5)
    kept = [mean] * kept_count
    # Moving one review up and another down keeps the sum; a last odd step stays within the rounding.
    for _ in range(dice.below(3)):
        up, down = dice.below(kept_count), dice.below(kept_count)
        if up != down and kept[up] < HIGHEST and kept[down] > LOWEST:
            kept[up] += 1
            kept[down] -= 1
    # A sum one below (above) `mean` × count still rounds to it: 2 × 1 ≤ count, which is 3 or more.
    shift = dice.between(-1, 1)
    place = dice.below(kept_count)
    if LOWEST <= kept[place] + shift <= HIGHEST:
        kept[place] += shift
    highest = min(HIGHEST, max(kept) + dice.below(2))
    lowest = max(LOWEST, min(kept) - dice.below(3))
    return tuple(dice.shuffled([*kept, highest, lowest]))


def reviewer_names(dice: Dice, unit_code: str, count: int) -> tuple[str, ...]:
    """So many different members of the village's panel of fifteen, under invented labels."""
    first = dice.below(REVIEWERS)
    return tuple(f"示范评议员{unit_code[-3:]}-{(first + i) % REVIEWERS + 1:02d}" for i in range(count))
