"""How is one attribute of a scorecard written down, and read back with every check?"""

from typing import Any

from services.credit.domain.attribute_checks import check_attribute
from services.credit.domain.findings import Findings
from services.credit.domain.interval_text import read_interval, write_interval
from services.credit.domain.scorecard import (
    MISSING,
    MOST_POINTS,
    OPTIONAL_SPECIALS,
    Attribute,
    Bin,
    CategoryField,
    Measure,
    NumberField,
    Ratio,
    TrimmedMean,
)

_COMMON = ("id", "title", "group", "kind", "max", "effort", "bins", "missing")
_OWN_KEYS = {
    "number": ("field",),
    "category": ("field",),
    "trimmed_mean": ("field", "at_least", "lowest", "highest"),
    "ratio": ("numerator", "denominators", "special"),
}


def attribute_from_document(doc: Any, at: str, findings: Findings) -> Attribute | None:
    """The attribute at a place of the card's document; None when its kind is unknown. Notes what is wrong."""
    kind = doc.get("kind") if isinstance(doc, dict) else None
    if not isinstance(kind, str) or kind not in _OWN_KEYS:
        findings.add(f"{at}/kind", "kind_unknown", "kind 要是 number、category、trimmed_mean、ratio 之一")
        return None
    found = len(findings.items)
    keys = findings.mapping(doc, at, (*_COMMON, *_OWN_KEYS[kind]), ("no_record",))
    attribute = Attribute(
        id=findings.name(keys, "id", at),
        title=findings.text(keys, "title", at),
        group=findings.text(keys, "group", at),
        measure=_measure(kind, keys, at, findings),
        maximum=findings.whole(keys, "max", at, -MOST_POINTS, MOST_POINTS),
        effort=findings.whole(keys, "effort", at, 0, 1000),
        bins=_bins(kind, keys, at, findings),
        missing=_missing(keys, at, findings),
        no_record=_no_record(keys, at, findings),
    )
    if len(findings.items) == found:
        check_attribute(attribute, at, findings)
    return attribute


def attribute_to_document(attribute: Attribute) -> dict[str, Any]:
    """The document that reads back to the same attribute."""
    none, missing = attribute.no_record, attribute.missing
    return {
        "id": attribute.id,
        "title": attribute.title,
        "group": attribute.group,
        **_measure_to_document(attribute.measure),
        "max": attribute.maximum,
        "effort": attribute.effort,
        "bins": [_bin_to_document(one) for one in attribute.bins],
        **({"no_record": {"id": none.id, "points": none.points, "reason": none.reason}} if none else {}),
        "missing": {
            **({"not_rated": True} if missing.points is None else {"points": missing.points}),
            "reason": missing.reason,
        },
    }


def _measure(kind: str, doc: dict[str, Any], at: str, findings: Findings) -> Measure:
    match kind:
        case "number":
            return NumberField(findings.name(doc, "field", at))
        case "category":
            return CategoryField(findings.name(doc, "field", at))
        case "trimmed_mean":
            lowest = findings.whole(doc, "lowest", at, 0, 1000)
            return TrimmedMean(
                field=findings.name(doc, "field", at),
                at_least=findings.whole(doc, "at_least", at, 3, 1000),
                lowest=lowest,
                highest=findings.whole(doc, "highest", at, lowest, 1000),
            )
        case _:
            return _ratio(doc, at, findings)


def _ratio(doc: dict[str, Any], at: str, findings: Findings) -> Ratio:
    names = findings.sequence(doc, "denominators", at)
    if len(names) > 2 or not all(isinstance(name, str) and name for name in names):
        findings.add(f"{at}/denominators", "denominators_unreadable", "分母要是一项或两项的名称")
        names = []
    special = findings.mapping(
        doc.get("special", {}), f"{at}/special", ("denominator_not_positive",), OPTIONAL_SPECIALS
    )
    targets = {key: findings.text(special, key, f"{at}/special") for key in special}
    return Ratio(
        numerator=findings.name(doc, "numerator", at),
        denominators=tuple(findings.usable_name(name, f"{at}/denominators") for name in names),
        denominator_not_positive=targets.get("denominator_not_positive", ""),
        **{key: targets[key] for key in OPTIONAL_SPECIALS if key in targets},
    )


