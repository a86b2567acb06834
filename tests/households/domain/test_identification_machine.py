"""Whatever is tried in whatever order, nobody comes onto the list without the whole course, and nobody twice."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.households.domain.identification import Bearing, Case, Move, Posted, Reviewer
from services.households.domain.identification_course import may_move
from services.households.domain.identification_moved import moved, removed
from services.households.domain.identification_state import COURSE, MEETINGS, NOTICES, OPEN_TO_OBJECTION, State
from services.households.domain.notice_period import last_day
from services.households.domain.objection_decider import may_decide
from tests.builders.identification import MAY_1, NOTICE, POLICY, READY, SITTING, case_in, move_to

PEOPLE = st.sampled_from(["village", "township", "county", "proposer", "another"])
SITTERS = st.lists(
    st.sampled_from([one for those in SITTING.values() for one in those]), max_size=5, unique_by=lambda one: one.name
)


@dataclass(frozen=True)
class Step:
    """How the next stage is tried: after how many days, by whom ("" is the right one), with which stage's sitters."""

    days: int
    actor: str
    sitting: State | None
    objected: bool
    answered: bool


def _mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([*[usual] * 3 * len(others), *others])


STEP = st.builds(
    Step,
    days=_mostly(8, 7, 0),
    actor=_mostly("", "village", "township", "county"),
    sitting=_mostly(None, *MEETINGS),
    objected=_mostly(False, True),
    answered=_mostly(True, False),
)


class LifeOfAnIdentification(RuleBasedStateMachine):
    """Keeps its own record of what was done, and compares."""

    case: Case
    bearing: Bearing
    today: date

    @initialize()
    def begin(self) -> None:
        self.case, self.bearing, self.today = case_in(State.APPLIED), READY, MAY_1
        self.done: list[tuple[State, Move, date]] = []

    @rule(days=st.sampled_from([0, 1, 7, 8]))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(inside=st.sampled_from([None, False, True, True]))
    def the_quota_changes(self, inside: bool | None) -> None:
        self.bearing = replace(self.bearing, inside=inside)

    @rule(status=st.sampled_from(["general", "general", "poor"]))
    def an_import_says_a_status(self, status: str) -> None:
        self.bearing = replace(self.bearing, status=status)

    @rule()
    def somebody_objects(self) -> None:
        posted = self.case.notice_2 or self.case.notice_1
        open_to = self.case.state in OPEN_TO_OBJECTION
        if posted is not None and open_to and self.today <= last_day(posted.on, POLICY.notice_days):
            self.bearing = replace(self.bearing, open_objection=True)

    @rule(by=PEOPLE, upheld=st.booleans())
    def an_objection_is_decided(self, by: str, upheld: bool) -> None:
        if not self.bearing.open_objection or not may_decide(self.case, by, by, objector=None):
            return
        assert by not in self.case.took_part
        self.bearing = replace(self.bearing, open_objection=False)
        if upheld and self.case.state in OPEN_TO_OBJECTION:
            self.case = removed(self.case, by)

    @rule(to=st.sampled_from(State), actor=PEOPLE, sitting=SITTERS, votes=st.none() | st.integers(0, 60))
    def anything_is_tried(self, to: State, actor: str, sitting: list[Reviewer], votes: int | None) -> None:
        if self.today.day % 4 or to in COURSE:  # Most courses are not given up half way.
            self._try(move_to(to, actor, reviewers=tuple(sitting), votes=votes))

    @rule(steps=st.lists(STEP, min_size=4, max_size=9))
    def the_course_goes_on(self, steps: list[Step]) -> None:
        """One stage after the other, mostly by the right people, so that long ways are walked too."""
        self.bearing = replace(self.bearing, status="general", inside=True)
        for step in steps:
            if self.case.state not in COURSE[:-1]:
                return
            if step.objected:
                self.somebody_objects()
            self.today += timedelta(days=step.days)
            to = COURSE[COURSE.index(self.case.state) + 1]
            changed = {} if step.sitting is None or to not in SITTING else {"reviewers": SITTING[step.sitting]}
            self._try(move_to(to, step.actor, **changed))
            if step.answered:
                self.an_objection_is_decided("another", upheld=False)

    def _try(self, move: Move) -> None:
        verdict = may_move(self.case, self.bearing, move, POLICY, self.today)
        if verdict.refusal is not None:
            return
        assert move.to in verdict.allowed, "what is allowed is also named as allowed"
        if move.to in COURSE:
            assert not (self.bearing.open_objection and move.to in COURSE[5:]), "an objection always holds"
        for before, following in ((self.case.notice_1, State.TOWN_REVIEW), (self.case.notice_2, State.COUNTY_ENTRY)):
            if move.to is following:
                assert before is not None
                assert (self.today - before.on).days >= 8, "seven full days, that of posting not counted"
        posted = Posted(NOTICE, 1, self.today) if move.to in NOTICES else None
        self.case = moved(self.case, move, self.today, posted=posted)
        self.done.append((move.to, move, self.today))

    @invariant()
    def entered_only_by_the_whole_course_and_once(self) -> None:
        if not hasattr(self, "case") or self.case.state is not State.COUNTY_ENTRY:
            return
        assert tuple(to for to, _, _ in self.done) == COURSE[1:], "no review and no notice is skipped or repeated"
        actors = {to: move.actor for to, move, _ in self.done}
        assert actors[State.COUNTY_ENTRY] not in {"proposer", *list(actors.values())[:-1]}
        assert actors[State.TOWN_REVIEW] not in {"proposer", *(actors[stage] for stage in MEETINGS)}
        names = [one.name for sat in self.case.reviewers.values() for one in sat]
        assert len(set(names)) == len(names), "nobody sits in two meetings"

    @invariant()
    def the_transitions_are_counted(self) -> None:
        if hasattr(self, "case"):
            assert self.case.version == 1 + len(self.done) + (self.case.state is State.REMOVED)


LifeOfAnIdentification.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestLifeOfAnIdentification = LifeOfAnIdentification.TestCase
