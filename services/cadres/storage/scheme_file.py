"""The schemes of appraisal: those shipped with the service, or a file of the same form that the settings name.

An appraisal keeps its scheme in the form of the file, so that it is read the same way after the file has changed.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, cast

from services.cadres.domain.appraisal_scheme import FULL, GRADES, DeductionKind, Grade, Scheme
from shared.regions import is_region_code

SHIPPED = Path(__file__).parents[1] / "data" / "appraisal-schemes.json"
PARTS = ("province", "local", "evaluation")
REACHED = GRADES[:-1]
"""Each but the last is reached from some points on."""
WHOLE = 100


def load_schemes(path: Path | None = None) -> tuple[Scheme, ...]:
    """Every scheme of the file. Raises KeyError or ValueError for a file that is not of the form."""
    schemes = tuple(scheme_of(entry) for entry in json.loads((path or SHIPPED).read_text("utf-8"))["schemes"])
    if len({one.version for one in schemes}) != len(schemes):
        raise ValueError("two schemes of one version")
    return schemes


def scheme_of(entry: Mapping[str, Any]) -> Scheme:
    """Raises KeyError or ValueError: nothing but the three parts has a weight, and the weights make a hundred."""
    weights = {part: int(weight) for part, weight in entry["weights"].items()}
    if sorted(weights) != sorted(PARTS) or sum(weights.values()) != WHOLE or min(weights.values()) < 0:
        raise ValueError(f"weights are those of {PARTS} and make {WHOLE}")
    scheme = Scheme(
        version=str(entry["version"]),
        title=str(entry["title"]),
        valid_from=date.fromisoformat(entry["valid_from"]),
        province_percent=weights["province"],
        local_percent=weights["local"],
        evaluation_percent=weights["evaluation"],
        deductions={code: _deduction(code, kind) for code, kind in entry["deductions"].items()},
        least={grade: int(entry["least"][grade]) for grade in REACHED},
        outstanding_percent=int(entry["outstanding_percent"]),
        poor_area_percent=int(entry["poor_area_percent"]),
        poor_areas=tuple(entry["poor_areas"]),
        # One from before votes were read takes the figure of the vote by hand.
        vote_points={answer: int(points) for answer, points in entry.get("vote_points", {}).items()},
    )
    bounds = [FULL, *(scheme.least[grade] for grade in REACHED), 0]
    if bounds != sorted(bounds, reverse=True):
        raise ValueError("a better grade begins below a worse one")
    if wrong := [code for code in scheme.poor_areas if not is_region_code(code)]:
        raise ValueError(f"no such places: {wrong}")
    if wrong := [answer for answer, points in scheme.vote_points.items() if not 0 <= points <= FULL]:
        raise ValueError(f"answers worth more than {FULL} or less than nothing: {wrong}")
    if not 0 <= scheme.outstanding_percent <= scheme.outstanding_percent + scheme.poor_area_percent <= WHOLE:
        raise ValueError("a share of the outstanding that is no share")
    return scheme


def entry_of(scheme: Scheme) -> dict[str, Any]:
    """The scheme as the file has it."""
    parts = (scheme.province_percent, scheme.local_percent, scheme.evaluation_percent)
    return {
        "version": scheme.version,
        "title": scheme.title,
        "valid_from": scheme.valid_from.isoformat(),
        "weights": dict(zip(PARTS, parts, strict=True)),
        "deductions": {code: asdict(kind) for code, kind in scheme.deductions.items()},
        "least": dict(scheme.least),
        "outstanding_percent": scheme.outstanding_percent,
        "poor_area_percent": scheme.poor_area_percent,
        "poor_areas": list(scheme.poor_areas),
        "vote_points": dict(scheme.vote_points),
    }


def _deduction(code: str, kind: Mapping[str, Any]) -> DeductionKind:
    points, best = int(kind["points"]), kind.get("best")
    if not 0 < points <= FULL or best not in {None, *GRADES}:
        raise ValueError(f"{code} takes between 1 and {FULL} and leaves one of {GRADES}")
    return DeductionKind(str(kind["name"]), points, cast("Grade | None", best), bool(kind.get("of_talk_notice", False)))
