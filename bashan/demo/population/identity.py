"""Which ids, ID numbers and phones do invented people carry, unique over the whole prefecture by construction?

- Ids are shaped like UUIDv7: the time field holds 2020-01-01 plus (unit index × 1000 + household) milliseconds,
  the next twelve bits say which thing of the household it is; the rest is scrambled from the seed.
- An ID number's last three digits before the check digit are `2 × slot + (1 for a man)` and its birth day,
  counted as an ordinal, is congruent to the unit's day class modulo 4. (slot, day class) names the unit, so
  two units can never share a number whatever county codes their people carry; within a unit no two people
  of one sex are given the same birthday.
- Phones are 154 + unit index + household + member: a segment that no operator issues to the public.
"""

from datetime import date
from functools import cache
from hashlib import sha256
from operator import mul

from bashan.demo.population.dice import Dice

PHONE_SEGMENT = "154"
SLOTS = 499
DAY_CLASSES = 4
MEMBER_KIND = 0x000
LOAN_KIND = 0x100
_EPOCH_MS = 1_577_836_800_000
_MASK_62 = (1 << 62) - 1
_SCRAMBLE = 0x9E3779B97F4A7C15
_CADRE_MS = 10_000_000
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# The code that a county's people were given by the year of birth: Daxian prefecture until 1993, Bazhong
# prefecture until 2000, the present city since; 恩阳区 was cut out of 巴州区 in 2013.
_ERA_CODES: dict[str, tuple[tuple[int, str], ...]] = {
    "511902": ((1993, "513027"), (2000, "513701"), (9999, "511902")),
    "511903": ((1993, "513027"), (2000, "513701"), (2013, "511902"), (9999, "511903")),
    "511921": ((1993, "513025"), (2000, "513721"), (9999, "511921")),
    "511922": ((1993, "513026"), (2000, "513722"), (9999, "511922")),
    "511923": ((1993, "513028"), (2000, "513723"), (9999, "511923")),
}
COUNTIES = tuple(_ERA_CODES)


def check_digit(first_seventeen: str) -> str:
    """The last character of an 18-digit ID number (GB 11643, ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(map(mul, map(int, first_seventeen), _WEIGHTS)) % 11]


def county_code_at_birth(county_code: str, born: date) -> str:
    """The county code that someone of this county, born then, carries in the ID number."""
    return next(code for until, code in _ERA_CODES[county_code] if born.year <= until)


@cache
def _salt(seed: str) -> int:
    return int.from_bytes(sha256(seed.encode()).digest()[:8])


def make_id(seed: str, moment: int, kind: int) -> str:
    """A UUIDv7-shaped id; (moment, kind) must be unique, kind < 4096."""
    tail = (_salt(seed) ^ ((moment << 12 | kind) * _SCRAMBLE)) & _MASK_62 | 1 << 63
    head = f"{_EPOCH_MS + moment:012x}"
    rest = f"{tail:016x}"
    return f"{head[:8]}-{head[8:]}-7{kind:03x}-{rest[:4]}-{rest[4:]}"


def household_moment(unit_index: int, number: int) -> int:
    """The moment of household `number` (1 to 999) of a unit, for `make_id`."""
    return unit_index * 1000 + number


def township_moment(county_and_town: int, number: int) -> int:
    """The moment of something that belongs to a township or county, beyond those of all households."""
    return _CADRE_MS + county_and_town * 10_000 + number


def household_phone(unit_index: int, number: int, member: int) -> str:
    """An invented phone; member 0 is the head, whose phone is also the household's."""
    return f"{PHONE_SEGMENT}{unit_index:04d}{number:03d}{member % 10}"


def cadre_phone(town_index: int, number: int) -> str:
    """An invented phone of a cadre, apart from all households' phones."""
    return f"{PHONE_SEGMENT}9{town_index:03d}{number:04d}"


class Registrar:
    """Gives out birthdays and ID numbers within one unit, never the same one twice."""

    __slots__ = ("_county", "_day_class", "_dice", "_slot", "_taken", "_today")

    def __init__(self, unit_index: int, county_code: str, dice: Dice, today: date) -> None:
        self._county = county_code
        self._slot = 1 + unit_index % SLOTS
        self._day_class = unit_index // SLOTS
        self._dice = dice
        self._today = today.toordinal()
        self._taken: set[int] = set()

    def birthday(self, age: int, male: bool) -> date:
        """A free birthday of someone who is `age` years old today (or, in a crowd, some days older)."""
        day = self._today - (age * 1461 + 3) // 4 - self._dice.below(362)
        day -= (day - self._day_class) % DAY_CLASSES
        while 2 * day + male in self._taken:
            day -= DAY_CLASSES
        self._taken.add(2 * day + male)
        return date.fromordinal(day)

    def id_number(self, born: date, male: bool, *, from_elsewhere: bool = False) -> str:
        """The ID number of someone with a birthday given out here; married in from elsewhere if so said."""
        county = self._dice.pick(COUNTIES) if from_elsewhere else self._county
        area = county_code_at_birth(county, born)
        body = f"{area}{born.year:04d}{born.month:02d}{born.day:02d}{2 * self._slot + male:03d}"
        return body + check_digit(body)
