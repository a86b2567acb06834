"""A circuit breaker: after failures in a row nothing is sent for a while, then one probe decides."""

from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """Closed until `threshold` failures in a row; open for `rest` seconds; then one request at a time may probe.

    The caller gives the clock (`now`, seconds of any steady clock). Every request that was allowed reports
    `succeeded`, `failed` or `abandoned`.
    """

    threshold: int = 5
    rest: float = 2.0
    failures: int = 0
    open_until: float | None = None
    probing: bool = False

    @property
    def closed(self) -> bool:
        return self.open_until is None

    def allows(self, now: float) -> bool:
        """May a request go now? Saying yes while not closed makes that request the probe."""
        if self.open_until is None:
            return True
        if self.probing or now < self.open_until:
            return False
        self.probing = True
        return True

    def succeeded(self) -> None:
        self.failures = 0
        self.open_until = None
        self.probing = False

    def failed(self, now: float) -> None:
        self.failures += 1
        if self.failures >= self.threshold:
            self.open_until = now + self.rest
        self.probing = False

    def abandoned(self) -> None:
        """The request ended for reasons of the caller's; it says nothing about the upstream."""
        self.probing = False

    def opens_in(self, now: float) -> float:
        """Seconds until a probe may go; 0 when one may go now."""
        return 0.0 if self.open_until is None else max(0.0, self.open_until - now)
