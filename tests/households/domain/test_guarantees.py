"""The six guarantees: what is met, what is newly missing, and what a yes or a no needs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.guarantees import (
    GUARANTEES,
    STATES,
    UNCHECKED,
    Guarantee,
    GuaranteeSheet,
    newly_missing,
    require_evidence,
)
from services.households.domain.monitoring_errors import GuaranteesUnproven

TODAY = date(2026, 11, 24)
sheets = st.fixed_dictionaries({name: st.sampled_from(STATES) for name in GUARANTEES})


def sheet(states: dict[str, str]) -> GuaranteeSheet:
    return GuaranteeSheet({name: Guarantee(state) for name, state in states.items()})


def test_a_household_that_nobody_has_checked_is_not_guaranteed_anything() -> None:
    assert not UNCHECKED.all_met
    assert UNCHECKED.with_state("unknown") == GUARANTEES


@given(sheets)
def test_all_are_met_when_each_of_the_six_is_yes_and_never_otherwise(states: dict[str, str]) -> None:
    assert sheet(states).all_met == (set(states.values()) == {"yes"})


@given(sheets, sheets)
def test_what_is_newly_missing_was_not_missing_before(before: dict[str, str], after: dict[str, str]) -> None:
    found = set(newly_missing(sheet(before), sheet(after)))
    assert found == {name for name in GUARANTEES if after[name] == "no" and before[name] != "no"}


@pytest.mark.parametrize(
    ("guarantee", "codes"),
    [
        (Guarantee("yes", TODAY, "入户看了"), []),
        (Guarantee("unknown"), []),
        (Guarantee("yes"), ["guarantee_day_missing", "guarantee_evidence_missing"]),
        (Guarantee("no", date(2026, 11, 25), "看了"), ["guarantee_day_to_come"]),
        (Guarantee("unknown", TODAY), ["guarantee_unknown_with_evidence"]),
    ],
)
def test_a_yes_or_a_no_needs_a_day_and_evidence_and_unknown_has_neither(guarantee: Guarantee, codes: list[str]) -> None:
    given_sheet = {**UNCHECKED.guarantees, "housing": guarantee}
    if not codes:
        require_evidence(given_sheet, TODAY)
        return
    with pytest.raises(GuaranteesUnproven) as refused:
        require_evidence(given_sheet, TODAY)
    assert [error["code"] for error in refused.value.data["errors"]] == codes
    assert all(error["pointer"].startswith("/guarantees/housing/") for error in refused.value.data["errors"])
