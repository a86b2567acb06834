"""A few monitoring cases and problems for the demonstration, so that its lists show something to do.

They go through the service's own use cases, as if told on earlier days; told again they change nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from bashan.demo.convert import WORDS_OF_WATCH
from bashan.demo.population import DemoUnit
from bashan.demo.population.people import DemoHousehold
from bashan.demo.stores import Stores
from services.households.domain.opens_case import Finding
from services.households.storage import tables
from services.households.storage.monitoring_policy_file import load_monitoring_rules
from services.households.use_cases.find_problem import NewProblem, keep_problem
from services.households.use_cases.monitoring_desk import Actor, Desk
from services.households.use_cases.move_case import move_case
from services.households.use_cases.take_findings import take_findings
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.hash_chain import AuditTrail
from shared.ids import new_id

ACTOR = Actor("demonstration", "示范数据", "official")
NEWS = (
    ("own_call", "户主摔伤住院，家里暂时没有收入", 2),
    ("finding", "堂屋屋顶漏雨，墙面有裂缝", 40),
    ("department_list", "教育名单：孩子本学期未到校", 3),
)
"""What was found, and how many days ago: the second should have been visited long since."""
PROBLEMS = (
    ("household", "入户路雨天不通", 70),
    ("inspection", "帮扶手册两个月没有更新", 5),
    ("visit", "自来水经常停", 10),
)


async def load_monitoring(stores: Stores, township: str, units: Sequence[DemoUnit], today: date) -> None:
    """Three households with news, three in danger, three with a problem; the longest ago of each is overdue."""
    rules = load_monitoring_rules()
    calm, watched = _calm(units), _watched(units)
    async with stores.households.transaction() as connection:

        def desk(days_ago: int) -> Desk:
            day = today - timedelta(days=days_ago)
            return Desk(connection, stores.people, ChangeLog(tables.change_log), rules, day)

        for origin, what, days_ago in NEWS:
            finding = Finding(origin, f"demonstration/{origin}", what)
            await take_findings(desk(days_ago), UUID(next(calm).household_id), [finding], ACTOR)
        for household in watched:
            await _in_danger(desk(30), township, household)
        for source, what, days_ago in PROBLEMS:
            home = next(calm)
            new = NewProblem(new_id(), UUID(home.household_id), None, source, f"demonstration:{source}", what)
            await keep_problem(desk(days_ago), new, home.village_code, ACTOR)


async def _in_danger(desk: Desk, township: str, household: DemoHousehold) -> None:
    """What the register says of a household under watch, as a case that has been checked at home."""
    finding = Finding("finding", "demonstration/register", "登记表上的监测对象")
    case = await take_findings(desk, UUID(household.household_id), [finding], ACTOR)
    if case is None:
        return
    scopes: dict[str, tuple[str, ...]] = {"township_official": (township,)}
    await move_case(
        desk,
        AuditTrail(tables.audit_events),
        Principal(ACTOR.subject, ACTOR.name, frozenset(scopes), scopes, "", 0),
        case.case_id,
        to="in_danger",
        danger=WORDS_OF_WATCH[household.monitoring_class or ""],
        note="入户核实，情况属实",
        version=case.version,
        now=Clock().now(),
        show=lambda standing: {"version": standing.version},
    )


def _calm(units: Sequence[DemoUnit]) -> Iterator[DemoHousehold]:
    """Households of the later units that nobody watches yet, every seventh, so that villages differ."""
    return iter([one for unit in units[1:] for one in unit.households if one.monitoring_class is None][3::7])


def _watched(units: Sequence[DemoUnit]) -> list[DemoHousehold]:
    """The first three under watch whose danger is not over."""
    under_watch = [one for unit in units for one in unit.households if one.monitoring_class in WORDS_OF_WATCH]
    return [one for one in under_watch if one.risk_removed is None][:3]
