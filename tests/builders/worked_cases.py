"""The worked cases of credit rules 2.2, on a county median of 18,000.00 yuan per head."""

from typing import Any

from services.credit.domain.scorecard import Card
from services.credit.storage.shipped_cards import shipped_cards

H1: dict[str, Any] = {
    "workers": 2,
    "skill": "none",
    "people": 4,
    "net_income_cents": 60_000_00,
    "county_median_cents": 18_000_00,
    "bills_ok": 12,
    "bills_due": 12,
    "debt_service_cents": 6_000_00,
    "net_assets_cents": 90_000_00,
    "income_sources": 2,
    "insurance_orders": 1,
    "worst_days_past_due": 0,
    "months_since_first_loan": 40,
    "lenders": 1,
    "reviews": [8, 8, 7, 9, 8],
}
H3 = H1 | {
    "net_income_cents": 40_000_00,
    "debt_service_cents": 0,
    "net_assets_cents": 30_000_00,
    "worst_days_past_due": None,
    "months_since_first_loan": None,
    "lenders": 0,
    "reviews": [7, 8, 7, 6, 7],
}
H4 = H1 | {
    "workers": 1,
    "people": 3,
    "net_income_cents": 24_000_00,
    "debt_service_cents": 7_200_00,
    "net_assets_cents": 15_000_00,
    "income_sources": 1,
    "insurance_orders": 0,
    "worst_days_past_due": 12,
    "months_since_first_loan": 18,
    "reviews": [6, 7, 6, 5, 8],
}
H6 = H1 | {"net_income_cents": 86_400_00, "debt_service_cents": 30_240_00, "net_assets_cents": 86_400_00}

ATTRIBUTES = ("A1", "A2", "B1", "B2", "C1", "C2", "C3", "C4", "D1", "D2", "D3", "E1")


def rural_household() -> Card:
    """The shipped card `rural-household` v1."""
    return next(card for card in shipped_cards() if (card.id, card.version) == ("rural-household", 1))
