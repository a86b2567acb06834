"""One measure of a household's plan (一户一策): what is done, by whom, for how much, until when."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

State = Literal["planned", "under_way", "done", "accepted", "cancelled"]
NEXT: dict[State, tuple[State, ...]] = {
    "planned": ("under_way", "cancelled"),
    "under_way": ("done", "cancelled"),
    "done": ("accepted", "under_way"),
    "accepted": (),
    "cancelled": (),
}
OPEN: tuple[State, ...] = ("planned", "under_way", "done")


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What a form says. `owner` is the person or office that answers for it, `cause` the one that it answers."""

    kind: str
    title: str
    owner: str
    amount_cents: int
    starts_on: date
    due_on: date
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """`spent_cents` and `done_by` stand once it was reported done."""

    household_id: UUID
    measure_id: UUID
    facts: MeasureFacts
    state: State = "planned"
    spent_cents: int | None = None
    done_by: str | None = None
    note: str | None = None
    version: int = 1

    def overdue(self, today: date) -> bool:
        return self.state in ("planned", "under_way") and self.facts.due_on < today
