"""Is this a person's name as an ID card prints it?

Chinese characters, also rare ones; a middle dot in names of other peoples (阿依·古丽); Latin letters for the few
who have them. Offices pad two-character names with a space to line them up: it goes away.
"""

import re

from services.households.domain.errors import ValueRefused
from shared.sheets.cells import Cell, filled_text, squeezed

LONGEST = 50
_USUAL = re.compile(r"[\u4e00-\u9fff]{2,6}")
# Han with its extensions and compatibility forms, and the private area where rare name characters still live.
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff〇"
_CHINESE = re.compile(rf"[{_HAN}]+(?:·[{_HAN}]+)*")
_LATIN = re.compile(r"[A-Za-z]+(?:[ .'-]{1,2}[A-Za-z]+)*\.?")
_DOTS = dict.fromkeys(map(ord, "•・‧∙●．"), "·")


def person_name(cell: Cell) -> str:
    """The name in its normal form. Raises `ValueRefused` with person_name_missing or person_name_wrong."""
    if type(cell) is str and _USUAL.fullmatch(cell):
        return cell
    text = filled_text(cell.translate(_DOTS) if isinstance(cell, str) else cell)
    if text is None:
        raise ValueRefused("person_name_missing")
    if len(text) > LONGEST:
        raise ValueRefused("person_name_wrong")
    if _LATIN.fullmatch(text):
        return text
    name = squeezed(text)
    if _CHINESE.fullmatch(name):
        return name
    raise ValueRefused("person_name_wrong")
