"""A row that has had its time is cut with what it has, and all rows together keep to theirs."""

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench import __main__ as command
from bench import report
from bench.allowance import NEEDS_PREFECTURE, SECONDS, Allowance, Overran, ended_after, seconds_of, whole_seconds
from bench.harness import Options, Outcome, Reading, Side, alternate
from bench.rows import ROWS


@dataclass
class Watch:
    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def lasting(watch: Watch, seconds: float) -> Side:
    def measure() -> Reading:
        watch.at += seconds
        return Reading(1, 1, 1, 1, 0)

    return Side("slow", measure)


@pytest.mark.parametrize("quick", [False, True])
def test_all_rows_and_the_filling_fit_into_the_whole(quick: bool) -> None:
    assert sum(seconds_of(name, quick=quick) for name in SECONDS) <= whole_seconds(quick=quick)


def test_every_row_has_its_seconds() -> None:
    assert {row.id for row in ROWS} < set(SECONDS)
    assert {row.id for row in ROWS} > NEEDS_PREFECTURE


def test_a_round_that_no_longer_fits_is_left_out_and_told() -> None:
    watch = Watch()
    allowance = Allowance(35.0, watch)
    side = lasting(watch, 10.0)
    alternate([side], Options(rounds=5, allowance=allowance))
    assert len(side.readings) == 2, "after the run that does not count and two rounds five seconds are left"
    assert allowance.cut == ["2 of 5 rounds of slow"]


def test_one_round_is_measured_even_where_nothing_fits() -> None:
    watch = Watch()
    side = lasting(watch, 10.0)
    alternate([side], Options(allowance=Allowance(1.0, watch)))
    assert len(side.readings) == 1


def breaking_off_after(runs: int) -> Side:
    done: list[Reading] = []

    def measure() -> Reading:
        if len(done) == runs:
            raise Overran
        done.append(Reading(len(done), 1, 1, 1, 0))
        return done[-1]

    return Side("ours", measure)


def test_what_was_measured_before_a_round_is_broken_off_stays_and_the_broken_one_counts_for_nobody() -> None:
    steady, ours = lasting(Watch(), 0.0), breaking_off_after(2)
    allowance = Allowance()
    alternate([steady, ours], Options(rounds=5, allowance=allowance), warm=False)
    assert (len(steady.readings), len(ours.readings)) == (2, 2)
    assert allowance.cut == ["2 of 5 rounds of slow, the next one broken off"]


def test_a_row_of_which_no_round_is_whole_has_overrun() -> None:
    with pytest.raises(Overran):
        alternate([breaking_off_after(0)], Options(), warm=False)


def test_a_row_that_went_on_with_what_it_had_is_ended_again() -> None:
    began = time.monotonic()
    with pytest.raises(Overran), ended_after(0.2):
        with pytest.raises(Overran):
            time.sleep(5)
        time.sleep(5)
    assert time.monotonic() - began < 4


def test_what_is_not_warmed_is_measured_from_its_first_run() -> None:
    watch = Watch()
    side = lasting(watch, 10.0)
    alternate([side], Options(rounds=2), warm=False)
    assert watch.at == 20.0


def test_a_part_of_what_is_left_tells_its_cuts_to_the_whole() -> None:
    watch = Watch()
    whole = Allowance(100.0, watch)
    watch.at = 20.0
    half = whole.share(0.5)
    assert half.left() == 40.0
    assert not half.fits(41.0, "a round")
    assert whole.cut == ["a round"]


def test_a_run_without_end_is_ended() -> None:
    with pytest.raises(Overran), ended_after(0.05):
        time.sleep(5)


def test_a_block_that_is_over_in_time_is_not_ended_afterwards() -> None:
    with ended_after(0.05):
        pass
    time.sleep(0.1)


class Endless:
    id = "P8"
    title = "a row that hangs"
    target = "an end"

    def run(self, options: Options) -> Outcome:
        time.sleep(20 * options.allowance.seconds)
        return Outcome()


def test_a_row_that_hangs_is_left_and_the_next_ones_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert not command._measure(Endless(), Options(allowance=Allowance(0.1)), at_most=0.15)
    assert "Overran" in capsys.readouterr().err


def test_what_is_left_out_stands_in_the_table() -> None:
    options = Options(allowance=Allowance(1.0))
    options.allowance.fits(2.0, "2 of 5 rounds of ours")
    told = report.record(Endless(), Outcome(notes=["a note"]), options)["notes"]
    assert told == ["a note", "Cut short for want of time: 2 of 5 rounds of ours."]


def test_when_the_whole_has_had_its_time_no_further_row_is_begun(capsys: pytest.CaptureFixture[str]) -> None:
    began: list[str] = []

    class Row(Endless):
        id = "P1"

        def run(self, options: Options) -> Outcome:
            began.append(self.id)
            return Outcome()

    assert not command._measure_all([Row()], Options(), Allowance(0.0, Watch()))
    assert began == []
    assert "P1: not measured" in capsys.readouterr().out


def test_a_quick_run_leaves_the_results_of_whole_ones_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(report, "QUICK_RESULTS", tmp_path / "var" / "quick.json")
    monkeypatch.setattr(report, "QUICK_TABLE", tmp_path / "var" / "QUICK.md")
    report.write({"P8": report.record(Endless(), Outcome(), Options())}, quick=True)
    assert not (tmp_path / "results.json").exists()
    assert "a row that hangs" in (tmp_path / "var" / "QUICK.md").read_text("utf-8")
