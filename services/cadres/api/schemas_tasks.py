"""Shapes of tasks, duties and problems (三张清单), of the working log and of households without a visit."""

from pydantic import Field

from services.cadres.domain.task import TaskKind, TaskState
from shared.web.fields import Id, Input, IsoDate, LongText, Output, ShortText, Timestamp, VillageCode
from shared.web.versions import Versioned


class TaskIn(Input):
    """`kind`: task (任务) or duty (责任)."""

    task_id: Id | None = None
    kind: TaskKind = "task"
    village_code: VillageCode
    household_id: Id | None = None
    cadre_id: Id
    what: LongText = Field(examples=["核对医保缴费"])
    due_on: IsoDate


class TaskStepIn(Versioned):
    """To `open` again: sent back, or given to another (`cadre_id`), or for another day (`due_on`)."""

    to: TaskState
    note: ShortText | None = None
    cadre_id: Id | None = None
    due_on: IsoDate | None = None


class TaskOut(Output):
    task_id: Id
    kind: str
    village_code: str
    household_id: Id | None
    head: str | None = Field(description="masked", examples=["李**"])
    cadre_id: Id
    cadre_name: str
    what: str
    due_on: IsoDate
    overdue: bool
    state: str = Field(examples=["open", "done", "confirmed", "cancelled"])
    given_by_name: str
    given_at: Timestamp
    version: int


class TaskStepOut(Output):
    version: int
    at: Timestamp
    state: str
    actor_name: str
    cadre_id: Id
    note: str | None


class TaskFileOut(TaskOut):
    allowed: list[str] = Field(description="您现在可以办的下一步")
    steps: list[TaskStepOut]


class TasksOut(Output):
    items: list[TaskOut]
    next_cursor: str | None
    has_more: bool


class ProblemLineOut(Output):
    """A household with open problems; the words stand in the ledger (`GET /v1/problems?household_id=`)."""

    household_id: Id
    village_code: str
    head: str = Field(description="masked", examples=["李**"])
    open_problems: int
    problem_due_on: IsoDate | None = Field(description="null when all are fixed and wait for a second person")
    cadre_id: Id | None
    cadre_name: str | None


class ProblemLinesOut(Output):
    items: list[ProblemLineOut]
    next_cursor: str | None
    has_more: bool


class ThreeListsOut(Output):
    tasks: list[TaskOut]
    duties: list[TaskOut]
    problems: list[ProblemLineOut]


class WorkLogIn(Input):
    entry_id: Id
    on: IsoDate
    what: LongText = Field(examples=["参加村民代表大会"])


class WorkLogEntryOut(Output):
    entry_id: Id
    cadre_id: Id
    on: IsoDate
    what: str


class WorkLogLineOut(Output):
    """`state` is a visit's kind or a task's new state."""

    at: Timestamp
    kind: str = Field(examples=["note", "visit", "task"])
    thing_id: Id
    village_code: str | None
    household_id: Id | None
    state: str | None
    what: str | None


class WorkLogOut(Output):
    cadre_id: Id
    day: IsoDate
    items: list[WorkLogLineOut]


class UnvisitedOut(Output):
    household_id: Id
    village_code: str
    head: str = Field(description="masked", examples=["李**"])
    people: int
    monitored: bool
    cadre_id: Id | None
    cadre_name: str | None
    visited_on: IsoDate | None


class UnvisitedListOut(Output):
    """`days`: without a visit for longer than that."""

    days: int
    items: list[UnvisitedOut]
    next_cursor: str | None
    has_more: bool


class PlaceOfVisitsOut(Output):
    code: str
    name: str | None
    households: int
    unvisited: int
    never: int


class PlacesOfVisitsOut(Output):
    days: int
    items: list[PlaceOfVisitsOut]
