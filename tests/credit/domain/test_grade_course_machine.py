"""Whatever is tried in whatever order, no grade takes effect without its whole course."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.credit.domain.grade_case import Bearing, GradeCase, Move, Posted, Reviewer
from services.credit.domain.grade_course import may_move
from services.credit.domain.grade_moved import moved
from services.credit.domain.grade_state import IN_EFFECT, State
from services.credit.domain.legal_dates import first_free_day
from services.credit.domain.village_reviewers import counted_reviews
from tests.builders.grade_course import CASE, HOUSEHOLD, MAY_1, NOTICE, READY, decision, scored
from tests.builders.grade_policies import GRADE_POLICY_1

PEOPLE = st.sampled_from(["one", "two", "three", "four"])
BANDS = st.sampled_from(["none", "A", "AA", "AAA"])


class LifeOfAGrade(RuleBasedStateMachine):
    """Keeps its own record of what was done, and compares."""

    case: GradeCase
    bearing: Bearing
    today: date

    @initialize()
    def begin(self) -> None:
        self.case = GradeCase(HOUSEHOLD, CASE, "511921122201", State.DRAFT, version=1)
        self.bearing, self.today = READY, MAY_1
        self.done: dict[State, tuple[Move, date]] = {}
        self.recommended_at_notice_2: str | None = None

    @rule(days=st.sampled_from([1, 7, 8, 20, 365]))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(
        name=st.sampled_from(["ordinary_consent", "written_consent", "open_objection", "error_found", "has_file"]),
        usual=st.booleans(),
    )
    def something_changes(self, name: str, usual: bool) -> None:
        changed: dict[str, Any] = {name: getattr(READY, name) if usual else not getattr(READY, name)}
        self.bearing = replace(self.bearing, **changed)

    @rule(band=st.none() | BANDS)
    def a_bank_recommends(self, band: str | None) -> None:
        self.bearing = replace(self.bearing, recommended=band)

    @rule(codes=st.sampled_from([(), (), ("V1",)]))
    def vetoes_come_and_go(self, codes: tuple[str, ...]) -> None:
        self.bearing = replace(self.bearing, vetoes=codes)

    @rule()
    def all_is_well_again(self) -> None:
        self.bearing = READY

    @rule(
        to=st.sampled_from(State),
        actor=PEOPLE,
        reviewers=st.integers(3, 7),
        recused=st.integers(0, 3),
        present=st.integers(17, 30),
        decided=st.none() | BANDS,
        band=BANDS,
    )
    def move(
        self, to: State, actor: str, reviewers: int, recused: int, present: int, decided: str | None, band: str
    ) -> None:
        self._try(to, actor, reviewers, recused, present, decided, band)

    @rule(
        band=BANDS,
        reviewers=st.sampled_from([6, 6, 4]),
        steps=st.lists(
            st.tuples(st.sampled_from([8, 8, 8, 8, 8, 8, 7, 0]), st.sampled_from([1, 1, 1, 2])), min_size=3, max_size=12
        ),
    )
    def go_on(self, band: str, reviewers: int, steps: list[tuple[int, int]]) -> None:
        """Tries one stage after the other, each by a person of its own, so that long ways are walked too.

        Now and then it would leave a stage out.
        """
        for days, stride in steps:
            stages = list(State)
            place = min(stages.index(self.case.state) + stride, len(stages) - 1)
            self.today += timedelta(days=days)
            self._try(stages[place], f"person-{place}", reviewers, 0, 30, None, band)

    def _try(
        self, to: State, actor: str, reviewers: int, recused: int, present: int, decided: str | None, band: str
    ) -> None:
        given = [
            Reviewer(f"villager-{n}", "relative" if n < recused else "none", None if n < recused else 8)
            for n in range(reviewers)
        ]
        choice = None if decided is None else decision(decided)
        move = Move(to, actor, "", "因为", tuple(given), present, 30, choice)
        verdict = may_move(self.case, self.bearing, move, GRADE_POLICY_1, self.today)
        if verdict.refusal is not None:
            return
        assert to in verdict.allowed, "what is allowed is also named as allowed"
        before = self.case
        scores = to in (State.SCORED, State.VILLAGE_REVIEW)
        self.case = moved(
            self.case,
            move,
            GRADE_POLICY_1,
            self.today,
            score=scored(band) if scores else None,
            posted=Posted(NOTICE, self.today),
        )
        if to is State.COLLECTED:
            self.done = {}
        if before.state is not State.SUSPENDED:
            self.done[to] = (move, self.today)
        if to is State.NOTICE_2:
            self.recommended_at_notice_2 = self.bearing.recommended

    @invariant()
    def in_effect_only_by_the_whole_course(self) -> None:
        if not hasattr(self, "case") or self.case.state not in IN_EFFECT:
            return
        for notice, next_stage in ((State.NOTICE_1, State.TOWN_REVIEW), (State.NOTICE_2, State.COUNTY_ENTRY)):
            assert self.done[next_stage][1] >= first_free_day(self.done[notice][1], 7)
        meeting = self.done[State.VILLAGE_REVIEW][0]
        assert len(counted_reviews(meeting.reviewers)) >= 5
        assert meeting.present * 3 >= meeting.members * 2
        assert self.recommended_at_notice_2 is not None
        entered = self.done[State.COUNTY_ENTRY][0].actor
        earlier = [self.done[state][0].actor for state in list(State)[1:8]]
        assert entered not in earlier
        assert self.done[State.COLLECTED][0].actor not in (meeting.actor, self.done[State.TOWN_REVIEW][0].actor)
        assert self.case.effective_on is not None
        assert self.case.valid_until is not None

    @invariant()
    def the_transitions_are_counted(self) -> None:
        if hasattr(self, "case"):
            assert self.case.version >= len(self.done)


LifeOfAGrade.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestLifeOfAGrade = LifeOfAGrade.TestCase
