"""Who may take a place at a service, and who steps back first."""

import pytest

from services.gateway.api.admission import Places, refuse_when_full
from services.gateway.domain.forwarding_errors import UpstreamBusy


@pytest.mark.parametrize(
    ("quota", "limit", "ceiling"),
    [("report", 100, 50), ("ordinary", 100, 80), ("sync", 100, 100), ("partner", 100, 100), ("report", 1, 1)],
)
def test_reports_may_fill_half_ordinary_requests_four_fifths_and_the_rest_everything(
    quota: str, limit: int, ceiling: int
) -> None:
    assert Places(limit).ceiling(quota) == ceiling


def test_the_last_place_may_be_taken_and_the_next_is_refused() -> None:
    refuse_when_full(Places(10, taken=9), 10, "credit")
    with pytest.raises(UpstreamBusy) as refused:
        refuse_when_full(Places(10, taken=10), 10, "credit")
    assert refused.value.data == {"service": "credit", "retry_after": 2}


def test_a_refused_herd_is_asked_to_come_back_one_after_another() -> None:
    full, waits = Places(10, taken=10), []
    for _ in range(1000):
        with pytest.raises(UpstreamBusy) as refused:
            refuse_when_full(full, 10, "credit")
        waits.append(refused.value.data["retry_after"])

    assert {waits.count(seconds) for seconds in range(1, 6)} == {200}
