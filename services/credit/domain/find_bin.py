"""Into which bin of an attribute does a household fall?

A key that is absent is *missing*. A null is *no record* where the attribute has such a bin, else missing
(credit rules 2.1, 2.2).
"""

from collections.abc import Mapping, Sequence

from services.credit.domain.errors import FactsRefused
from services.credit.domain.scorecard import Attribute, Bin, CategoryField, NumberField, Ratio, TrimmedMean

Fact = int | str | Sequence[int] | None
Facts = Mapping[str, Fact]


def find_bin(attribute: Attribute, facts: Facts) -> Bin:
    """The one bin that holds; FactsRefused when a value is not of the kind that the attribute reads."""
    measure = attribute.measure
    if any(name not in facts for name in measure.fields):
        return attribute.missing
    if any(facts[name] is None for name in measure.fields):
        return attribute.no_record or attribute.missing
    match measure:
        case NumberField(field):
            return _by_interval(attribute, _whole(facts, field))
        case CategoryField(field):
            return _by_word(attribute, _word(facts, field))
        case TrimmedMean():
            mean = trimmed_mean(measure, _wholes(facts, measure))
            return attribute.missing if mean is None else _by_interval(attribute, mean)
        case Ratio():
            return _by_ratio(attribute, measure, facts)


def trimmed_mean(measure: TrimmedMean, values: Sequence[int]) -> int | None:
    """The mean without one highest and one lowest, half up; None when there are too few values."""
    if len(values) < measure.at_least:
        return None
    rest = len(values) - 2
    return (2 * (sum(values) - max(values) - min(values)) + rest) // (2 * rest)


def _by_interval(attribute: Attribute, top: int, bottom: int = 1) -> Bin:
    return next(one for one in attribute.bins if one.interval and one.interval.holds(top, bottom))


def _by_word(attribute: Attribute, word: str) -> Bin:
    return next((one for one in attribute.bins if word in one.values), attribute.missing)


def _by_ratio(attribute: Attribute, measure: Ratio, facts: Facts) -> Bin:
    top, bottom = _whole(facts, measure.numerator), 1
    for name in measure.denominators:
        bottom *= _whole(facts, name)
    specials = (
        (top == 0, measure.numerator_zero),
        (top < 0, measure.numerator_negative),
        (bottom == 0, measure.denominator_zero),
        (bottom <= 0, measure.denominator_not_positive),
    )
    for holds, bin_id in specials:
        if holds and bin_id is not None:
            return attribute.bin(bin_id)
    return _by_interval(attribute, top, bottom)


def _whole(facts: Facts, name: str) -> int:
    value = facts[name]
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _unreadable(name, "要填整数")


def _word(facts: Facts, name: str) -> str:
    value = facts[name]
    if isinstance(value, str):
        return value
    raise _unreadable(name, "要填文字")


def _wholes(facts: Facts, measure: TrimmedMean) -> Sequence[int]:
    values = facts[measure.field]
    if isinstance(values, (list, tuple)) and all(
        isinstance(value, int) and not isinstance(value, bool) and measure.lowest <= value <= measure.highest
        for value in values
    ):
        return values
    raise _unreadable(measure.field, f"要填一组{measure.lowest}到{measure.highest}的整数")


def _unreadable(name: str, message: str) -> FactsRefused:
    return FactsRefused(errors=[{"pointer": f"/{name}", "code": "fact_type", "message": message}])
