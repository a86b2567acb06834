"""What is a scorecard?

A card is data: attributes with bins and points, bands, and the texts that explain them (credit rules 2.1). These
are its parts once it is read and checked; `card_document.py` reads and writes them. Points are integers, interval
ends are exact decimals kept as written, and nothing here is a float.
"""

from dataclasses import dataclass
from datetime import date

MISSING = "missing"
NO_BAND = "none"
VETOED = "vetoed"
NOT_RATED = "not_rated"
MOST_POINTS = 10**6
OPTIONAL_SPECIALS = ("numerator_zero", "numerator_negative", "denominator_zero")
RESERVED_BANDS = frozenset({NO_BAND, VETOED, NOT_RATED})
TOTAL, BAND = "total", "band"
RESERVED_ATTRIBUTES = frozenset({TOTAL, BAND})
"""Under these names a run keeps its figures beside those of the attributes."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of an interval: the decimal as written, its exact fraction, and whether it belongs inside."""

    decimal: str
    numerator: int
    denominator: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the line; None is the infinite end."""

    low: Edge | None
    high: Edge | None

    def holds(self, top: int, bottom: int = 1) -> bool:
        """Whether top ÷ bottom lies inside, by cross-multiplication; `bottom` must be positive."""
        if self.low is not None:
            beyond = top * self.low.denominator - self.low.numerator * bottom
            if beyond < 0 or (beyond == 0 and not self.low.closed):
                return False
        if self.high is not None:
            beyond = top * self.high.denominator - self.high.numerator * bottom
            if beyond > 0 or (beyond == 0 and not self.high.closed):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Bin:
    """One row of an attribute: what falls in it, its points, and what is said about it.

    `points` None makes the household not rated. `reason` says why points were lost here; `reach` says, to
    somebody below, what to do to come here. A bin without interval and values is reached by a special case only.
    """

    id: str
    points: int | None
    reason: str
    reach: str | None = None
    interval: Interval | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberField:
    """Measured by one whole number."""

    field: str

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)


@dataclass(frozen=True, slots=True)
class CategoryField:
    """Measured by one word; a word that no bin lists counts as missing."""

    field: str

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)


@dataclass(frozen=True, slots=True)
class TrimmedMean:
    """Measured by the mean of several whole numbers without one highest and one lowest, half up.

    Fewer than `at_least` of them are missing; each lies from `lowest` to `highest`, both inclusive.
    """

    field: str
    at_least: int
    lowest: int
    highest: int

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Measured by numerator ÷ product of denominators.

    Before the ratio is looked at, special cases send to a bin by its id, in this order: numerator zero, numerator
    negative, denominator zero, denominator not positive. The last always exists, so the ratio always has an answer.
    """

    numerator: str
    denominators: tuple[str, ...]
    denominator_not_positive: str
    numerator_zero: str | None = None
    numerator_negative: str | None = None
    denominator_zero: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.numerator, *self.denominators)

    @property
    def specials(self) -> dict[str, str]:
        """The special cases that this ratio knows, in the order they are tried, each with the id of its bin."""
        every = {name: getattr(self, name) for name in (*OPTIONAL_SPECIALS, "denominator_not_positive")}
        return {name: bin_id for name, bin_id in every.items() if bin_id is not None}


Measure = NumberField | CategoryField | TrimmedMean | Ratio


@dataclass(frozen=True, slots=True)
class Attribute:
    """One line of the card; `effort` 0 means that the household cannot change it."""

    id: str
    title: str
    group: str
    measure: Measure
    maximum: int
    effort: int
    bins: tuple[Bin, ...]
    missing: Bin
    no_record: Bin | None

    @property
    def every_bin(self) -> tuple[Bin, ...]:
        """The ordinary bins, then *no record* if there is one, then *missing*."""
        return (*self.bins, *((self.no_record,) if self.no_record else ()), self.missing)

    @property
    def levels(self) -> tuple[int, ...]:
        """The distinct points that a household can climb through, ascending; nobody climbs to *missing*."""
        return tuple(sorted({one.points for one in self.bins if one.points is not None}))

    def reached_by(self, points: int) -> str | None:
        """What to do to come to a level: the text of its first bin that has one."""
        return next((one.reach for one in self.bins if one.points == points and one.reach), None)

    def bin(self, bin_id: str) -> Bin:
        """The bin of that id; KeyError when the card has none."""
        for candidate in self.every_bin:
            if candidate.id == bin_id:
                return candidate
        raise KeyError(bin_id)


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the least total that earns it."""

    id: str
    from_total: int


@dataclass(frozen=True, slots=True)
class Card:
    """A whole card. `bands` go from the highest down; `sha256` is that of its canonical document."""

    id: str
    version: int
    title: str
    effective_from: date
    base_points: int
    bands: tuple[Band, ...]
    attributes: tuple[Attribute, ...]
    sha256: str

    @property
    def fields(self) -> tuple[str, ...]:
        """Every fact field that the card reads, once each, in card order."""
        return tuple(dict.fromkeys(name for one in self.attributes for name in one.measure.fields))

    @property
    def no_record_fields(self) -> frozenset[str]:
        """The fields whose null means *no record*, because an attribute that reads them has such a bin."""
        return frozenset(name for one in self.attributes if one.no_record for name in one.measure.fields)

    def band_of(self, total: int) -> str:
        """The band that a total earns, `none` below the lowest."""
        return next((band.id for band in self.bands if total >= band.from_total), NO_BAND)

    def next_band(self, total: int) -> Band | None:
        """The nearest band above the one that a total earns, None at the top."""
        above = [band for band in self.bands if band.from_total > total]
        return above[-1] if above else None
