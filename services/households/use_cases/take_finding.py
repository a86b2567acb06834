"""What does one finding of a visit become? One way for each kind; the household is held by the caller.

Each gives the id of what it became, by which it is taken back when the visit turns out to be void.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.households.domain.guarantees import Guarantee
from services.households.domain.household import Household
from services.households.domain.monitoring_errors import GuaranteeCheckedSince
from services.households.domain.opens_case import Finding
from services.households.domain.problem import ASSIGNED, FIXED, FOUND, ProblemStep
from services.households.domain.problem_errors import ProblemNotFound
from services.households.domain.wish import HELPER
from services.households.domain.wish import Actor as WishActor
from services.households.domain.wish_policy import WishPolicy
from services.households.domain.working_days import DueDay
from services.households.storage.change_repository import Author
from services.households.storage.guarantee_repository import guarantees_of
from services.households.storage.problem_repository import get_problem
from services.households.storage.told_finding_repository import ToldFinding
from services.households.use_cases.check_guarantees import keep_guarantees
from services.households.use_cases.find_problem import NewProblem, keep_problem
from services.households.use_cases.monitoring_desk import Actor, Desk
from services.households.use_cases.move_problem import take_problem_step
from services.households.use_cases.publish_need import keep_need
from services.households.use_cases.record_wish import keep_wish
from services.households.use_cases.take_findings import take_findings
from services.households.use_cases.write_need import NeedDesk
from services.households.use_cases.write_wish import WishDesk

VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Told:
    """One finding, its household, and what it is taken on with."""

    finding: ToldFinding
    household: Household
    desk: Desk
    wish_policies: tuple[WishPolicy, ...]
    need_kinds: Mapping[str, str]
    now: datetime

    @property
    def actor(self) -> Actor:
        return Actor(self.finding.subject, self.finding.name, HELPER)

    @property
    def wish_actor(self) -> WishActor:
        return WishActor(self.finding.subject, self.finding.name, HELPER)


async def _problem_found(told: Told) -> UUID | None:
    found = told.finding
    new = NewProblem(found.finding_id, found.household_id, None, VISIT, str(found.finding_id), found.what)
    return (await keep_problem(told.desk, new, told.household.facts.village_code, told.actor)).problem_id


async def _problem_fixed(told: Told) -> UUID | None:
    """The visit only says that it is fixed: another person looks again and closes. One that nobody was given yet is
    written down as the visitor's.

    Raises ProblemNotFound, ProblemStepRefused.
    """
    found = told.finding
    problem = await get_problem(told.desk.connection, UUID(found.details["problem_id"]), lock=True)
    village = problem.household_id is None and problem.village_code == told.household.facts.village_code
    if problem.household_id != found.household_id and not village:
        raise ProblemNotFound
    due = DueDay(problem.due_on, problem.due_provisional)
    if problem.state == FOUND:
        given = ProblemStep(ASSIGNED, found.subject, told.desk.today, due, found.subject, found.name)
        problem = await take_problem_step(told.desk, problem, given, told.actor, found.what)
    fixed = ProblemStep(FIXED, found.subject, told.desk.today, due)
    return (await take_problem_step(told.desk, problem, fixed, told.actor, found.what)).problem_id


async def _danger(told: Told) -> UUID | None:
    found = told.finding
    detail = f"{found.visited_on.month}月{found.visited_on.day}日走访发现：{found.what}"
    news = Finding("finding", f"{VISIT}/{found.finding_id}", detail)
    await take_findings(told.desk, found.household_id, [news], told.actor)
    return None


async def _guarantee(told: Told) -> UUID | None:
    """Told late, it does not undo what somebody saw after the visit. Raises GuaranteeCheckedSince."""
    found = told.finding
    name = found.details["guarantee"]
    before = await guarantees_of(told.desk.connection, found.household_id)
    checked = before.guarantees[name].checked_on
    if checked is not None and checked > found.visited_on:
        raise GuaranteeCheckedSince
    seen = Guarantee("yes" if found.details["met"] else "no", found.visited_on, found.what)
    author = Author(found.subject, found.name, VISIT)
    await keep_guarantees(told.desk, found.household_id, before, {**before.guarantees, name: seen}, author)
    return None


async def _wish(told: Told) -> UUID | None:
    """Raises WishKindUnknown and what `wish_entry` refuses."""
    found = told.finding
    desk = WishDesk(told.desk.connection, told.desk.change_log, told.now)
    said = {"kind": found.details["thing_kind"], "amount_cents": found.details["amount_cents"]}
    made = await keep_wish(desk, told.wish_policies, told.household, told.wish_actor, need=found.what, **said)
    return made.wish_id


async def _need(told: Told) -> UUID | None:
    """Nobody sees it but those near the household, until it agrees. Raises NeedKindUnknown, WishTextTellsWho."""
    found = told.finding
    desk = NeedDesk(told.desk.connection, told.desk.change_log, told.now)
    said = {"kind": found.details["thing_kind"], "wanted_cents": found.details.get("amount_cents")}
    made = await keep_need(desk, told.need_kinds, told.household, told.wish_actor, words=found.what, **said)
    return made.need.need_id


TAKE: Final[Mapping[str, Callable[[Told], Awaitable[UUID | None]]]] = {
    "problem_found": _problem_found,
    "problem_fixed": _problem_fixed,
    "danger": _danger,
    "guarantee": _guarantee,
    "wish": _wish,
    "need": _need,
}
"""By the kinds of findings that the cadres service tells."""
