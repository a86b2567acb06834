"""Which step may a wish take now? One holder at a time, under any order of claims, deliveries, expiries, releases."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.households.domain.wish import (
    CLAIMED,
    CLOSED,
    CONFIRMED,
    DELIVERED,
    DONOR,
    HELPER,
    HOUSEHOLD,
    OFFICIAL,
    OPEN,
    RECORDED,
    STATES,
    WITHDRAWN,
    Actor,
    Wish,
)
from services.households.domain.wish_errors import (
    ConsentNeeded,
    DelivererCannotConfirm,
    ProofNeeded,
    ReasonNeeded,
    WishClaimed,
    WishStepNotAllowed,
    WishStepNotYours,
)
from services.households.domain.wish_life import STEPS, Step, allowed_steps, claim_wish, take_step
from shared.errors import Failure

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
HELD = timedelta(hours=72)
OWN = Actor("household", "农户", HOUSEHOLD)
CADRE = Actor("helper", "帮扶人", HELPER)
CLERK = Actor("clerk", "村干部", OFFICIAL)
ONE, TWO = Actor("one", "甲", DONOR), Actor("two", "乙", DONOR)
CLAIM = UUID(int=7)


def wish(state: str = RECORDED) -> Wish:
    fresh = Wish(UUID(int=1), UUID(int=2), "books", "一套书", 5_000, RECORDED, NOON, "household", HOUSEHOLD, "wishes-1")
    if state == RECORDED:
        return fresh
    opened = take_step(fresh, Step(OPEN), OWN, NOON)
    return opened if state == OPEN else claim_wish(opened, ONE, CLAIM, HELD, NOON)


def delivered() -> Wish:
    return take_step(wish(CLAIMED), Step(DELIVERED, proofs=1), ONE, NOON)


def test_a_claim_stands_until_its_last_instant_and_is_over_at_the_next() -> None:
    held = wish(CLAIMED)
    assert held.as_of(NOON + HELD - timedelta(microseconds=1)) is held
    free = held.as_of(NOON + HELD)
    assert (free.state, free.claim, free.version) == (OPEN, None, held.version + 1)
    assert free.consent == held.consent, "it is public as before"


def test_a_delivered_wish_is_not_freed_by_the_clock() -> None:
    assert delivered().as_of(NOON + 10 * HELD).state == DELIVERED


def test_the_second_to_claim_learns_until_when_the_first_holds() -> None:
    for who in (ONE, TWO, CADRE, CLERK):
        with pytest.raises(WishClaimed) as refused:
            claim_wish(wish(CLAIMED), who, CLAIM, HELD, NOON)
        assert refused.value.data["free_from"] == (NOON + HELD).isoformat()


def test_a_household_does_not_claim_its_own_wish() -> None:
    with pytest.raises(WishStepNotYours):
        claim_wish(wish(OPEN), OWN, CLAIM, HELD, NOON)


@pytest.mark.parametrize("state", [RECORDED, WITHDRAWN])
def test_what_is_not_public_is_not_claimed(state: str) -> None:
    hidden = wish() if state == RECORDED else take_step(wish(), Step(WITHDRAWN, reason="写错了"), OWN, NOON)
    with pytest.raises(WishStepNotAllowed):
        claim_wish(hidden, ONE, CLAIM, HELD, NOON)


def test_the_households_own_word_needs_no_witness_and_anothers_does() -> None:
    for actor in (CADRE, CLERK):
        for through, witness in ((None, None), ("signed", None), (None, "村支书")):
            with pytest.raises(ConsentNeeded):
                take_step(wish(), Step(OPEN, through=through, witness=witness), actor, NOON)
    assert wish(OPEN).consent is not None


def test_only_the_holder_delivers_and_only_with_a_proof() -> None:
    with pytest.raises(ProofNeeded):
        take_step(wish(CLAIMED), Step(DELIVERED), ONE, NOON)
    for actor in (TWO, CADRE, CLERK, OWN):
        with pytest.raises(WishStepNotYours):
            take_step(wish(CLAIMED), Step(DELIVERED, proofs=1), actor, NOON)


def test_whoever_delivered_does_not_confirm_or_deny_it() -> None:
    opened = wish(OPEN)
    by_clerk = take_step(claim_wish(opened, CLERK, CLAIM, HELD, NOON), Step(DELIVERED, proofs=1), CLERK, NOON)
    for step in (Step(CONFIRMED), Step(OPEN, reason="没有收到")):
        with pytest.raises(DelivererCannotConfirm):
            take_step(by_clerk, step, CLERK, NOON)
    assert take_step(by_clerk, Step(CONFIRMED), Actor("other", "镇干部", OFFICIAL), NOON).state == CONFIRMED


def test_a_helper_does_not_confirm_for_the_household() -> None:
    with pytest.raises(WishStepNotYours):
        take_step(delivered(), Step(CONFIRMED), CADRE, NOON)


def test_what_takes_something_away_from_somebody_has_a_reason() -> None:
    for before, to in ((wish(), WITHDRAWN), (wish(CLAIMED), WITHDRAWN), (delivered(), OPEN)):
        with pytest.raises(ReasonNeeded):
            take_step(before, Step(to), OWN, NOON)


def test_another_holder_neither_lets_go_nor_pays() -> None:
    with pytest.raises(WishStepNotYours):
        take_step(wish(CLAIMED), Step(OPEN), TWO, NOON)


def test_the_steps_offered_are_those_that_are_taken() -> None:
    """What `allowed` says is neither more nor less than what `take_step` and `claim_wish` do."""
    for before in (wish(), wish(OPEN), wish(CLAIMED), delivered()):
        for actor in (OWN, CADRE, CLERK, ONE, TWO):
            taken = []
            for to in STATES:
                step = Step(to, "原因", None, "signed", "村支书", 1)
                try:
                    after = (
                        claim_wish(before, actor, CLAIM, HELD, NOON)
                        if to == CLAIMED
                        else take_step(before, step, actor, NOON)
                    )
                except Failure:
                    continue
                taken.append(after.state)
            assert sorted(taken) == sorted(allowed_steps(before, actor)), (before.state, actor.role)


def test_no_step_leads_out_of_an_end() -> None:
    assert {before for before, _ in STEPS} & {CLOSED, WITHDRAWN} == set()


class LifeOfAWish(RuleBasedStateMachine):
    """Anybody tries anything at any time; a ledger of the machine's own says who must be the holder."""

    def __init__(self) -> None:
        super().__init__()
        self.wish = wish()
        self.now = NOON
        self.holder: str | None = None
        self.until = NOON
        self.consent = False
        self.versions = [self.wish.version]

    @rule(hours=st.sampled_from([0, 1, 71, 72, 73]), micro=st.sampled_from([-1, 0, 1]))
    def time_passes(self, hours: int, micro: int) -> None:
        self.now = max(self.now, self.now + timedelta(hours=hours, microseconds=micro))

    @rule(actor=st.sampled_from([ONE, TWO, CADRE, CLERK, OWN]))
    def claims(self, actor: Actor) -> None:
        present = self.wish.as_of(self.now)
        held = self.wish.state == CLAIMED and self.now < self.until
        may = self.consent and actor is not OWN and self.wish.state in {OPEN, CLAIMED} and not held
        try:
            self.wish = claim_wish(present, actor, CLAIM, HELD, self.now)
        except Failure:
            assert not may
            return
        assert may
        self.holder, self.until = actor.subject, self.now + HELD

    @rule(
        actor=st.sampled_from([ONE, TWO, CADRE, CLERK, OWN]),
        to=st.sampled_from(STATES),
        said=st.booleans(),
    )
    def steps(self, actor: Actor, to: str, said: bool) -> None:
        present = self.wish.as_of(self.now)
        step = Step(to, *(("原因", None, "signed", "村支书", 1) if said else ()))
        with suppress(Failure):
            after = take_step(present, step, actor, self.now)
            if after.state == DELIVERED:
                assert (actor.subject, self.now < self.until) == (self.holder, True)
            if after.state == CONFIRMED:
                assert actor.subject != self.holder
            if after.state in {RECORDED, WITHDRAWN, OPEN}:
                self.holder = None
            self.wish = after
            self.consent = after.state != RECORDED
            self.versions.append(after.version)

    @invariant()
    def one_holder_and_the_right_one(self) -> None:
        present = self.wish.as_of(self.now)
        if present.state in {DELIVERED, CONFIRMED, CLOSED}:
            assert present.held_by(self.holder or "")
        elif present.state == CLAIMED:
            assert present.held_by(self.holder or "")
            assert self.now < self.until
        else:
            assert present.claim is None

    @invariant()
    def public_only_with_consent(self) -> None:
        if self.wish.as_of(self.now).free_from is not None:
            assert self.wish.consent is not None

    @invariant()
    def versions_only_rise(self) -> None:
        assert self.versions == sorted(set(self.versions))


TestLifeOfAWish = LifeOfAWish.TestCase
TestLifeOfAWish.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
