"""The day on which the tests of credit play, and the two banks that the gateway has told of."""

from datetime import UTC, date, datetime

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
BANK, OTHER_BANK = "bank-one", "bank-two"
