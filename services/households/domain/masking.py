"""How is a personal value shown to someone who may know of it, but need not read it?

Lists and reports show `5119**********1234`, `138****0001`, `李**` (API conventions, 8).
"""

import re

_DIGIT = re.compile(r"[0-9]")
_MANY_DIGITS = 8
_SHOWN_EACH_SIDE = 2


def mask_id_number(number: str) -> str:
    """First and last four characters; the rest, and anything too short to hide that way, is starred."""
    if len(number) < 12:
        return "*" * len(number)
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def mask_phone(number: str) -> str:
    """First three and last four digits of a full number; a shorter one is starred whole."""
    if len(number) < 10:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_name(name: str) -> str:
    """The family name's first character and a star for each further one."""
    return name[:1] + "*" * (len(name) - 1)


def mask_text(text: str, longest: int = 40) -> str:
    """Any other text, shortened and without control characters, for a report: with more than eight digits (an ID
    number, a phone or an account that slipped into the wrong column) all but the outer two on each side are
    starred."""
    shown = text if len(text) <= longest else text[: longest - 1] + "…"
    if not shown.isprintable():
        shown = "".join(character if character.isprintable() else "□" for character in shown)
    digits = [match.start() for match in _DIGIT.finditer(shown)]
    if len(digits) <= _MANY_DIGITS:
        return shown
    characters = list(shown)
    for place in digits[_SHOWN_EACH_SIDE:-_SHOWN_EACH_SIDE]:
        characters[place] = "*"
    return "".join(characters)
