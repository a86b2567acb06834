"""What becomes of what a finding opened, when its visit turns out to be void? One way for each kind.

It is taken back where nobody has gone on with it. Where somebody has, it stays, and the refusal says where it is put
right: nothing that others work on, and no danger to a household, disappears behind their backs.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.households.domain.monitoring_errors import FindingStaysUntilChecked
from services.households.domain.need import OPEN as NEED_OPEN
from services.households.domain.need_errors import NeedGoneOn
from services.households.domain.need_life import close_need
from services.households.domain.problem import ASSIGNED, FIXED, ProblemStep, problem_withdrawn
from services.households.domain.problem_errors import ProblemGoneOn
from services.households.domain.wish import HELPER, RECORDED, WITHDRAWN
from services.households.domain.wish import Actor as WishActor
from services.households.domain.wish_errors import WishGoneOn
from services.households.domain.wish_life import Step, take_step
from services.households.storage.problem_repository import get_problem, save_problem
from services.households.storage.told_finding_repository import VoidFinding
from services.households.use_cases.find_problem import due_of, problem_written
from services.households.use_cases.monitoring_desk import Actor, Desk
from services.households.use_cases.move_problem import take_problem_step
from services.households.use_cases.write_need import NeedDesk
from services.households.use_cases.write_wish import WishDesk


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A void finding, the thing that it became, and what it is taken back with."""

    finding: VoidFinding
    became: UUID
    desk: Desk
    now: datetime

    @property
    def wish_actor(self) -> WishActor:
        return WishActor(self.finding.subject, self.finding.name, HELPER)

    @property
    def actor(self) -> Actor:
        return Actor(self.finding.subject, self.finding.name, HELPER)

    @property
    def note(self) -> str:
        return f"走访登记作废：{self.finding.reason}"


async def take_back(finding: VoidFinding, desk: Desk, now: datetime) -> None:
    """Raises ProblemGoneOn, WishGoneOn, NeedGoneOn, FindingStaysUntilChecked."""
    way = TAKE_BACK.get(finding.kind or "")
    if way is not None and finding.became is not None:
        await way(TakenBack(finding, finding.became, desk, now))
    elif finding.was_taken:
        raise FindingStaysUntilChecked


async def _problem_found(back: TakenBack) -> None:
    problem = await get_problem(back.desk.connection, back.became, lock=True)
    after = problem_withdrawn(problem, back.desk.today)
    if after is None:
        raise ProblemGoneOn
    await save_problem(back.desk.connection, after)
    await problem_written(back.desk, after, back.actor, back.note)


async def _problem_fixed(back: TakenBack) -> None:
    """It is not fixed after all: whoever has it goes on with it."""
    problem = await get_problem(back.desk.connection, back.became, lock=True)
    if problem.state != FIXED or problem.fixed_by != back.finding.told_by:
        raise ProblemGoneOn
    again = ProblemStep(ASSIGNED, back.finding.subject, back.desk.today, due_of(back.desk, None))
    await take_problem_step(back.desk, problem, again, back.actor, back.note)


async def _wish(back: TakenBack) -> None:
    desk = WishDesk(back.desk.connection, back.desk.change_log, back.now)
    wish = await desk.begin(back.became)
    if wish.state != RECORDED:
        raise WishGoneOn
    after = take_step(wish, Step(WITHDRAWN, reason=back.note), back.wish_actor, back.now)
    await desk.end(after, WITHDRAWN, back.wish_actor, back.note)


async def _need(back: TakenBack) -> None:
    desk = NeedDesk(back.desk.connection, back.desk.change_log, back.now)
    placed = await desk.begin(back.became)
    if placed.need.state != NEED_OPEN or placed.need.consent is not None or placed.need.donations:
        raise NeedGoneOn
    await desk.end(close_need(placed.need), placed.village_code, "closed", back.wish_actor, back.note)


TAKE_BACK: Final[Mapping[str, Callable[[TakenBack], Awaitable[None]]]] = {
    "problem_found": _problem_found,
    "problem_fixed": _problem_fixed,
    "wish": _wish,
    "need": _need,
}
"""A danger and a guarantee that was checked are not among them: only somebody who looks again can say otherwise."""
