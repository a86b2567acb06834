"""One household's way onto the poverty list or off it: what is kept of it, what bears upon it, what is asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.households.domain.identification_kind import Kind
from services.households.domain.identification_state import State
from services.households.domain.may_exit import ExitVerdict


@dataclass(frozen=True, slots=True)
class Vote:
    """What the assembly said: votes for, of the `voters` present, of whom `recused` are relatives and did not vote.

    The household's income per head (分, None when unknown) and people, as they stood then, decide between equal votes.
    """

    votes: int
    voters: int
    recused: int = 0
    income_cents: int | None = None
    people: int = 1


@dataclass(frozen=True, slots=True)
class Posted:
    """The line (from 1) of a notice on which a case stands, and the day on which the notice was posted."""

    notice_id: UUID
    line: int
    on: date


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who sits in a review. `person` is the keyed index of the ID number, when that was given.

    `relation` to the household: none or relative, by the reviewer's own word; `committee`: of the two (两委) which.
    """

    name: str
    person: str | None = None
    relation: str = "none"
    committee: str | None = None

    def same_person(self, other: "Reviewer") -> bool:
        """Two ID numbers decide; where one is missing, the names do."""
        if self.person and other.person:
            return self.person == other.person
        return self.name == other.name


@dataclass(frozen=True, slots=True)
class Case:
    """`version` counts the transitions. `people`: who took this course into each state, by subject.

    `reviewers` sat in the meeting of a stage. `proposed_by` is the subject who applied or proposed.
    """

    household_id: UUID
    case_id: UUID
    village_code: str
    kind: Kind
    year: int
    state: State
    applied_on: date
    proposed_by: str
    version: int = 1
    vote: Vote | None = None
    notice_1: Posted | None = None
    notice_2: Posted | None = None
    entered_on: date | None = None
    people: Mapping[State, str] = field(default_factory=dict)
    reviewers: Mapping[State, tuple[Reviewer, ...]] = field(default_factory=dict)

    @property
    def took_part(self) -> frozenset[str]:
        """Every subject who had a hand in it."""
        return frozenset((self.proposed_by, *self.people.values()))


@dataclass(frozen=True, slots=True)
class Bearing:
    """What else bears upon a case today.

    `inside`: within the village's quota by the ranking of votes; None when the county has set no quota for the year.
    `exit`: None when nobody asked, which is no leave. `members`: the living members of the household.
    """

    status: str
    village_code: str
    closed: bool = False
    open_objection: bool = False
    inside: bool | None = None
    exit: ExitVerdict | None = None
    members: tuple[Reviewer, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """What is asked: the state, by whom, and what that step needs.

    `present` of `members` came to the meeting; `relation` is the actor's own to the household, None when not declared.
    """

    to: State
    actor: str
    actor_name: str = ""
    own_household: UUID | None = None
    by_household: bool = False
    reason: str | None = None
    relation: str | None = None
    reviewers: tuple[Reviewer, ...] = ()
    present: int = 0
    members: int = 0
    votes: int | None = None
    recused: int = 0
