"""Which scorecards does this service bring along? Every JSON file of `services/credit/data`, checked on reading."""

import json
from functools import cache
from pathlib import Path

from services.credit.domain.card_document import card_from_document
from services.credit.domain.fact_fields import check_card_fields
from services.credit.domain.scorecard import Card

_DATA = Path(__file__).resolve().parent.parent / "data"


@cache
def shipped_cards() -> tuple[Card, ...]:
    """All shipped cards, by file name; CardRefused when one is unsound or reads a fact that may not be kept."""
    cards = tuple(card_from_document(json.loads(path.read_text("utf-8"))) for path in sorted(_DATA.glob("*.json")))
    for card in cards:
        check_card_fields(card)
    return cards
