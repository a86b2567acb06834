"""May this free text of a cell be kept as it is?"""

from services.households.domain.errors import ValueRefused
from shared.sheets.cells import Cell, filled_text


def free_text(cell: Cell, longest: int) -> str | None:
    """A text that the service keeps as it is: runs of white space become one space. Refuses control characters
    (a database cannot store NUL) and more than `longest` characters."""
    text = filled_text(cell)
    if text is None:
        return None
    text = " ".join(text.split())
    if not text.isprintable() and any(_is_control(character) for character in text):
        raise ValueRefused("text_has_control_characters")
    if len(text) > longest:
        raise ValueRefused("text_too_long", str(longest))
    return text


def _is_control(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f" or "\ud800" <= character <= "\udfff"
