"""By which thresholds is a title earned, kept, suspended and lost? A version of the policy, read from data.

The text that is published is filled with the figures of the same version, so that nobody reads other figures than are
applied (credit rules 2.5).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from services.credit.domain.credit_township import TownshipPolicy
from services.credit.domain.credit_village import Star, VillagePolicy


@dataclass(frozen=True, slots=True)
class TitleLife:
    """Months end on the same date; percentages are of the balance."""

    months_valid: int
    months_to_review: int
    suspended_above_npl_percent: int
    lifted_at_npl_percent: int
    quarters_to_lift: int
    failed_reviews_to_revoke: int
    months_after_revocation: int


@dataclass(frozen=True, slots=True)
class TitlePolicy:
    """One version, in force from a day on until the next one is; `text` is what is published."""

    version: str
    effective_from: date
    village: VillagePolicy
    township: TownshipPolicy
    life: TitleLife
    text: tuple[str, ...]


def title_policy_from(document: Mapping[str, Any]) -> TitlePolicy:
    """Raises KeyError or TypeError for a document that lacks something or has more, also for a text that does."""
    village = dict(document["village"])
    policy = TitlePolicy(
        version=document["version"],
        effective_from=date.fromisoformat(document["effective_from"]),
        village=VillagePolicy(**{**village, "stars": tuple(Star(**one) for one in village["stars"])}),
        township=TownshipPolicy(**document["township"]),
        life=TitleLife(**document["life"]),
        text=(),
    )
    stars = {f"stars_{one.stars}": one for one in policy.village.stars}
    parts = {"village": policy.village, "township": policy.township, "life": policy.life, **stars}
    return TitlePolicy(
        policy.version,
        policy.effective_from,
        policy.village,
        policy.township,
        policy.life,
        tuple(_filled(line, parts) for line in document["text"]),
    )


def _filled(line: str, parts: Mapping[str, Any]) -> str:
    for part, values in parts.items():
        for name, value in asdict(values).items():
            line = line.replace("{" + f"{part}.{name}" + "}", str(value))
    if "{" in line:
        raise KeyError(line)
    return line
