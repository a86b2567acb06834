"""Is what was found on a visit said clearly enough for the service that takes it on?

Each kind of finding has its own details. What a wish's kinds or a problem's states are is for the households service to
say, which answers for each finding whether it was taken on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

FindingKind = Literal["problem_found", "problem_fixed", "danger", "guarantee", "wish", "need", "use_of_money"]
MOST_PUBLIC_WORDS: Final = 100
"""The words of a wish or a need may be published, and are short."""


@dataclass(frozen=True, slots=True)
class VisitFinding:
    """`details` are the kind's own facts as plain values.

    `problem_found` (问题); `problem_fixed`: `problem_id` is said to be put right; `danger`: the household may fall
    (back) into poverty; `guarantee`: `guarantee` is `met` or not; `wish`: `thing_kind` for `amount_cents`; `need`:
    `thing_kind`, perhaps `amount_cents`; `use_of_money`: a loan (the bank's `loan_number`) is used `as_agreed` or not.
    """

    kind: FindingKind
    what: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Details:
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


DETAILS: Final[Mapping[FindingKind, _Details]] = {
    "problem_found": _Details(),
    "problem_fixed": _Details(("problem_id",)),
    "danger": _Details(),
    "guarantee": _Details(("guarantee", "met")),
    "wish": _Details(("thing_kind", "amount_cents")),
    "need": _Details(("thing_kind",), ("amount_cents",)),
    "use_of_money": _Details(("as_agreed",), ("loan_number", "loan_id")),
}
_SENTENCES: Final = {
    "finding_detail_missing": "这类发现还要填写这一项。",
    "finding_detail_not_of_kind": "这类发现不用填写这一项，请去掉。",
    "finding_words_too_long": "心愿和需求可能会公开，请用 100 字以内写明，不写姓名、电话、证件号码。",
}


def finding_faults(findings: Sequence[VisitFinding]) -> list[dict[str, str]]:
    """Every fault, as pointer, code and sentence; none when all is clear."""
    return [
        {"pointer": f"/findings/{number}/{name}", "code": code, "message": _SENTENCES[code]}
        for number, finding in enumerate(findings)
        for name, code in _faults(finding)
    ]


def _faults(finding: VisitFinding) -> Iterator[tuple[str, str]]:
    wanted = DETAILS[finding.kind]
    for name in wanted.required:
        if name not in finding.details:
            yield name, "finding_detail_missing"
    for name in sorted(set(finding.details) - {*wanted.required, *wanted.optional}):
        yield name, "finding_detail_not_of_kind"
    if finding.kind in ("wish", "need") and len(finding.what) > MOST_PUBLIC_WORDS:
        yield "what", "finding_words_too_long"
