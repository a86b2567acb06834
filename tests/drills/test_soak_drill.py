"""The mixed load of a day for some minutes: nothing grows (R26). For as long as one likes: `python -m bench.soak`."""

import pytest

from bench.servers.prefecture import filled, forget_all
from bench.soak import growth, soak

MINUTES, RATE, HOUSEHOLDS = 4.0, 25.0, 5_000


@pytest.mark.slow
def test_nothing_grows_under_the_load_of_a_day() -> None:
    try:
        assert growth(list(soak(MINUTES, RATE, filled(HOUSEHOLDS)))) == []
    finally:
        forget_all()
