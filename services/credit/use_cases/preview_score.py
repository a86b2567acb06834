"""What would these facts score? Nothing is stored; no consent is needed, because it is about nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.credit.domain.explain_grade import Reason, explain_grade
from services.credit.domain.fact_fields import check_facts
from services.credit.domain.raise_grade import Improvement
from services.credit.domain.score_household import Score, score
from services.credit.domain.scorecard import Card
from services.credit.storage.card_repository import card_in_force
from services.credit.use_cases.explain_household import raise_grade_on
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Preview:
    card: Card
    score: Score
    reasons: tuple[Reason, ...]
    improvements: tuple[Improvement, ...]


async def preview_score(connection: Connection, card_id: str, facts: Mapping[str, Any], as_of: date) -> Preview:
    """`facts` as in the API contract, vetoes among them. Raises CardNotFound, FactsRefused."""
    card = await card_in_force(connection, card_id, as_of)
    check_facts(facts, at="/facts")
    own = {name: value for name, value in facts.items() if name != "vetoes"}
    found = score(card, own, facts.get("vetoes") or ())
    return Preview(
        card,
        found,
        explain_grade(card, found.bins, found.vetoes),
        raise_grade_on(card).improvements(found.total, found.band, found.points),
    )
