"""What would these facts score? Nothing is stored; no consent is needed, because it is about nobody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.credit.domain.errors import FactsRefused
from services.credit.domain.explain_grade import Reason, explain_grade
from services.credit.domain.fact_fields import check_facts
from services.credit.domain.raise_grade import Improvement
from services.credit.domain.score_household import Score, score
from services.credit.domain.scorecard import Card
from services.credit.storage.card_repository import card_in_force
from services.credit.use_cases.explain_household import raise_grade_on
from shared.db import Connection

_AT = "/facts"
_PLAIN = re.compile(f"{_AT}/[a-z_]{{1,40}}")


@dataclass(frozen=True, slots=True)
class Preview:
    card: Card
    score: Score
    reasons: tuple[Reason, ...]
    improvements: tuple[Improvement, ...]


async def preview_score(connection: Connection, card_id: str, facts: Mapping[str, Any], as_of: date) -> Preview:
    """`facts` as in the API contract, vetoes among them. Raises CardNotFound, FactsRefused."""
    card = await card_in_force(connection, card_id, as_of)
    _check(facts)
    own = {name: value for name, value in facts.items() if name != "vetoes"}
    found = score(card, own, facts.get("vetoes") or ())
    return Preview(
        card,
        found,
        explain_grade(card, found.bins, found.vetoes),
        raise_grade_on(card).improvements(found.total, found.band, found.points),
    )


def _check(facts: Mapping[str, Any]) -> None:
    """A name that the client made up is shown back only when it can be no one's number or name."""
    try:
        check_facts(facts, at=_AT)
    except FactsRefused as refusal:
        found = refusal.data["errors"]
        shown = [{**one, "pointer": one["pointer"] if _PLAIN.fullmatch(one["pointer"]) else _AT} for one in found]
        raise FactsRefused(errors=shown) from None