def _bins(kind: str, doc: dict[str, Any], at: str, findings: Findings) -> tuple[Bin, ...]:
    own, optional = ((), ("interval", "reach")) if kind != "category" else (("values",), ("reach",))
    bins = []
    for place, item in enumerate(findings.sequence(doc, "bins", at)):
        here = f"{at}/bins/{place}"
        keys = findings.mapping(item, here, ("id", "points", "reason", *own), optional)
        interval = None
        if "interval" in keys:
            interval = read_interval(keys["interval"], f"{here}/interval", of_ratio=kind == "ratio", findings=findings)
        bins.append(
            Bin(
                id=findings.text(keys, "id", here),
                points=findings.whole(keys, "points", here, -MOST_POINTS, MOST_POINTS),
                reason=findings.text(keys, "reason", here),
                reach=findings.text(keys, "reach", here) if "reach" in keys else None,
                interval=interval,
                values=_values(keys, here, findings),
            )
        )
    return tuple(bins)


def _values(doc: dict[str, Any], at: str, findings: Findings) -> tuple[str, ...]:
    values = findings.sequence(doc, "values", at, least=0)
    if "values" in doc and not values:
        findings.add(f"{at}/values", "category_unreachable", "这一类没有列出任何取值，谁也到不了")
    if not all(isinstance(value, str) and value and value.isprintable() for value in values):
        findings.add(f"{at}/values", "not_a_text", "取值要是不空的文字")
        return ()
    return tuple(values)


def _missing(doc: dict[str, Any], at: str, findings: Findings) -> Bin:
    here = f"{at}/missing"
    keys = findings.mapping(
        doc.get("missing", {"reason": "-", "points": 0}), here, ("reason",), ("points", "not_rated")
    )
    if ("points" in keys) == ("not_rated" in keys) or keys.get("not_rated", True) is not True:
        findings.add(here, "missing_unclear", "missing 要么写 points，要么写 not_rated: true")
    points = findings.whole(keys, "points", here, -MOST_POINTS, MOST_POINTS) if "points" in keys else None
    return Bin(MISSING, points, findings.text(keys, "reason", here))


def _no_record(doc: dict[str, Any], at: str, findings: Findings) -> Bin | None:
    if "no_record" not in doc:
        return None
    here = f"{at}/no_record"
    keys = findings.mapping(doc["no_record"], here, ("id", "points", "reason"))
    points = findings.whole(keys, "points", here, -MOST_POINTS, MOST_POINTS)
    return Bin(findings.text(keys, "id", here), points, findings.text(keys, "reason", here))


def _measure_to_document(measure: Measure) -> dict[str, Any]:
    match measure:
        case NumberField(field):
            return {"kind": "number", "field": field}
        case CategoryField(field):
            return {"kind": "category", "field": field}
        case TrimmedMean(field, at_least, lowest, highest):
            return {
                "kind": "trimmed_mean",
                "field": field,
                "at_least": at_least,
                "lowest": lowest,
                "highest": highest,
            }
        case Ratio():
            return {
                "kind": "ratio",
                "numerator": measure.numerator,
                "denominators": list(measure.denominators),
                "special": measure.specials,
            }


def _bin_to_document(one: Bin) -> dict[str, Any]:
    doc: dict[str, Any] = {"id": one.id, "points": one.points, "reason": one.reason}
    if one.interval is not None:
        doc["interval"] = write_interval(one.interval)
    if one.values:
        doc["values"] = list(one.values)
    if one.reach is not None:
        doc["reach"] = one.reach
    return doc
