"""Hypothesis strategies: sound card documents of every kind, and facts that love their edges."""

from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# A busy machine is not a broken law, so no example has a deadline.
LAW = settings(max_examples=50, deadline=None)
LAW_IN_DATABASE = settings(
    max_examples=25,
    deadline=None,
    # The fixture is one connection for all examples; each example rolls back what it made.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

NUMBERS = ("n0", "n1", "n2", "n3")
WORDS = ("w0", "w1")
LISTS = ("r0", "r1")
FIELDS = (*NUMBERS, *WORDS, *LISTS)
VOCABULARY = ("无", "培训", 'quo"te', "back\\slash", "a,b/c", "tab", "é𝄞")

_points = st.integers(-30, 30)
_decimals = st.one_of(
    st.integers(-3, 6).map(str),
    st.integers(-300, 900).map(lambda cents: f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"),
)


@st.composite
def interval_bins(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to five bins that cover the line, upwards or downwards, with open and closed ends as they come."""
    edges = draw(st.lists(_decimals, max_size=4, unique_by=Fraction))
    edges.sort(key=Fraction)
    starts = "(-inf"
    intervals = []
    for edge in edges:
        closed = draw(st.booleans())
        intervals.append(f"{starts},{edge}{']' if closed else ')'}")
        starts = f"{'(' if closed else '['}{edge}"
    intervals.append(f"{starts},inf)")
    if draw(st.booleans()):
        intervals.reverse()
    return [_bin(place, draw(_points), interval) for place, interval in enumerate(intervals)]


def _bin(place: int, points: int, interval: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": f"b{place + 1}",
        "points": points,
        "reason": f"第{place + 1}档",
        "reach": f"到{points}",
    }
    return made | ({"interval": interval} if interval else {})


@st.composite
def attributes(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """One sound attribute of any kind."""
    kind = draw(st.sampled_from(("number", "category", "trimmed_mean", "ratio")))
    if kind == "category":
        words = draw(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=5, unique=True))
        bins = [
            {"id": word, "values": [word], "points": draw(_points), "reason": f"是{word}", "reach": f"做到{word}"}
            for word in words
        ]
    else:
        bins = draw(interval_bins())
    missing: dict[str, Any] = draw(st.sampled_from(({"not_rated": True}, {"points": draw(_points)})))
    doc: dict[str, Any] = {
        "id": f"K{number}",
        "title": f"指标{number}",
        "group": "组",
        "kind": kind,
        "effort": draw(st.integers(0, 3)),
        "missing": missing | {"reason": "没有登记"},
    }
    if draw(st.booleans()):
        doc["no_record"] = {"id": "no_record", "points": draw(_points), "reason": "没有记录"}
    if kind == "ratio":
        doc |= draw(_ratio_parts(bins, no_record="no_record" in doc))
    elif kind == "trimmed_mean":
        doc |= {"field": draw(st.sampled_from(LISTS)), "at_least": draw(st.integers(3, 6)), "lowest": 0, "highest": 10}
    else:
        doc["field"] = draw(st.sampled_from(WORDS if kind == "category" else NUMBERS))
    every = [*bins, doc["missing"], doc.get("no_record", {})]
    return doc | {"bins": bins, "max": max(one["points"] for one in every if "points" in one)}


@st.composite
def _ratio_parts(draw: st.DrawFn, bins: list[dict[str, Any]], *, no_record: bool) -> dict[str, Any]:
    numerator, *denominators = draw(st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=3, unique=True))
    extra = _bin(len(bins), draw(_points), None)
    bins.append(extra)
    targets = st.sampled_from([*(one["id"] for one in bins), "missing", *(("no_record",) if no_record else ())])
    names = draw(st.sets(st.sampled_from(("numerator_zero", "numerator_negative", "denominator_zero"))))
    special = {name: draw(targets) for name in sorted(names)} | {"denominator_not_positive": extra["id"]}
    return {"numerator": numerator, "denominators": denominators, "special": special}


@st.composite
def card_documents(draw: st.DrawFn) -> dict[str, Any]:
    """A whole sound card of one to six attributes."""
    lines = [draw(attributes(number)) for number in range(draw(st.integers(1, 6)))]
    base = draw(_points)
    best = base + sum(line["max"] for line in lines)
    steps = draw(st.lists(st.integers(0, 60), max_size=3, unique=True))
    return {
        "id": "随机",
        "version": draw(st.integers(1, 9)),
        "title": "随机评分卡",
        "effective_from": "2020-01-01",
        "base_points": base,
        "bands": [
            {"id": band, "from": best - step} for band, step in zip(("AAA", "AA", "A"), sorted(steps), strict=False)
        ],
        "attributes": lines,
    }


_numbers = st.one_of(st.integers(-4, 7), st.integers(-1000, 1000), st.integers(-(10**12), 10**12))


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """Facts of every field: absent, null, or a value near the edges, small, or as large as may be."""
    values: dict[str, st.SearchStrategy[Any]] = {
        **dict.fromkeys(NUMBERS, _numbers),
        **dict.fromkeys(WORDS, st.sampled_from((*VOCABULARY, "unlisted"))),
        **dict.fromkeys(LISTS, st.lists(st.integers(0, 10), max_size=15)),
    }
    made: dict[str, Any] = {}
    for name, value in values.items():
        match draw(st.integers(0, 9)):
            case 0:
                continue
            case 1:
                made[name] = None
            case _:
                made[name] = draw(value)
    return made


vetoes = st.lists(st.sampled_from(("V1", "V2", "V3", "V4", "V5")), max_size=3)
