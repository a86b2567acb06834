"""One household's way to a grade: what is kept of it, what bears upon it, and what is asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.credit.domain.grade_state import State

COURSE_BASIS, INITIAL_BASIS = "course", "initial"


@dataclass(frozen=True, slots=True)
class CaseScore:
    """What the engine said of one version of the file. `bins` and `points` are in card order."""

    card_id: str
    card_version: int
    as_of: date
    facts_version: int
    total: int | None
    band: str
    bins: tuple[str, ...]
    points: tuple[int | None, ...]
    vetoes: tuple[str, ...]
    trace_sha256: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A notice that the case stands on, and the day on which it was posted."""

    notice_id: UUID
    on: date


@dataclass(frozen=True, slots=True)
class Decision:
    """A band that a person set, with the reason. An override also has an owner and a last day."""

    band: str
    reason: str
    owner: str | None = None
    ends_on: date | None = None

    @property
    def overrides(self) -> bool:
        return self.owner is not None or self.ends_on is not None


@dataclass(frozen=True, slots=True)
class Lowering:
    """A lower grade that the household was told of on a day, by whom and why."""

    score: CaseScore
    noticed_on: date
    reason: str
    told_by: str | None = None


@dataclass(frozen=True, slots=True)
class Revocation:
    """That its grade is to be revoked, as the household was told on a day, by whom and why."""

    noticed_on: date
    reason: str
    told_by: str


@dataclass(frozen=True, slots=True)
class GradeCase:
    """`version` counts the transitions. `people`: who took this course into each state; days are inclusive.

    `basis`: `initial` when a run set the grade as the place was taken over, else `course`.
    """

    household_id: UUID
    case_id: UUID
    village_code: str
    state: State
    version: int = 0
    score: CaseScore | None = None
    notice_1: Posted | None = None
    notice_2: Posted | None = None
    decision: Decision | None = None
    effective_on: date | None = None
    valid_until: date | None = None
    reviewed_on: date | None = None
    suspended_from: State | None = None
    lowering: Lowering | None = None
    revocation: Revocation | None = None
    people: Mapping[State, str] = field(default_factory=dict)
    collector_name: str | None = None
    basis: str = COURSE_BASIS

    @property
    def band(self) -> str | None:
        """The band that the case carries: a person's decision before the engine's."""
        if self.decision is not None:
            return self.decision.band
        return None if self.score is None else self.score.band


@dataclass(frozen=True, slots=True)
class Bearing:
    """What else bears upon a case today. `card_from`: since when the card that scores it is in force.

    `ordinary_consent`: one of any kind is live, for whoever agrees in writing agrees. `entered_by`: the officials who
    entered the file, by subject and by name.
    """

    ordinary_consent: bool = False
    written_consent: bool = False
    has_file: bool = False
    card_from: date | None = None
    vetoes: tuple[str, ...] = ()
    open_objection: bool = False
    error_found: bool = False
    recommended: str | None = None
    entered_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reviewer:
    """`relation` to the household: none, relative or creditor; who recuses gives no points (0–10)."""

    person: str
    relation: str
    points: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """What is asked: the state, by whom and in which role, and what that step needs.

    `own_household`: the one to which the actor belongs. `present` of `members` came to the meeting.
    """

    to: State
    actor: str
    role: str = ""
    reason: str | None = None
    reviewers: tuple[Reviewer, ...] = ()
    present: int = 0
    members: int = 0
    decision: Decision | None = None
    actor_name: str = ""
    own_household: UUID | None = None
