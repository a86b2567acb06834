"""What is published of the titles says every figure by which they are judged, and every ratio with its denominator."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from services.credit.domain.title_policy import title_policy_from

SHIPPED = Path(__file__).resolve().parents[3] / "services/credit/data/titles/credit-titles-1.json"
DOCUMENT: dict[str, Any] = json.loads(SHIPPED.read_text("utf-8"))


def figures(document: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Every number that decides, as the place where it stands and its name."""
    holders = (*(document[part] for part in ("village", "township", "life")), *document["village"]["stars"])
    return [(one, name) for one in holders for name, value in one.items() if isinstance(value, int) and name != "stars"]


@pytest.mark.parametrize("place", range(len(figures(DOCUMENT))))
def test_whoever_changes_a_figure_changes_what_is_published(place: int) -> None:
    changed = copy.deepcopy(DOCUMENT)
    holder, name = figures(changed)[place]
    holder[name] = 1234
    assert any("1234" in line for line in title_policy_from(changed).text), name
    assert not any("1234" in line for line in title_policy_from(DOCUMENT).text)


def test_every_share_that_is_published_names_its_denominator() -> None:
    for line in title_policy_from(DOCUMENT).text:
        for clause in re.split("[；。：、]", line):
            if re.search(r"\d+%", clause):
                assert "÷" in clause, clause
