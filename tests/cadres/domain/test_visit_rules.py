"""What may be entered as a visit, and how clearly its findings must be said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cadres.domain.visit import Visit, may_enter_visit
from services.cadres.domain.visit_finding import DETAILS, VisitFinding, finding_faults
from shared.ids import new_id

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
KINDS = frozenset({"routine"})
VALUES = {
    "problem_id": str(new_id()),
    "guarantee": "water",
    "met": False,
    "thing_kind": "production",
    "amount_cents": 1,
    "as_agreed": True,
    "loan_id": str(new_id()),
}


def visit(**more: object) -> Visit:
    plain = Visit(new_id(), new_id(), "511921122201", new_id(), "routine", NOW, (), None, ())
    return replace(plain, **more)  # type: ignore[arg-type] # fields of a visit by name


@given(hours=st.integers(0, 24 * 3650))
def test_any_past_hour_counts_however_late_it_is_told(hours: int) -> None:
    told = visit(visited_at=NOW - timedelta(hours=hours))
    assert may_enter_visit(told, helped=True, kinds=KINDS, now=NOW) is None


@pytest.mark.parametrize(
    ("more", "helped", "code"),
    [
        ({"visited_at": NOW + timedelta(seconds=1)}, True, "visit_ahead"),
        ({"kind": "check_in"}, True, "visit_kind_unknown"),
        ({}, False, "visit_household_not_found"),
        ({"findings": (VisitFinding("guarantee", "漏雨"),)}, True, "visit_findings_unclear"),
    ],
)
def test_what_is_refused_has_its_code(more: dict[str, object], helped: bool, code: str) -> None:
    refusal = may_enter_visit(visit(**more), helped=helped, kinds=KINDS, now=NOW)
    assert refusal is not None
    assert refusal.code == code


@given(kind=st.sampled_from(sorted(DETAILS)), said=st.sets(st.sampled_from(sorted(VALUES))))
def test_a_finding_is_clear_exactly_when_it_says_what_its_kind_asks_for(kind: str, said: set[str]) -> None:
    found = VisitFinding(kind, "看到的情况", {name: VALUES[name] for name in said})  # type: ignore[arg-type] # drawn from the kinds
    wanted = DETAILS[found.kind]
    clear = set(wanted.required) <= said <= {*wanted.required, *wanted.optional}
    assert (finding_faults([found]) == []) == clear


def test_every_fault_names_its_place_and_what_to_do() -> None:
    faults = finding_faults([VisitFinding("danger", "病"), VisitFinding("wish", "灯" * 101, {"thing_kind": "x"})])
    assert [(one["pointer"], one["code"]) for one in faults] == [
        ("/findings/1/amount_cents", "finding_detail_missing"),
        ("/findings/1/what", "finding_words_too_long"),
    ]


def test_the_same_finding_of_the_same_visit_has_one_id_and_no_other() -> None:
    one, other = visit(), visit()
    ids = [one.finding_id(0), one.finding_id(1), other.finding_id(0)]
    assert len(set(ids)) == 3
    assert one.finding_id(0) == replace(one, note="另外的话").finding_id(0)
