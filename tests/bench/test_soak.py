"""What grows under load is told: memory, files, threads, connections, the log; and errors."""

from dataclasses import replace

import pytest

from bench.soak import Sample, growth


def steady(number: int) -> Sample:
    return Sample(
        10.0 * number,
        {"credit": 130.0, "gateway": 120.0},
        {"credit": 40, "gateway": 60},
        {"credit": 6, "gateway": 6},
        30,
        1000 * number,
        400 * number,
        {},
    )


STEADY = [steady(number) for number in range(24)]


def with_last(**changed: object) -> list[Sample]:
    """The last quarter after warming up is changed."""
    return [*STEADY[:-4], *(replace(one, **changed) for one in STEADY[-4:])]  # type: ignore[arg-type] # each has its field's type


def test_what_stays_as_it_is_is_well() -> None:
    assert growth(STEADY) == []


def test_what_grew_while_warming_up_is_no_growth() -> None:
    cold = [replace(one, mib={"credit": 60.0 + 8 * number, "gateway": 100.0}) for number, one in enumerate(STEADY[:8])]
    assert growth([*cold, *STEADY[8:]]) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"mib": {"credit": 137.0, "gateway": 120.0}}, "memory of credit: 130 → 137 MiB"),
        ({"files": {"credit": 40, "gateway": 69}}, "files of gateway: 60 → 69"),
        ({"threads": {"credit": 15, "gateway": 6}}, "threads of credit: 6 → 15"),
        ({"connections": 39}, "database connections: 30 → 39"),
    ],
)
def test_what_grew_is_named(changed: dict[str, object], told: str) -> None:
    assert growth(with_last(**changed)) == [told]


def test_a_log_that_says_more_and_more_of_each_request_is_named() -> None:
    chatty = [replace(one, log_bytes=one.log_bytes + 900 * number) for number, one in enumerate(STEADY[-4:], 1)]
    assert growth([*STEADY[:-4], *chatty]) == ["log: 2 → 5 bytes a request"]


def test_errors_are_told() -> None:
    found = {"search 503": 1, "record 404": 2}
    assert growth(with_last(errors=found)) == ["answers that were errors, of 9200: record 404 × 2, search 503 × 1"]


def test_too_few_samples_tell_nothing() -> None:
    with pytest.raises(ValueError, match="soak longer"):
        growth(STEADY[:4])
