"""How the bench comes to its verdicts: pairs, medians, runs that others disturbed, and what it writes down."""

import json
from pathlib import Path

import pytest

from bench import __main__ as command
from bench import report
from bench.harness import (
    ENOUGH,
    HOUSEHOLDS,
    QUICK_HOUSEHOLDS,
    Line,
    Options,
    Outcome,
    Reading,
    Side,
    alternate,
    bound,
    ratio,
)
from bench.load import _read_wrk
from bench.processes import Window
from bench.report import _markdown, record


def side(name: str, *per_second: float, others: float = 0.0) -> Side:
    readings = [Reading(one, 1.0, 2.0, 100.0, 0, others) for one in per_second]
    return Side(name, lambda: readings[0], list(readings))


def speed(reading: Reading) -> float:
    return reading.per_second


def test_a_ratio_is_the_median_of_neighbouring_runs_and_not_the_ratio_of_medians() -> None:
    ours, reference = side("ours", 10, 100, 60), side("reference", 10, 200, 30)
    found = ratio("speed", ours, reference, speed, at_least=1.0)
    assert (found.value, found.low, found.high, found.met) == (1.0, 0.5, 2.0, True)


@pytest.mark.parametrize(("at_least", "at_most", "met"), [(1.5, None, False), (None, 0.9, False), (None, 1.1, True)])
def test_a_bound_is_held_or_missed(at_least: float | None, at_most: float | None, met: bool) -> None:
    found = ratio("speed", side("a", 10), side("b", 10), speed, at_least=at_least, at_most=at_most)
    assert found.met is met


def test_a_ratio_without_a_bound_is_only_told() -> None:
    assert ratio("speed", side("a", 1), side("b", 10), speed).met


def test_where_enough_pairs_were_left_alone_only_they_count() -> None:
    ours, reference = side("ours", *[10] * ENOUGH), side("reference", *[10] * ENOUGH)
    ours.readings += side("ours", *[1] * 9, others=0.5).readings
    reference.readings += side("reference", *[10] * 9).readings
    found = ratio("speed", ours, reference, speed)
    assert (found.value, found.pairs, found.quiet) == (1.0, ENOUGH, True)


def test_where_too_few_were_left_alone_all_count_and_the_ratio_says_so() -> None:
    ours = side("ours", 10)
    ours.readings += side("ours", 5, 5, others=0.5).readings
    found = ratio("speed", ours, side("reference", 10, 10, 10), speed)
    assert (found.value, found.pairs, found.quiet) == (0.5, 3, False)


def test_sides_take_turns_and_the_first_run_of_each_does_not_count() -> None:
    order: list[str] = []

    def measuring(name: str) -> Side:
        def measure() -> Reading:
            order.append(name)
            return Reading(len(order), 0, 0, 0, 0)

        return Side(name, measure)

    sides = [measuring("a"), measuring("b")]
    alternate(sides, Options(rounds=3))
    assert order == ["a", "b", "a", "b", "b", "a", "a", "b"]
    assert len(sides[0].readings) == len(sides[1].readings) == 3


def test_a_line_holds_medians_and_all_errors() -> None:
    one = Side("x", lambda: Reading(0, 0, 0, 0, 0), [Reading(n, n, n, n, 2, 0.1) for n in (1.0, 2.0, 9.0)])
    values = {"req/s": 2, "p50 ms": 2.0, "p99 ms": 2.0, "CPU µs": 2, "errors": 6, "others %": 10}
    assert one.line().values == values


WRK = """Running 2s test @ http://127.0.0.1:9102
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    10.64ms    2.50ms  99.62ms   93.10%
  Latency Distribution
     50%  950.00us
     75%   11.01ms
     90%   11.78ms
     99%    1.25s
  12032 requests in 2.01s, 8.32MB read
  Socket errors: connect 0, read 3, write 0, timeout 1
  Non-2xx or 3xx responses: 7
Requests/sec:   5986.07
Transfer/sec:      4.14MB
"""


