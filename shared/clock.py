"""The one place that reads the clock. Rules get `now` and `today` as arguments."""

from datetime import UTC, date, datetime, timedelta, timezone

# China has kept one offset without summer time since 1992, so no time zone database is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(at: datetime) -> date:
    """The calendar date in Asia/Shanghai at this instant."""
    return at.astimezone(SHANGHAI).date()


class Clock:
    """Tests pass a subclass with a fixed `now`."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The calendar date in Asia/Shanghai (credit rules 2.8)."""
        return day_of(self.now())


class FixedClock(Clock):
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at
