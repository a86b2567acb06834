"""May this version of a card take effect, when another version is in force? (credit rules 2.1)

A change is rehearsed before it takes effect, beside the version that it replaces, and begins on a day to come, so that
nobody is scored anew behind the back of a grade. A card's first version replaces nothing.
"""

from datetime import date

from services.credit.domain.record_errors import CardBeginsTooEarly, CardNotRehearsed
from services.credit.domain.scorecard import Card


def check_card_change(new: Card, in_force: Card | None, today: date, *, rehearsed: bool) -> None:
    """`rehearsed`: beside the version in force. Raises CardBeginsTooEarly, CardNotRehearsed."""
    if in_force is None:
        return
    if new.effective_from <= today:
        raise CardBeginsTooEarly
    if not rehearsed:
        raise CardNotRehearsed
