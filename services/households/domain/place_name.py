"""Which village does a register mean by the names it writes?

Registers say 长岭村 for 长岭村民委员会 and 龙凤场社区 for 龙凤场社区居民委员会, leave out 县 or 镇, and sometimes
leave out the parents altogether. A place is looked up within its parents, by its full name, then by the usual
form of it, then without its ending; each step must find exactly one. Nothing is guessed: an ending that differs
(a 乡 that became a 镇) is another name, known only as an alias.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from services.households.domain.errors import ValueRefused
from shared.sheets.cells import squeezed, text_of


class Level(StrEnum):
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Place:
    """One division. `code` has the 2, 4, 6, 9 or 12 digits of its level, `kind` says what it is called
    (district, county, street, town, township, village, community …), `poor_village` is None above villages."""

    code: str
    name: str
    level: Level
    kind: str
    parent: str
    poor_village: bool | None = None
    aliases: tuple[str, ...] = ()


Scope: TypeAlias = str | tuple[str, ...]
"""The region codes that a register may speak of: one, or several; "" is every place, an empty tuple none."""


class PlaceIndex:
    """Finds villages by the names of a register."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._counties = _Names(county_form, _COUNTY_ENDINGS)
        self._townships = _Names(township_form, _TOWNSHIP_ENDINGS)
        self._villages = _Names(village_form, _VILLAGE_ENDINGS)
        self._county_codes: list[str] = []
        self._townships_of: defaultdict[str, list[str]] = defaultdict(list)
        for place in places:
            self._add(place)

    def _add(self, place: Place) -> None:
        match place.level:
            case Level.COUNTY:
                self._counties.add("", place)
                self._county_codes.append(place.code)
            case Level.TOWNSHIP:
                self._townships.add(place.parent, place)
                self._townships_of[place.parent].append(place.code)
            case Level.VILLAGE:
                self._villages.add(place.parent, place)
            case Level.PROVINCE | Level.PREFECTURE:
                pass

    def village_code(self, county: str, township: str, village: str, scope: Scope = "") -> str:
        """The code of the village so called, inside the region codes of `scope`. `county` and
        `township` may be blank. Raises `ValueRefused` with a county_*, township_*, village_* reason or
        place_outside_scope."""
        if not village:
            raise ValueRefused("village_missing")
        townships = self._townships_called(county, township)
        found = self._villages.find(townships, village)
        inside = [code for code in found if code.startswith(scope)]
        if len(inside) == 1:
            return inside[0]
        if not found:
            raise ValueRefused("village_unknown")
        if not inside:
            raise ValueRefused("place_outside_scope")
        if len({code[:9] for code in inside}) == 1:
            raise ValueRefused("village_ambiguous")
        raise ValueRefused("township_ambiguous" if township else "township_missing")

    def _townships_called(self, county: str, township: str) -> Sequence[str]:
        counties = self._counties.find(("",), county) if county else self._county_codes
        if not counties:
            raise ValueRefused("county_unknown")
        if not township:
            return [code for parent in counties for code in self._townships_of[parent]]
        townships = self._townships.find(counties, township)
        if not townships:
            raise ValueRefused("township_unknown")
        return townships


class _Names:
    """The names of one level: by parent and full name, by parent and usual form, by parent and bare form."""

    def __init__(self, usual_form: Callable[[str], str], endings: tuple[str, ...]) -> None:
        self._usual_form = usual_form
        self._endings = endings
        self._steps: tuple[defaultdict[tuple[str, str], list[str]], ...] = (
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
        )

    def add(self, parent: str, place: Place) -> None:
        for name in (place.name, *place.aliases):
            usual = self._usual_form(name)
            for step, form in zip(self._steps, (_tidy(name), usual, self._bare(usual)), strict=True):
                codes = step[parent, form]
                if place.code not in codes:
                    codes.append(place.code)

    def find(self, parents: Iterable[str], name: str) -> list[str]:
        """Codes of the places so called in these parents, from the first step that knows the name."""
        usual = self._usual_form(name)
        for step, form in zip(self._steps, (_tidy(name), usual, usual), strict=True):
            found = [code for parent in parents for code in step.get((parent, form), ())]
            if found:
                return found
        return []

    def _bare(self, usual: str) -> str:
        for ending in self._endings:
            if usual.endswith(ending) and len(usual) > len(ending):
                return usual.removesuffix(ending)
        return usual


_COUNTY_ENDINGS = ("区", "县")
_TOWNSHIP_ENDINGS = ("街道", "镇", "乡")
_VILLAGE_ENDINGS = ("社区", "村")
_COMMITTEES = (
    ("社区居民委员会", "社区"),
    ("社区居委会", "社区"),
    ("居民委员会", "社区"),
    ("居委会", "社区"),
    ("村民委员会", "村"),
    ("村委会", "村"),
)
_OFFICES = (("街道办事处", "街道"), ("街道办", "街道"), ("办事处", "街道"), ("人民政府", ""))


def county_form(name: str) -> str:
    """通江县 for 巴中市通江县."""
    return _tidy(name).removeprefix("四川省").removeprefix("巴中市")


def township_form(name: str) -> str:
    """东城街道 for 东城街道办事处; 龙凤场镇 for 龙凤场镇人民政府."""
    return _with_ending(_tidy(name), _OFFICES)


def village_form(name: str) -> str:
    """长岭村 for 长岭村民委员会 and 长岭村村民委员会; 龙凤场社区 for 龙凤场居委会."""
    usual = _with_ending(_tidy(name), _COMMITTEES)
    return usual[:-1] if usual.endswith("村村") else usual


def _with_ending(name: str, endings: tuple[tuple[str, str], ...]) -> str:
    for long, short in endings:
        if name.endswith(long) and len(name) > len(long):
            return name.removesuffix(long) + short
    return name


def _tidy(name: str) -> str:
    return squeezed(text_of(name))
