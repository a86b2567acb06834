"""How is a scorecard shown to people? One line for every bin: what falls in it, and its points.

As Markdown to read and as CSV for a spreadsheet, where no cell of text is taken for a formula.
"""

import csv
from collections.abc import Iterator
from io import StringIO

from services.credit.domain.scorecard import Attribute, Bin, Card, Edge, Ratio

HEAD = ("类别", "指标", "名称", "依据", "档", "条件", "得分", "满分", "说明")
_SPECIALS = {
    "numerator_zero": "分子为0",
    "numerator_negative": "分子小于0",
    "denominator_zero": "分母为0",
    "denominator_not_positive": "分母不大于0",
}


def markdown_of(card: Card) -> str:
    """Title, bands and base points, then the table."""
    bands = "，".join(f"{band.id} {band.from_total}分起" for band in card.bands) or "没有分级"
    lines = [
        f"# {_cell(card.title)}",
        "",
        f"{card.id}@{card.version}，{card.effective_from.isoformat()}起生效，SHA-256 {card.sha256}",
        "",
        f"基础分 {card.base_points}。{bands}。",
        "",
        "| " + " | ".join(HEAD) + " |",
        "|" + "---|" * len(HEAD),
        *("| " + " | ".join(map(_cell, row)) + " |" for row in _rows(card)),
    ]
    return "\n".join(lines) + "\n"


def csv_of(card: Card) -> str:
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow(HEAD)
    for row in _rows(card):
        lines.writerow([_no_formula(cell) for cell in row])
    return written.getvalue()


def _rows(card: Card) -> Iterator[tuple[str, ...]]:
    for attribute in card.attributes:
        for one in attribute.every_bin:
            points = "不评级" if one.points is None else str(one.points)
            what = (attribute.group, attribute.id, attribute.title, _measured(attribute), one.id)
            yield (*what, _condition(attribute, one), points, str(attribute.maximum), one.reason)


def _measured(attribute: Attribute) -> str:
    measure = attribute.measure
    if isinstance(measure, Ratio):
        return f"{measure.numerator} ÷ ({' × '.join(measure.denominators)})"
    return "、".join(measure.fields)


def _condition(attribute: Attribute, one: Bin) -> str:
    parts = []
    if one.interval is not None:
        parts.append(_between(one.interval.low, one.interval.high))
    if one.values:
        parts.append("、".join(one.values))
    if isinstance(attribute.measure, Ratio):
        parts += [_SPECIALS[name] for name, bin_id in attribute.measure.specials.items() if bin_id == one.id]
    if one is attribute.no_record:
        parts.append("没有记录")
    if one is attribute.missing:
        parts.append("没有数据")
    return "；".join(parts)


def _between(low: Edge | None, high: Edge | None) -> str:
    ends = []
    if low is not None:
        ends.append(f"{'≥' if low.closed else '>'}{low.decimal}")
    if high is not None:
        ends.append(f"{'≤' if high.closed else '<'}{high.decimal}")
    return "，".join(ends) or "任何数"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def _no_formula(text: str) -> str:
    """Text that a spreadsheet would take for a formula is marked as text; a number is one."""
    is_number = text.lstrip("-").isdigit()
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else text
