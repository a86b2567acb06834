"""How is an interval written? `[0.8,1.2)`: a square bracket belongs inside, a round one does not; `-inf`, `inf`.

Ends are decimals kept as written and exact fractions in use. They are bounded so that cross-multiplication with
facts up to 10^12 stays within 64 bits in the database: a whole number is compared as value × q with p ≤ 10^18
(q ≤ 10^6), a ratio as numerator × q with p × denominator (p and q ≤ 10^6).
"""

import re
from fractions import Fraction
from itertools import pairwise

from services.credit.domain.findings import Findings
from services.credit.domain.scorecard import Bin, Edge, Interval

_DECIMAL = r"-?[0-9]{1,18}(?:\.[0-9]{1,6})?"
_INTERVAL = re.compile(rf"([\[(])(-inf|{_DECIMAL}),(inf|{_DECIMAL})([\])])")
MOST_DENOMINATOR = 10**6
MOST_RATIO_NUMERATOR = 10**6
MOST_NUMBER_NUMERATOR = 10**18


def read_interval(written: object, at: str, *, of_ratio: bool, findings: Findings) -> Interval | None:
    """The interval of a text, None after noting what is wrong with it."""
    parts = _INTERVAL.fullmatch(written) if isinstance(written, str) else None
    if parts is None:
        findings.add(at, "interval_unreadable", "区间要写成 [0.8,1.2) 这样，无穷写 -inf 或 inf")
        return None
    left, low, high, right = parts.groups()
    interval = Interval(_edge(low, closed=left == "["), _edge(high, closed=right == "]"))
    if (interval.low is None and left == "[") or (interval.high is None and right == "]"):
        findings.add(at, "interval_unreadable", "无穷的一端要用圆括号")
        return None
    most = MOST_RATIO_NUMERATOR if of_ratio else MOST_NUMBER_NUMERATOR
    for edge in (interval.low, interval.high):
        if edge and (edge.denominator > MOST_DENOMINATOR or abs(edge.numerator) > most):
            findings.add(at, "edge_too_fine", f"{edge.decimal} 的位数太多，无法精确比较")
            return None
    if _is_empty(interval):
        findings.add(at, "interval_empty", f"区间 {written} 里没有数")
        return None
    return interval


def write_interval(interval: Interval) -> str:
    """The text that reads back to the same interval."""
    low, high = interval.low, interval.high
    left = f"[{low.decimal}" if low and low.closed else f"({low.decimal if low else '-inf'}"
    right = f"{high.decimal}]" if high and high.closed else f"{high.decimal if high else 'inf'})"
    return f"{left},{right}"


def check_cover(bins: list[Bin], at: str, attribute_id: str, findings: Findings) -> None:
    """Notes every gap and overlap of the bins' intervals on the whole line, naming the bins."""
    rows = sorted(((one.interval, one.id) for one in bins if one.interval), key=lambda row: _starts(row[0]))
    if not rows:
        findings.add(at, "bins_gap", f"{attribute_id}：没有一个区间")
        return
    if rows[0][0].low is not None:
        findings.add(at, "bins_gap", f"{attribute_id}：{rows[0][1]} 以下有空档，要从 -inf 开始")
    if all(interval.high is not None for interval, _ in rows):
        findings.add(at, "bins_gap", f"{attribute_id}：{rows[-1][1]} 以上有空档，要到 inf 为止")
    for (before, before_id), (after, after_id) in pairwise(rows):
        meeting = _meeting(before, after)
        if meeting > 0:
            findings.add(at, "bins_overlap", f"{attribute_id}：{before_id} 与 {after_id} 重叠")
        if meeting < 0:
            findings.add(at, "bins_gap", f"{attribute_id}：{before_id} 与 {after_id} 之间有空档")


def _edge(written: str, *, closed: bool) -> Edge | None:
    if written.endswith("inf"):
        return None
    exact = Fraction(written)
    return Edge(written, exact.numerator, exact.denominator, closed)


def _is_empty(interval: Interval) -> bool:
    if interval.low is None or interval.high is None:
        return False
    low, high = _value(interval.low), _value(interval.high)
    return low > high or (low == high and not (interval.low.closed and interval.high.closed))


def _starts(interval: Interval) -> tuple[bool, Fraction, bool]:
    if interval.low is None:
        return (False, Fraction(0), False)
    return (True, _value(interval.low), not interval.low.closed)


def _meeting(before: Interval, after: Interval) -> int:
    """Above zero when the two overlap, below when something lies between, zero when they meet exactly."""
    if before.high is None or after.low is None:
        return 1
    end, start = _value(before.high), _value(after.low)
    if end != start:
        return 1 if end > start else -1
    return int(before.high.closed) + int(after.low.closed) - 1


def _value(edge: Edge) -> Fraction:
    return Fraction(edge.numerator, edge.denominator)
