"""Was the card in force on the day as of which it scores? (credit rules 2.4)"""

from datetime import date


def card_effective(effective_from: date | None, as_of: date) -> bool:
    """None: there is no approved version of the card for that day."""
    return effective_from is not None and effective_from <= as_of
