"""What a year comes to: weights, deductions, grades, places; laws of the computation; schemes that are refused."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cadres.domain.appraisal import Appraisal, Deduction, Figure, outcome_of
from services.cadres.domain.appraisal_scheme import GRADES, places_of, pool_of, scheme_of_year
from services.cadres.domain.cadre import Cadre
from services.cadres.domain.decision import Decision
from services.cadres.domain.may_appraise import may_appraise
from services.cadres.domain.personal_file import PersonalFile, outcome_now
from services.cadres.storage.policy_file import load_policies
from services.cadres.storage.scheme_file import SHIPPED, entry_of, load_schemes, scheme_of
from shared.ids import new_id
from tests.cadres.domain.appraisal_cases import SCHEME, appraisal

TODAY = date(2026, 1, 20)
POLICY = load_policies()[0]


def decision(**more: Any) -> Decision:
    values: dict[str, Any] = {
        "cadre_id": new_id(), "case_id": new_id(), "region_code": "511921", "kind": "appraisal", "reason": "r",
        "evidence": "e", "noticed_on": TODAY, "noticed_by": "a", "year": 2025,
    }  # fmt: skip
    return Decision(**values | more)


def off(code: str, **more: Any) -> Deduction:
    return Deduction(new_id(), code, "e", **more)


def year(*deductions: Deduction, **more: Any) -> Appraisal:
    return appraisal(decision(), *deductions, **more)


def test_the_province_weighs_seventy_percent_and_each_deduction_is_a_line() -> None:
    outcome = outcome_of(year(off("problem_returned"), off("measure_not_done")))
    assert SCHEME.province_percent == 70
    assert [(line.kind.points, line.counts) for line in outcome.lines] == [(500, True), (300, True)]
    assert outcome.local == 10_000 - 500 - 300
    assert outcome.total == (9500 * 70 + 9200 * 15 + 9000 * 15) // 100 == 9380
    assert outcome.grade == "competent", "only who is proposed is outstanding"


@pytest.mark.parametrize(("points", "total"), [(9549, 9549), (1, 1), (0, 0)])
def test_one_figure_everywhere_comes_to_itself(points: int, total: int) -> None:
    scheme = replace(SCHEME, province_percent=70, local_percent=0, evaluation_percent=30)
    figure = Figure(points, "r")
    assert outcome_of(year(scheme=scheme, province=figure, evaluation=figure)).total == total


@pytest.mark.parametrize(("evaluation", "total"), [(3, 0), (4, 1), (10, 2)])
def test_half_a_hundredth_is_rounded_up(evaluation: int, total: int) -> None:
    """15 % of 3 is 0.45, of 4 is 0.60, of 10 is 1.50 hundredths."""
    nothing = [off("result_falsified") for _ in range(4)]
    one = year(*nothing, province=Figure(0, "p"), evaluation=Figure(evaluation, "e"))
    assert (outcome_of(one).local, outcome_of(one).total) == (0, total)


Codes = st.lists(st.sampled_from(sorted(SCHEME.deductions)), max_size=8)
Points = st.integers(0, 10_000)


@given(Codes, st.sampled_from(sorted(SCHEME.deductions)), Points, Points, st.booleans())
def test_one_more_deduction_never_helps(codes: list[str], more: str, province: int, vote: int, best: bool) -> None:
    given_figures = {"province": Figure(province, "p"), "evaluation": Figure(vote, "e"), "outstanding": best}
    fewer = outcome_of(year(*map(off, codes), **given_figures))
    worse = outcome_of(year(*map(off, [*codes, more]), **given_figures))
    assert worse.total <= fewer.total
    assert GRADES.index(worse.grade) >= GRADES.index(fewer.grade)
    assert 0 <= worse.total <= 10_000


@given(Codes.flatmap(lambda codes: st.tuples(st.just(codes), st.permutations(codes))), Points)
def test_the_order_of_deductions_changes_nothing(both: tuple[list[str], list[str]], province: int) -> None:
    one, other = (outcome_of(year(*map(off, codes), province=Figure(province, "p"))) for codes in both)
    assert (one.local, one.total, one.grade) == (other.local, other.total, other.grade)


@given(Codes, st.data())
def test_an_exemption_takes_its_deduction_away_and_no_other(codes: list[str], data: st.DataObject) -> None:
    one = year(*map(off, codes))
    excused = data.draw(st.sets(st.sampled_from(one.deductions))) if codes else set()
    exemptions = [decision(kind="exemption", year=None, exempts=line.deduction_id, state="imposed") for line in excused]
    now = outcome_now(PersonalFile(tuple(exemptions)), one)
    assert tuple(line.deduction for line in now.lines) == one.deductions, "it stays to be seen"
    kept = tuple(line for line in one.deductions if line not in excused)
    plain = outcome_of(replace(one, deductions=kept))
    assert (now.local, now.total, now.grade) == (plain.local, plain.total, plain.grade)


@pytest.mark.parametrize(
    ("codes", "grade"),
    [
        ([], "competent"),
        (["discipline_broken"], "basically_competent"),
        (["result_falsified"], "unfit"),
        (["discipline_broken", "serious_problem_not_rectified"], "unfit"),
    ],
)
def test_some_facts_leave_no_better_grade_whatever_the_points(codes: list[str], grade: str) -> None:
    assert outcome_of(year(*map(off, codes), province=Figure(10_000, "p"))).grade == grade


@pytest.mark.parametrize(
    ("points", "proposed", "grade"),
    [
        (9000, True, "outstanding"), (8999, True, "competent"), (9000, False, "competent"),
        (7500, False, "competent"), (7499, False, "basically_competent"), (6000, False, "basically_competent"),
        (5999, False, "unfit"),
    ],
)  # fmt: skip
def test_a_grade_begins_at_its_points(points: int, proposed: bool, grade: str) -> None:
    scheme = replace(SCHEME, province_percent=100, local_percent=0, evaluation_percent=0)
    assert outcome_of(year(scheme=scheme, province=Figure(points, "p"), outstanding=proposed)).grade == grade


def test_a_deduction_for_a_talk_notice_goes_with_it() -> None:
    talk = decision(kind="talk_notice", year=None, round=8100, state="imposed", decided_on=TODAY)
    one = year(off("talk_notice", ground=talk.case_id))
    assert outcome_now(PersonalFile((talk,)), one).local == 9000
    for gone in (
        (replace(talk, state="lifted"),),
        (talk, decision(kind="exemption", exempts=talk.case_id, state="upheld")),
    ):
        assert outcome_now(PersonalFile(gone), one).local == 10_000


def cadre(**more: Any) -> Cadre:
    values: dict[str, Any] = {
        "cadre_id": new_id(), "unit_id": new_id(), "name": "王芳", "rank": "staff", "region_code": "511921100",
        "valid_from": date(2024, 1, 1),
    }  # fmt: skip
    return Cadre(**values | more)


def refused(one: Appraisal, person: Cadre, *decisions: Decision) -> str | None:
    refusal = may_appraise(one, person, PersonalFile(decisions), POLICY, TODAY)
    return None if refusal is None else refusal.code


def test_a_year_is_appraised_once_of_somebody_who_served_in_it_and_not_ahead() -> None:
    assert refused(year(), cadre()) is None
    assert refused(year(year=2027), cadre()) == "appraisal_year_ahead"
    assert refused(year(), cadre(valid_from=date(2026, 1, 1))) == "appraised_not_in_office"
    assert refused(year(), cadre(valid_to=date(2025, 1, 1))) == "appraised_not_in_office"
    assert refused(year(), cadre(valid_to=date(2025, 1, 2))) is None
    for state, code in (
        ("noticed", "appraisal_of_year_exists"),
        ("upheld", "appraisal_of_year_exists"),
        ("dropped", None),
    ):
        assert refused(year(), cadre(), decision(state=state)) == code
    assert refused(year(), cadre(), decision(year=2024, state="imposed")) is None


def test_a_deduction_is_one_of_the_scheme_and_a_talk_notice_is_deducted_once_while_it_stands() -> None:
    talk = decision(kind="talk_notice", year=None, round=8100, state="imposed", decided_on=TODAY)
    line = off("talk_notice", ground=talk.case_id)
    assert refused(year(line), cadre(), talk) is None
    for wrong in (
        year(line, off("talk_notice", ground=talk.case_id)),
        year(off("talk_notice")),
        year(off("problem_returned", ground=talk.case_id)),
    ):
        assert refused(wrong, cadre(), talk) == "deduction_ground_wrong"
    assert refused(year(line), cadre(), replace(talk, state="lifted")) == "deduction_ground_wrong"
    assert refused(year(off("visits_too_few")), cadre()) == "deduction_unknown"


def test_one_proposed_as_outstanding_reaches_its_points() -> None:
    assert refused(year(outstanding=True), cadre()) is None
    assert refused(year(off("discipline_broken"), outstanding=True), cadre()) == "appraisal_below_outstanding"


@pytest.mark.parametrize(
    ("pool", "people", "places"), [("511921", 100, 25), ("511921", 3, 0), ("511921", 11_249, 2812), ("5101", 100, 20)]
)
def test_a_poor_area_has_five_percent_more_places_rounded_down(pool: str, people: int, places: int) -> None:
    assert places_of(SCHEME, pool, people) == places
    assert (pool_of("511921122201"), pool_of("5119")) == ("511921", "5119")


def test_the_scheme_of_a_year_is_the_one_that_held_on_its_first_day() -> None:
    later = replace(SCHEME, version="2", valid_from=date(2026, 1, 2))
    found = [scheme_of_year([SCHEME, later], one) for one in (2019, 2026, 2027)]
    assert found == [None, SCHEME, later]


def test_a_scheme_is_kept_as_the_file_has_it() -> None:
    assert [scheme_of(json.loads(json.dumps(entry_of(one)))) for one in load_schemes()] == list(load_schemes())


def changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SHIPPED.read_text("utf-8"))
    change(document["schemes"][0])
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["weights"].update(visits=0),
        lambda one: one["weights"].update(province=60, visits=10),
        lambda one: one["weights"].update(province=71),
        lambda one: one["weights"].update(province=130, local=-45),
        lambda one: one["weights"].pop("local"),
        lambda one: one["least"].update(competent=9500),
        lambda one: one["least"].pop("outstanding"),
        lambda one: one["deductions"]["talk_notice"].update(points=0),
        lambda one: one["deductions"]["talk_notice"].update(best="excellent"),
        lambda one: one.update(outstanding_percent=96),
        lambda one: one.update(poor_areas=["51192"]),
    ],
)
def test_a_scheme_that_weighs_anything_else_or_does_not_add_up_is_not_read(
    change: Callable[[dict[str, Any]], Any], tmp_path: Path
) -> None:
    file = tmp_path / "schemes.json"
    file.write_text(json.dumps(changed(change)), "utf-8")
    with pytest.raises((KeyError, ValueError)):
        load_schemes(file)


def test_an_appraisal_reads_no_visit_no_check_in_and_no_time_online() -> None:
    """What a result may rest on, in full: whoever adds to it decides so here (no 指尖上的形式主义)."""
    assert {one.name for one in fields(Appraisal)} == {
        "cadre_id", "case_id", "year", "pool", "scheme", "province", "evaluation", "deductions", "outstanding",
    }  # fmt: skip
    assert {one.name for one in fields(Deduction)} == {"deduction_id", "code", "evidence", "ground"}
    assert [one.name for one in fields(SCHEME) if one.name.endswith("_percent")] == [
        "province_percent", "local_percent", "evaluation_percent", "outstanding_percent", "poor_area_percent",
    ]  # fmt: skip