def test_what_wrk_prints_is_read_in_milliseconds_with_all_errors() -> None:
    count, reading = _read_wrk(WRK)
    assert (count, reading.per_second, reading.errors) == (12032, 5986.07, 11)
    assert (reading.p50_ms, reading.p99_ms) == pytest.approx((0.95, 1250.0))


def test_a_windows_share_of_others_is_a_share() -> None:
    window = Window()
    sum(range(300_000))
    assert 0.0 <= window.others() <= 1.0


class Fixed:
    id = "P1"
    title = "a row"
    target = "≥ 1"

    def run(self, options: Options) -> Outcome:
        ours = side("ours", 10.0)
        return Outcome([ours.line()], [ratio("speed", ours, side("reference", 20.0), speed, at_least=1.0)], ["a note"])


@pytest.fixture
def table() -> str:
    row = Fixed()
    skipped = record(row, Outcome(skipped="nginx is not installed"), Options())
    return _markdown({"P1": record(row, row.run(Options()), Options()), "P2": skipped})


def test_the_table_shows_what_was_missed_what_was_disturbed_and_what_was_skipped(table: str) -> None:
    assert "| speed | 0.50 | 0.50 – 0.50 | 1, disturbed | ≥ 1 | **missed** |" in table
    assert "Skipped: nginx is not installed" in table
    assert "- a note" in table
    assert "5 rounds of 3 s" in table


@pytest.mark.parametrize(("values", "met"), [([1.0, 30.0, 900.0], True), ([1.0, 30.1, 30.2], False)])
def test_a_bound_without_a_reference_is_held_by_the_median(values: list[float], met: bool) -> None:
    assert bound("p95, ms", values, 30.0).met is met


def test_a_quick_run_measures_a_tenth_of_the_prefecture() -> None:
    assert (Options(1.0, 3).households, Options().households) == (QUICK_HOUSEHOLDS, HOUSEHOLDS) == (44_140, 441_400)


def test_a_table_has_every_column_that_any_line_has() -> None:
    row = Fixed()
    outcome = Outcome([Line("cold", {"seconds": 10.5}), Line("warm", {"seconds": 1.0, "MiB": 400})])
    table = _markdown({"P1": record(row, outcome, Options())})
    assert "| | seconds | MiB |" in table
    assert "| cold | 10.5 |  |" in table


class Broken(Fixed):
    def run(self, options: Options) -> Outcome:
        raise OSError(options)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(report, "TABLE", tmp_path / "RESULTS.md")
    monkeypatch.setattr(report, "SIZING", tmp_path / "sizing.md")
    (tmp_path / "sizing.md").write_text(
        f"before\n{report.BASIS_BEGINS}\nstale figures\n{report.BASIS_ENDS}\nafter\n", "utf-8"
    )
    return tmp_path / "results.json"


def test_a_row_is_written_down_as_soon_as_it_is_measured_and_a_missed_one_says_no(written: Path) -> None:
    assert not command._measure(Fixed(), Options())
    kept = json.loads(written.read_text("utf-8"))["P1"]
    assert kept["ratios"][0]["value"] == 0.5
    assert len(kept["load"]) == 3


def test_a_row_that_breaks_says_no_and_keeps_what_was_measured_before(written: Path) -> None:
    command._measure(Fixed(), Options())
    before = written.read_text("utf-8")
    assert not command._measure(Broken(), Options())
    assert written.read_text("utf-8") == before


def test_the_sizing_page_is_given_what_was_measured_and_says_what_was_not(written: Path) -> None:
    lines = [Line("200 req/s, read", {"p50 ms": 4.0, "p95 ms": 12.5})]
    report.write({"P7": record(Fixed(), Outcome(lines), Options())})
    page = (written.parent / "sizing.md").read_text("utf-8")
    assert page.startswith("before\n")
    assert page.endswith("\nafter\n")
    assert "| P7 | 200 req/s, read | 12.5 p95 ms |" in page
    assert "| P2 | ours | not measured yet | | |" in page
    assert "stale figures" not in page


def test_the_sizing_page_has_a_place_for_what_was_measured() -> None:
    page = report.SIZING.read_text("utf-8")
    assert page.index(report.BASIS_BEGINS) < page.index(report.BASIS_ENDS)
