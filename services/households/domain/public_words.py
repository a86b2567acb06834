"""May these words be shown to everybody?

Whoever writes a wish or a need knows the household; whoever reads it must not come to know it. A member's name, a phone
number or any other number of a person is refused before the words are kept.
"""

import re
import unicodedata
from collections.abc import Iterable

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-–—_.,，、()（）]+(?=\d)")
_LONG_NUMBER = re.compile(r"\d{7,}")
_SHORTEST_NAME = 2


def tells_who(words: str, names: Iterable[str]) -> bool:
    """Do the words name one of these people, or hold a number of seven digits or more, however it is written?"""
    plain = unicodedata.normalize("NFKC", words)
    tight = "".join(plain.split())
    if any(len(name) >= _SHORTEST_NAME and unicodedata.normalize("NFKC", name) in tight for name in names):
        return True
    return _LONG_NUMBER.search(_BETWEEN_DIGITS.sub("", plain)) is not None
