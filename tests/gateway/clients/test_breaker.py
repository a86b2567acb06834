"""The breaker rests after failures in a row, lets one probe go, and closes on its success."""

from services.gateway.clients.breaker import Breaker


def broken(now: float = 100.0) -> Breaker:
    breaker = Breaker(threshold=3, rest=2.0)
    for _ in range(3):
        assert breaker.allows(now)
        breaker.failed(now)
    return breaker


def test_failures_in_a_row_open_it() -> None:
    assert not broken().allows(100.5)
    assert broken().opens_in(100.5) == 1.5


def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker = Breaker(threshold=3, rest=2.0)
    for _ in range(5):
        breaker.failed(100.0)
        breaker.failed(100.0)
        assert breaker.closed
        breaker.succeeded()


def test_after_its_rest_one_request_probes_and_the_others_wait() -> None:
    breaker = broken()
    assert breaker.allows(102.0)
    assert not breaker.allows(102.0)


def test_a_good_probe_closes_it() -> None:
    breaker = broken()
    assert breaker.allows(102.0)
    breaker.succeeded()
    assert breaker.closed
    assert breaker.allows(102.0)


def test_a_bad_probe_opens_it_again_at_once() -> None:
    breaker = broken()
    assert breaker.allows(102.0)
    breaker.failed(102.0)
    assert not breaker.allows(103.9)
    assert breaker.allows(104.0)


def test_a_probe_whose_caller_left_lets_the_next_one_probe() -> None:
    breaker = broken()
    assert breaker.allows(102.0)
    breaker.abandoned()
    assert breaker.allows(102.0)
