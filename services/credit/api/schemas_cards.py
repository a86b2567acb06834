"""Shapes of cards to read."""

from typing import Any

from services.credit.api.schemas import CardLineOut


class CardVersionOut(CardLineOut):
    """`document` reads back to the same card; its canonical JSON (RFC 8785) has the SHA-256 beside it."""

    document: dict[str, Any]
